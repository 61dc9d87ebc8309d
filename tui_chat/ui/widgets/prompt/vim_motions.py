"""Where vim's motions lead in a text. Pure."""

from __future__ import annotations

from typing import Literal

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

_WORD = lazy_pattern(r"\w+|[^\w\s]+|(?<=\n)\n|\A\n")
"""Words of letters and digits, words of signs, and empty lines."""


@dataclass(frozen=True, slots=True)
class Motion:
    """`kind` is what an operator takes: up to the place, with the character there, or whole lines."""

    place: int
    kind: Literal["exclusive", "inclusive", "lines"] = "exclusive"


def line_of(text: str, place: int) -> tuple[int, int]:
    """Where the line of a place begins and ends."""
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, len(text) if end < 0 else end


def on_character(text: str, place: int) -> int:
    """The nearest place on a character of the line: in normal mode the cursor is never behind the last one."""
    place = min(place, len(text))
    start, end = line_of(text, place)
    return max(start, min(place, end - 1))


def first_nonblank(text: str, place: int) -> int:
    start, end = line_of(text, place)
    indent = len(text[start:end]) - len(text[start:end].lstrip())
    return on_character(text, start + indent)


def motion(name: str, text: str, cursor: int, count: int, *, counted: bool, column: int | None = None) -> Motion | None:
    """The target of a motion; None for an unknown name. `column` is the one that j and k keep to."""
    start, end = line_of(text, cursor)
    match name:
        case "h":
            return Motion(max(start, cursor - count))
        case "l":
            return Motion(min(end, cursor + count))
        case "j" | "k":
            return _by_lines(
                text, cursor, count if name == "j" else -count, cursor - start if column is None else column
            )
        case "w" | "b" | "e":
            return _by_words(name, text, cursor, count)
        case "0":
            return Motion(start)
        case "^":
            return Motion(first_nonblank(text, cursor))
        case "$":
            for _ in range(count - 1):
                end = line_of(text, min(end + 1, len(text)))[1]
            return Motion(max(start, end - 1), "inclusive") if end > start else Motion(start)
        case "gg" | "G":
            lines = text.split("\n")
            number = min(count, len(lines)) if counted or name == "gg" else len(lines)
            place = sum(len(line) + 1 for line in lines[: number - 1])
            return Motion(first_nonblank(text, place), "lines")
        case _:
            return None


def _by_lines(text: str, cursor: int, by: int, column: int) -> Motion:
    """As far to the right as the line allows."""
    start, end = line_of(text, cursor)
    for _ in range(abs(by)):
        if by > 0 and end < len(text):
            start, end = line_of(text, end + 1)
        elif by < 0 and start > 0:
            start, end = line_of(text, start - 1)
    return Motion(max(start, min(start + column, end - 1)), "lines")


def _by_words(name: str, text: str, cursor: int, count: int) -> Motion:
    words = [(found.start(), found.end()) for found in _WORD.finditer(text)]
    for _ in range(count):
        match name:
            case "w":
                cursor = next((start for start, _ in words if start > cursor), len(text))
            case "b":
                cursor = max((start for start, _ in words if start < cursor), default=0)
            case _:
                cursor = next((end - 1 for _, end in words if end - 1 > cursor), max(len(text) - 1, 0))
    return Motion(cursor, "inclusive" if name == "e" else "exclusive")
