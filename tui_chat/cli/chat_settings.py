"""`/set` of the linear mode: names and values as a person writes them. What is sound is core's to say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tui_chat.core.settings import NAMES, Settings, check
from tui_chat.core.words import NOT_SENT
from tui_chat.store.problem import nearest

NONE = "none"


class SetError(Exception):
    """Nothing was changed; the text says what is expected."""


def lines(settings: Settings) -> Iterator[str]:
    """All settings, one a line."""
    return (f"{name}: {shown(getattr(settings, name))}" for name in NAMES)


def shown(value: object) -> str:
    """A value as `/set` takes it."""
    if value is None:
        return NOT_SENT
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 and not value[0].startswith("[") else json.dumps(value, ensure_ascii=False)
    return f"{value:g}" if isinstance(value, float) else str(value)


def named(text: str) -> str:
    """The setting that is meant. Raises SetError."""
    name = text.lower().replace("-", "_")
    if name in NAMES:
        return name
    near = nearest(name, NAMES)
    meant = f" (did you mean {near}?)" if near else ""
    raise SetError(f"There is no setting {text}{meant}. There are {', '.join(NAMES)}. Nothing was changed.")


def changed(settings: Settings, name: str, text: str) -> Settings:
    """These settings with one of them set to what `text` says; `none` is *not sent*. Raises SetError."""
    if text.lower() == NONE:
        return replace(settings, **_one(name, None))
    value = _value(name, text)
    problem = check(name, value)
    if problem is not None:
        raise SetError(f"{name}: {problem}, or {NONE}; found {text}. Nothing was changed.")
    return replace(settings, **_one(name, tuple(value) if isinstance(value, list) else value))


def _one(name: str, value: object) -> dict[str, Any]:
    return {name: value}


def _value(name: str, text: str) -> object:
    """What TOML or JSON would hold; the text itself where it is nothing of the kind that is wanted."""
    match name:
        case "temperature" | "top_p":
            return _number(text, float)
        case "max_tokens" | "seed":
            return _number(text, int)
        case "stop":
            return _texts(text)
        case _:
            return text


def _number(text: str, kind: type[float] | type[int]) -> object:
    try:
        return kind(text)
    except ValueError:
        return text


def _texts(text: str) -> object:
    """One text, or several as a JSON list."""
    if not text.startswith("["):
        return [text]
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
