"""Parses and formats settings as typed: `temperature 0.3`, `stop ["a", "b"]`, `seed none`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui_chat.core.fuzzy_matching import no_such
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.setting_rules import check_for, takes, words_of
from tui_chat.core.setting_steps import MAX_TOKENS_STEPS
from tui_chat.core.setting_wording import NOT_SENT
from tui_chat.core.settings import FLOATS, NAMES, Settings, with_value

if TYPE_CHECKING:
    from tui_chat.core.dialects.rules import Rules

NONE = "none"
"""The typed word for *not sent*."""

OFF = "off"
"""The typed word for a server's own *none*: no thinking at all."""

_SUGGESTED = {
    "temperature": ("0", "0.2", "0.5", "0.7", "1"),
    "top_p": ("0.5", "0.9", "1"),
    "max_tokens": tuple(map(str, MAX_TOKENS_STEPS)),
    "presence_penalty": ("0", "0.5", "1"),
    "frequency_penalty": ("0", "0.5", "1"),
    "safe_prompt": ("true", "false"),
}


_FLAGS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


@dataclass(frozen=True, slots=True)
class SettingRead:
    """The named setting, and the settings after the change: unchanged if no value was typed."""

    name: str
    settings: Settings


def read_setting(text: str, settings: Settings, rules: Rules | None = None) -> SettingRead | str:
    """Apply `NAME VALUE` or `NAME` to these settings, or return a sentence about what is expected.

    `rules` are those of the server that gets the next request.
    """
    name, value = split_setting(text)
    if name not in NAMES:
        return _unknown(name)
    if not value:
        return SettingRead(name, settings)
    if value.lower() == NONE:
        return SettingRead(name, with_value(settings, name, None))
    found = typed_value(name, value)
    problem = check_for(name, found, rules)
    if problem is not None:
        return f"{name}: {problem}, or {NONE}; found {value}. Nothing was changed."
    return SettingRead(name, with_value(settings, name, found))


def split_setting(text: str) -> tuple[str, str]:
    """Name and value, separated by a space or `=`. The name is spelled as in the settings."""
    words = text.split(maxsplit=1)
    if not words:
        return "", ""
    name, equals, more = words[0].partition("=")
    rest = words[1] if len(words) > 1 else ""
    if equals:
        rest = f"{more} {rest}"
    elif rest.startswith("= "):
        rest = rest.removeprefix("= ")
    return name.lower().replace("-", "_"), rest.strip()


def _unknown(name: str) -> str:
    return f"{no_such('setting', name, NAMES)} Nothing was changed."


def expected(name: str, rules: Rules | None = None) -> str:
    """A setting's valid values, in a phrase: `a number from 0 to 2`."""
    return (check_for(name, None, rules) or "").removeprefix("expected ")


def written(value: object) -> str:
    """A value as `/set` accepts it."""
    if value is None:
        return NOT_SENT
    if isinstance(value, tuple):
        plain = len(value) == 1 and not value[0].startswith("[") and value[0].isprintable()
        return str(value[0]) if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def setting_line(name: str, settings: Settings) -> str:
    """`temperature: 0.3`."""
    return f"{name}: {written(getattr(settings, name))}"


def setting_lines(settings: Settings) -> Iterator[str]:
    """All settings, one per line."""
    return (setting_line(name, settings) for name in NAMES)


def suggested(name: str, rules: Rules | None = None) -> tuple[str, ...]:
    """Values worth suggesting; the last one unsets the setting."""
    if not takes(name, rules):
        return (NONE,)
    words = [typed_as(name, word) for word in words_of(name, rules)]
    return (*(words or _SUGGESTED.get(name, ())), NONE)


def typed_as(name: str, value: object) -> str:
    """A value as typed: a server's own *none* is `off`, because `none` means *not sent*."""
    if value is None:
        return NONE
    return OFF if name == "reasoning_effort" and value == NONE else written(value)


def typed_value(name: str, text: str) -> object:
    """The TOML or JSON value of a typed text; the text itself if it is not of the wanted kind."""
    match name:
        case _ if name in FLOATS:
            return _number(text, float)
        case "max_tokens" | "seed":
            return _number(text, int)
        case "stop":
            return _texts(text)
        case "reasoning_effort":
            return NONE if text.strip().lower() == OFF else text
        case "safe_prompt":
            return _FLAGS.get(text.strip().lower(), text)
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
