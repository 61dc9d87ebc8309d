"""The JSON Schema keywords that check a single value, and the arguments they accept."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[object, Any], Iterator[str]]
"""(value, keyword's argument) → violations."""

_SHOWN = 60


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)  # type: ignore[operator,call-overload]


def is_pattern(value: object) -> bool:
    try:
        return isinstance(value, str) and re.compile(value) is not None
    except (re.error, RecursionError, OverflowError):
        return False


TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def _type(value: object, wanted: Any) -> Iterator[str]:
    names = [wanted] if isinstance(wanted, str) else wanted
    if not any(TYPES[name](value) for name in names):
        yield f"expected {' or '.join(names)}, found {brief(value)}"


def _alike(one: object, other: object) -> bool:
    """Equality in JSON: 1 equals 1.0, but not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(item, other[key]) for key, item in one.items())
    return one == other


def _enum(value: object, allowed: Any) -> Iterator[str]:
    if not any(_alike(value, each) for each in allowed):
        yield f"expected one of {', '.join(map(brief, allowed))}, found {brief(value)}"


def _const(value: object, wanted: Any) -> Iterator[str]:
    if not _alike(value, wanted):
        yield f"expected {brief(wanted)}, found {brief(value)}"


def _pattern(value: object, pattern: Any) -> Iterator[str]:
    if isinstance(value, str) and re.search(pattern, value) is None:
        yield f"{brief(value)} does not match {pattern}"


def _required(value: object, names: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"the property {name} is missing" for name in names if name not in value)


def _dependent(value: object, table: Any) -> Iterator[str]:
    for key, names in table.items():
        if isinstance(value, dict) and key in value:
            yield from _required(value, names)


def _unique(value: object, wanted: Any) -> Iterator[str]:
    if wanted and isinstance(value, list):
        for index, item in enumerate(value):
            if any(_alike(item, other) for other in value[:index]):
                yield f"item {index} is there twice"
                return


def _multiple(value: object, of: Any) -> Iterator[str]:
    if _is_number(value):
        parts = value / of
        if not math.isfinite(parts) or abs(parts - round(parts)) > 1e-9:
            yield f"{brief(value)} is no multiple of {of}"


def _bound(
    of: Callable[[Any], bool], measure: Callable[[Any], float], holds: Callable[[float, float], bool], words: str
) -> Check:
    def check(value: object, limit: Any) -> Iterator[str]:
        if of(value) and not holds(measure(value), limit):
            yield f"{words} {limit}, found {brief(value)}"

    return check


def _at_least(value: float, limit: float) -> bool:
    return value >= limit


def _at_most(value: float, limit: float) -> bool:
    return value <= limit


KEYWORDS: Mapping[str, Check] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "required": _required,
    "dependentRequired": _dependent,
    "uniqueItems": _unique,
    "multipleOf": _multiple,
    "minimum": _bound(_is_number, float, _at_least, "expected at least"),
    "maximum": _bound(_is_number, float, _at_most, "expected at most"),
    "exclusiveMinimum": _bound(_is_number, float, lambda value, limit: value > limit, "expected more than"),
    "exclusiveMaximum": _bound(_is_number, float, lambda value, limit: value < limit, "expected less than"),
    "minLength": _bound(TYPES["string"], len, _at_least, "expected a length of at least"),
    "maxLength": _bound(TYPES["string"], len, _at_most, "expected a length of at most"),
    "minItems": _bound(TYPES["array"], len, _at_least, "expected a number of items of at least"),
    "maxItems": _bound(TYPES["array"], len, _at_most, "expected a number of items of at most"),
    "minProperties": _bound(TYPES["object"], len, _at_least, "expected a number of properties of at least"),
    "maxProperties": _bound(TYPES["object"], len, _at_most, "expected a number of properties of at most"),
    "minContains": lambda _value, _limit: iter(()),
    "maxContains": lambda _value, _limit: iter(()),
}


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_type(value: object) -> bool:
    names = value if isinstance(value, list) and value else [value]
    return all(isinstance(name, str) and name in TYPES for name in names)


_NUMBER = ("a number", _is_number)
_COUNT = ("a whole number from 0", _is_count)
ARGUMENTS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "type": (f"one of {', '.join(TYPES)}, or a list of these", _is_type),
    "enum": ("a list of values", lambda value: isinstance(value, list)),
    "const": ("a value", lambda value: True),
    "pattern": ("a regular expression", is_pattern),
    "required": ("a list of names", _are_texts),
    "dependentRequired": (
        "a table of lists of names",
        lambda value: isinstance(value, dict) and all(map(_are_texts, value.values())),
    ),
    "uniqueItems": ("true or false", lambda value: isinstance(value, bool)),
    "multipleOf": ("a number above 0", lambda value: _is_number(value) and value > 0),  # type: ignore[operator]
    **dict.fromkeys("minimum maximum exclusiveMinimum exclusiveMaximum".split(), _NUMBER),
    **dict.fromkeys(
        "minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains".split(), _COUNT
    ),
}


def brief(value: object) -> str:
    """A value for an error text, cut if it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
