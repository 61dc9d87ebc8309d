"""Identify a line of a message in numbers that stay valid when it is drawn again: for another width (`TextPosition`),
or folded, hidden or shown in another way (`LineMark`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui_chat.render.line import Line


class TextPosition(NamedTuple):
    """A line that begins in the source, by its number from 1, or the line so many characters of text after it."""

    begun: int
    before: int


class LineMark(NamedTuple):
    """A line by its row, counted from the end if negative; for lines of the body also which of how many it is."""

    row: int
    whole: int | None
    of: int


def position_of(lines: Sequence[Line], index: int) -> TextPosition:
    first = index
    while first > 0 and not _counts(lines[first]):
        first -= 1
    before = sum(_length(lines, at) for at in range(first, index))
    return TextPosition(sum(map(_counts, lines[: first + 1])), before)


def index_of(lines: Sequence[Line], position: TextPosition) -> int:
    """The index of the line at a position, or of the last line."""
    begun = 0
    for index, line in enumerate(lines):
        begun += _counts(line)
        if begun == position.begun:
            return _after(lines, index, position.before)
    return max(len(lines) - 1, 0)


def _after(lines: Sequence[Line], index: int, before: int) -> int:
    while index + 1 < len(lines) and not _counts(lines[index + 1]) and before >= (length := _length(lines, index)) > 0:
        index, before = index + 1, before - length
    return index


def _counts(line: Line) -> bool:
    """The line begins in the source. Rules between table rows are decoration, and only exist at some widths."""
    return line.begins and not 0 < len(line.plain) == line.lead


def _length(lines: Sequence[Line], index: int) -> int:
    """Characters of a line, with the space at which it was wrapped."""
    return len(lines[index].text) + len(lines[index + 1].joint)
