"""Validators for configuration values, and the collector that applies them to a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from tui_chat.core.fuzzy_matching import did_you_mean
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store.config_problem import A_KEY, REPLACE_IT, Problem, expected_name, is_key, shown

Check = Callable[[object], Any]
MAY_HOLD_KEY = frozenset({"url", "headers", "body"})
"""Values that may hold a key: an address with one in its query, a command pasted whole, own headers."""

_ENV_NAME = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


class InvalidValueError(Exception):
    """A value is invalid: `expected` says what is valid, `where` is the key inside the checked one."""

    def __init__(self, expected: str, where: str = "", found: object = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.where = where
        self.found = found


@dataclass(slots=True)
class Collector:
    """Checks the tables of one file and collects all their problems."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def report(self, key: str, found: str, expected: str) -> None:
        self.problems.append(Problem(self.file, key, found, expected))

    def table(self, value: object, key: str) -> dict[str, Any]:
        """A table; an empty one for anything else."""
        if isinstance(value, dict):
            return value
        self.report(key, shown(key, value), "expected a table")
        return {}

    def take(
        self, table: Mapping[str, object], prefix: str, checks: Mapping[str, Check], listed: str = ""
    ) -> dict[str, Any]:
        """The valid values of a table; unknown keys and invalid values are reported.

        `listed` is what lists the known keys, where they are too many for a sentence.
        """
        valid: dict[str, Any] = {}
        for name, value in table.items():
            key = f"{prefix}{name}"
            if name not in checks:
                self.report(key, "an unknown key", expected_name(name, checks, listed))
                continue
            if name not in MAY_HOLD_KEY and is_key(value):
                self.report(key, A_KEY, REPLACE_IT)
                continue
            try:
                valid[name] = checks[name](value)
            except InvalidValueError as error:
                at = f"{key}.{error.where}" if error.where else key
                self.report(at, shown(at, error.found if error.where else value), error.expected)
        return valid


def text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidValueError("expected a text that is not empty")
    return value


def scope(value: object) -> str:
    """The scope of an Entra ID token."""
    if not isinstance(value, str) or "/" not in value or any(char.isspace() for char in value):
        raise InvalidValueError("expected a scope such as api://ID/.default")
    return value


def any_text(value: object) -> str:
    """Like `text`, but may be empty."""
    return text(value) if value != "" else ""


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidValueError("expected true or false")
    return value


def notify(value: object) -> str:
    """Booleans as words, or a form of attention."""
    if isinstance(value, bool):
        return "auto" if value else "off"
    forms = ("auto", "off", "bell", "osc9", "osc777", "osc99")
    if isinstance(value, str) and value in forms:
        return value
    raise InvalidValueError(f"expected true, false, or one of {', '.join(forms[2:])}")


def whole(low: int, high: int) -> Check:
    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise InvalidValueError(f"expected a whole number from {low} to {high}")
        return value

    return check


def lengths(value: object) -> dict[str, int]:
    """Numbers of tokens by name. The app writes them, and does without what is not one."""
    named = value if isinstance(value, dict) else {}
    return {str(name): n for name, n in named.items() if isinstance(n, int) and not isinstance(n, bool) and n > 0}


def number(low: float, high: float) -> Check:
    def check(value: object) -> float:
        valid = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if not valid or not isinstance(value, (int, float)) or not low <= value <= high:
            raise InvalidValueError(f"expected a number from {low:g} to {high:g}")
        return float(value)

    return check


def one_of(*choices: str) -> Check:
    def check(value: object) -> str:
        if isinstance(value, str) and value in choices:
            return value
        meant = did_you_mean(value, choices) if isinstance(value, str) else ""
        raise InvalidValueError(f"expected one of {', '.join(choices)}{meant}")

    return check


def env_name(value: object) -> str:
    if not isinstance(value, str) or not _ENV_NAME.fullmatch(value):
        raise InvalidValueError("expected the name of an environment variable that holds the key, not the key")
    return value


def texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(part, str) and part for part in value):
        raise InvalidValueError("expected a list of texts, none of them empty")
    return tuple(value)


def any_texts(value: object) -> tuple[str, ...]:
    """Like `texts`, but may be empty."""
    return texts(value) if value != [] else ()


def keys(value: object) -> tuple[str, ...]:
    """One key or several; an empty list removes an action's keys."""
    if isinstance(value, str) and value.strip():
        return (value,)
    if isinstance(value, list) and all(isinstance(part, str) and part.strip() for part in value):
        return tuple(value)
    raise InvalidValueError('expected a key such as "ctrl+j", or a list of keys')


def inner(checks: Mapping[str, Check], required: tuple[str, ...] = ()) -> Check:
    """A validator for a table with these keys; one invalid value makes it invalid."""

    def check(value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise InvalidValueError(f"expected a table with {', '.join(checks)}")
        for name in value:
            if name not in checks:
                raise InvalidValueError(expected_name(name, checks), name, value[name])
        for name in required:
            if name not in value:
                raise InvalidValueError(f"expected {' and '.join(required)} in it")
        return {name: _inner(checks[name], name, item) for name, item in value.items()}

    return check


def _inner(check: Check, name: str, value: object) -> Any:
    try:
        return check(value)
    except InvalidValueError as error:
        raise InvalidValueError(error.expected, name, value) from None


def headers(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise InvalidValueError("expected a table of texts")
    for name, item in value.items():
        if not isinstance(item, str):
            raise InvalidValueError("expected a text", name, item)
    return dict(value)


def json_table(value: object) -> dict[str, Any]:
    """A table that can be merged into a JSON body."""
    if not isinstance(value, dict):
        raise InvalidValueError("expected a table")
    for name, item in value.items():
        if not _is_json(item):
            raise InvalidValueError("expected what JSON can hold: no dates, no nan, no inf", name, item)
    return value


def _is_json(value: object) -> bool:
    match value:
        case str() | bool() | int():
            return True
        case float():
            return math.isfinite(value)
        case list():
            return all(map(_is_json, value))
        case dict():
            return all(map(_is_json, value.values()))
        case _:
            return False
