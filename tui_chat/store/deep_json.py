"""Decodes JSON that Python's decoder refuses: nested by the thousand, or with a number that it cannot hold.

LibreChat nests each message in the one before it. This decoder does not recurse, and is ten times slower.
"""

from __future__ import annotations

from json import JSONDecodeError, JSONDecoder

from tui_chat.core.lazy_pattern import lazy_pattern

MAX_DEPTH = 50_000

_STRINGS = JSONDecoder()
_SPACE = lazy_pattern(r"[ \t\r\n]*")
_NUMBER = lazy_pattern(r"-?(?:0|[1-9]\d*)(?P<fraction>\.\d+)?(?P<exponent>[eE][-+]?\d+)?")
_MAX_DIGITS = 4_000
_WORDS = {"true": True, "false": False, "null": None, "NaN": None, "Infinity": None, "-Infinity": None}


def decode_deep(text: str, at: int) -> tuple[object, int]:
    """The value at `at` and the place behind it; None for a number that is none, or has no end.

    Raises JSONDecodeError where this is no JSON, and RecursionError beyond MAX_DEPTH.
    """
    open_ones: list[list[object] | dict[str, object]] = []
    keys: list[str] = []
    while True:
        value, at = _begun(text, at)
        if isinstance(value, (list, dict)):
            open_ones.append(value)
            if len(open_ones) > MAX_DEPTH:
                raise RecursionError
            at = _after_space(text, at)
            if text[at : at + 1] != _end_of(value):
                at = _after_space(text, _key(text, at, keys)) if isinstance(value, dict) else at
                continue
            at += 1
            open_ones.pop()
        while open_ones:
            around = open_ones[-1]
            if isinstance(around, dict):
                around[keys.pop()] = value
            else:
                around.append(value)
            at = _after_space(text, at)
            mark = text[at : at + 1]
            if mark == ",":
                at = _after_space(text, at + 1)
                at = _after_space(text, _key(text, at, keys)) if isinstance(around, dict) else at
                break
            if mark != _end_of(around):
                raise JSONDecodeError("Expecting ',' delimiter", text, at)
            at += 1
            value = open_ones.pop()
        else:
            return value, at


def _begun(text: str, at: int) -> tuple[object, int]:
    """A value without parts and the place behind it, or an empty list or object whose parts follow."""
    match text[at : at + 1]:
        case "{":
            return dict[str, object](), at + 1
        case "[":
            return list[object](), at + 1
        case '"':
            return _STRINGS.raw_decode(text, at)
    for word, value in _WORDS.items():
        if text.startswith(word, at):
            return value, at + len(word)
    if (number := _NUMBER.match(text, at)) is None:
        raise JSONDecodeError("Expecting value", text, at)
    return _number(number[0], bool(number["fraction"] or number["exponent"])), number.end()


def _number(digits: str, is_real: bool) -> float | int | None:
    if is_real:
        return float(digits)
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _key(text: str, at: int, keys: list[str]) -> int:
    if text[at : at + 1] != '"':
        raise JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
    key, at = _STRINGS.raw_decode(text, at)
    at = _after_space(text, at)
    if text[at : at + 1] != ":":
        raise JSONDecodeError("Expecting ':' delimiter", text, at)
    keys.append(key)
    return at + 1


def _end_of(value: list[object] | dict[str, object]) -> str:
    return "}" if isinstance(value, dict) else "]"


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
