"""Where in a message something is: this file owns the numbers that stay good when its lines are made anew, for another
width (`TextPosition`), or folded, hidden and looked at in other ways (`LineMark`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui_chat.render.line import Line


class TextPosition(NamedTuple):
    """A line that begins in the source, by its number from 1, or the one so many characters of its text behind it."""

    begun: int
    before: int


class LineMark(NamedTuple):
    """A line by its row, counted from the end where negative; of the text also which of how many lines it is."""

    row: int
    whole: int | None
    of: int


def position_of(lines: Sequence[Line], index: int) -> TextPosition:
    """Where the line at an index is."""
    first = index
    while first > 0 and not _counts(lines[first]):
        first -= 1
    before = sum(_length(lines, at) for at in range(first, index))
    return TextPosition(sum(map(_counts, lines[: first + 1])), before)


def index_of(lines: Sequence[Line], place: TextPosition) -> int:
    """The index of the line at a place, or of the last."""
    begun = 0
    for index, line in enumerate(lines):
        begun += _counts(line)
        if begun == place.begun:
            return _behind(lines, index, place.before)
    return max(len(lines) - 1, 0)


def _behind(lines: Sequence[Line], index: int, before: int) -> int:
    while index + 1 < len(lines) and not _counts(lines[index + 1]) and before >= (length := _length(lines, index)) > 0:
        index, before = index + 1, before - length
    return index


def _counts(line: Line) -> bool:
    """It begins in the source. Rules between the rows of a table are all decoration, and there at some widths only."""
    return line.begins and not 0 < len(line.plain) == line.lead


def _length(lines: Sequence[Line], index: int) -> int:
    """Characters of a line, with the space at which it was wrapped."""
    return len(lines[index].text) + len(lines[index + 1].joint)
