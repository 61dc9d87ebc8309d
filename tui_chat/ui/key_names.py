"""Recognizes keys by their names, as the configuration gives them under `[keys]`: `ctrl+j`, `f6`, `alt+full_stop`."""

from __future__ import annotations

import unicodedata

from textual.keys import REPLACED_KEYS, Keys

from tui_chat.core.fuzzy_matching import nearest

MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")
_NAMED = frozenset(key.value for key in Keys if "+" not in key.value)
_TYPED = frozenset({"space"})


def corrected(key: str) -> str | None:
    """The key itself where Textual reports one of this name, else the most similar name; None where none is."""
    *modifiers, last = key.split("+")
    if (name := _last(last)) is None:
        return None
    sure = [modifier if modifier in MODIFIERS else nearest(modifier, MODIFIERS) for modifier in modifiers]
    if "ctrl" in sure and len(name) == 1:
        name = name.lower()
    return None if None in sure else "+".join([*map(str, sure), name])


def _last(name: str) -> str | None:
    if len(name) == 1 or name in _NAMED or _character(name):
        return name
    return nearest(name, (*_NAMED, *REPLACED_KEYS, "comma", "full_stop"))


def types_text(key: str) -> bool:
    """Whether the key types a character, where text is written."""
    *modifiers, last = key.split("+")
    return modifiers in ([], ["shift"]) and (len(last) == 1 or last in _TYPED or _character(last))


def _character(name: str) -> bool:
    """Whether a character has this name: `full_stop`, `slash`."""
    name = REPLACED_KEYS.get(name, name)
    try:
        return unicodedata.lookup(name.replace("_", " ").upper()).isprintable()
    except KeyError:
        return False
