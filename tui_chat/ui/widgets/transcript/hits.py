"""Where hits lie in drawn lines: this file owns that a hit is found and marked also where a long line was wrapped, in a
quote, or in the cell of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tui_chat.render.line import Line
from tui_chat.ui.widgets.transcript.query import Query

Place = dict[int, tuple[int, int]]
"""Line → (start, end) in its characters; a hit in wrapped text lies in more than one."""

FARTHEST = 40_000
"""Characters looked around in for marks, where a query may begin inside itself ("aa"): where its hits begin depends on
all that stands before."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit's place. `exact` is False where it is not drawn yet and this is the one before."""

    place: Place = field(default_factory=dict)
    exact: bool = False


class Piece(NamedTuple):
    """Characters `start` to `end` of a line, and what stood before them where they go on from the line above."""

    row: int
    start: int
    end: int
    joint: str


Stretch = list[Piece]
"""What was one line before it was wrapped."""


def seen_text(lines: Sequence[Line], start: int = 0) -> str:
    """All that is seen of lines: wrapped ones whole again, the cells of a table one after the other."""
    return "\n".join(_text(lines, stretch) for stretch in _stretches(lines, start))


def all_hits(lines: Sequence[Line], query: Query) -> Iterator[Place]:
    """The places of all hits, in the order in which `seen_text` has them."""
    for stretch in _stretches(lines):
        yield from _hits(lines, stretch, query)


def nth_hit(lines: Sequence[Line], query: Query, nth: int) -> Hit:
    """The n-th hit (from 0) in lines."""
    place: Place = {}
    for number, place in enumerate(all_hits(lines, query)):
        if number == nth:
            return Hit(place, exact=True)
    return Hit(place)


def hits_in(lines: Sequence[Line], index: int, query: Query) -> Iterator[tuple[int, int]]:
    """(start, end) of what of hits lies in one line. No farther is looked around than a hit may reach."""
    for stretch in _around(lines, index, query):
        yield from (place[index] for place in _hits(lines, stretch, query) if index in place)


def _around(lines: Sequence[Line], index: int, query: Query) -> Iterator[Stretch]:
    first, after = index, index + 1
    above = below = query.length - 1
    if query.overlaps:
        above = FARTHEST
    while not lines[first].begins and first > 0 and (above > 0 or lines[first].more):
        first -= 1
        above -= _letters(lines[first])
    while after < len(lines) and not lines[after].begins and (below > 0 or lines[after].more):
        below -= _letters(lines[after])
        after += 1
    yield from _parts(lines, first, after)


def _letters(line: Line) -> int:
    """Characters that are no spaces: of these a hit has as many as its query."""
    return len(line.text.replace(" ", ""))


def _stretches(lines: Sequence[Line], start: int = 0) -> Iterator[Stretch]:
    first = start
    for index in range(start + 1, len(lines) + 1):
        if index == len(lines) or lines[index].begins:
            yield from _parts(lines, first, index)
            first = index


def _parts(lines: Sequence[Line], first: int, after: int) -> Iterator[Stretch]:
    """What belongs together in lines that were one: all of it, or cell by cell in a row of a table."""
    if first == after or first >= len(lines):
        return
    if lines[first].columns:
        for column in zip(*(_cells(lines, row) for row in range(first, after)), strict=True):
            yield [piece for piece in column if piece.start < piece.end]
        return
    yield [_piece(lines[row], row) for row in range(first, after)]


def _cells(lines: Sequence[Line], row: int) -> list[Piece]:
    length = len(lines[row].plain)
    return [Piece(row, length - start, length - end, joint) for start, end, joint in lines[row].columns]


def _piece(line: Line, row: int) -> Piece:
    return Piece(row, line.lead, max(len(line.plain) - line.tail, line.lead), line.joint)


def _text(lines: Sequence[Line], stretch: Stretch) -> str:
    parts: list[str] = []
    for row, start, end, joint in stretch:
        parts += (joint if parts else "", lines[row].plain[start:end])
    return "".join(parts)


def _hits(lines: Sequence[Line], stretch: Stretch, query: Query) -> Iterator[Place]:
    for start, end in query.spans(_text(lines, stretch)):
        yield _placed(stretch, start, end)


def _placed(stretch: Stretch, start: int, end: int) -> Place:
    place: Place = {}
    offset = 0
    for number, piece in enumerate(stretch):
        offset += len(piece.joint) if number else 0
        length = piece.end - piece.start
        left, right = max(start - offset, 0), min(end - offset, length)
        if left < right:
            place[piece.row] = (piece.start + left, piece.start + right)
        offset += length
        if offset >= end:
            break
    return place
