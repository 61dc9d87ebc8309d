"""Converts theme files to Textual themes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from textual.theme import BUILTIN_THEMES, Theme

from tui_chat.store.themes import ThemeData


def unknown(name: str, themes: Sequence[ThemeData]) -> str | None:
    """A sentence when there is no theme of this name, with those that there are."""
    names = {*(data.name for data in themes), *built_in_names()}
    if name in names:
        return None
    return f'ui.theme: found "{name}", expected one of {", ".join(sorted(names))}'


_KNOWN = frozenset(field.name for field in fields(Theme))


def theme_of(data: ThemeData) -> Theme:
    """The theme that a file describes; what it leaves out is Textual's to derive."""
    values = {f.name: getattr(data, f.name) for f in fields(data) if f.name in _KNOWN}
    values["variables"] = dict(data.variables)
    return Theme(**values)


def built_in_names() -> list[str]:
    """The themes that Textual brings."""
    return list(BUILTIN_THEMES)


def themes_by_name(own: Sequence[ThemeData]) -> dict[str, Theme]:
    """Textual's themes and these; of two with one name the later one."""
    return {**BUILTIN_THEMES, **{data.name: theme_of(data) for data in own}}
