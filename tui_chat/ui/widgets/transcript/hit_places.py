"""Maps hits to drawn lines, also in wrapped lines, quotes and table cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tui_chat.render.line import Line
from tui_chat.ui.widgets.transcript.query import Query

HitPlace = dict[int, tuple[int, int]]
"""Line → (start, end) in its characters; a hit in wrapped text may have several lines."""

ROWS = 400
"""Lines whose text is joined in one go."""

BELOW = 4_000
"""Characters searched in advance below a line, because the next lines will be asked for too."""

FARTHEST = 40_000
"""Characters searched above a line for a query that may overlap itself ("aa"): where its hits begin depends on all text
before them."""


class Piece(NamedTuple):
    """Characters `start` to `end` of a line, and the `joint` that was between them and the line above."""

    row: int
    start: int
    end: int
    joint: str


Stretch = list[Piece]
"""The pieces of one line before it was wrapped."""


def seen_slices(lines: Sequence[Line]) -> Iterator[str]:
    """The visible text of lines, slice by slice: wrapped ones joined, the cells of a table one after the other."""
    for first in range(0, len(lines), ROWS):
        yield "".join(_seen(lines, first, min(first + ROWS, len(lines))))


def _seen(lines: Sequence[Line], first: int, after: int) -> Iterator[str]:
    for row in range(first, after):
        line = lines[row]
        if line.columns:
            if row == 0 or line.begins:
                end = next((at for at in range(row + 1, len(lines)) if lines[at].begins), len(lines))
                yield "\n" * (row > 0) + "\n".join(_text(lines, part) for part in _parts(lines, row, end))
            continue
        yield ("\n" if line.begins else line.joint) * (row > 0)
        _, start, end, _ = _piece(line, row)
        yield line.plain[start:end]


class Known(NamedTuple):
    """The hits in lines that belong together; `rows` are the lines of which all are known."""

    query: Query
    rows: range
    ends: tuple[Line, Line]
    spans: dict[int, list[tuple[int, int]]]

    def holds(self, lines: Sequence[Line], index: int, query: Query) -> bool:
        rows = self.rows
        same = query is self.query and index in rows and rows.stop <= len(lines)
        return same and lines[rows.start] is self.ends[0] and lines[rows.stop - 1] is self.ends[1]


class Marks:
    """Finds the hits in one line after the other."""

    def __init__(self) -> None:
        self._known: Known | None = None
        """Kept only for a query that may overlap itself, because each of its lines is expensive."""

    def hits_in(self, lines: Sequence[Line], index: int, query: Query) -> Sequence[tuple[int, int]]:
        """(start, end) of the hits, or parts of hits, in one line. Only lines that a hit may reach are searched."""
        if self._known is not None and self._known.holds(lines, index, query):
            return self._known.spans.get(index, ())
        first, after = _around(lines, index, query)
        spans: dict[int, list[tuple[int, int]]] = {}
        for stretch in _parts(lines, first, after):
            for place in _hits(lines, stretch, query):
                for row, span in place.items():
                    spans.setdefault(row, []).append(span)
        end = max(_inside(lines, after, query), index + 1)
        self._known = Known(query, range(index, end), (lines[index], lines[end - 1]), spans) if query.overlaps else None
        return spans.get(index, ())


def _inside(lines: Sequence[Line], after: int, query: Query) -> int:
    """The line up to which no hit continues beyond `after`."""
    left, end = query.length, after
    while left > 0 and end > 0 and after < len(lines) and not lines[after].begins:
        end -= 1
        left -= _letters(lines[end])
    return end


def _around(lines: Sequence[Line], index: int, query: Query) -> tuple[int, int]:
    """The first line, and the one after the last, that may share a hit with this one."""
    first, after = index, index + 1
    above = below = query.length - 1
    if query.overlaps:
        above, below = FARTHEST, below + BELOW
    while not lines[first].begins and first > 0 and (above > 0 or lines[first].more):
        first -= 1
        above -= _letters(lines[first])
    while after < len(lines) and not lines[after].begins and (below > 0 or lines[after].more):
        below -= _letters(lines[after])
        after += 1
    return first, after


def _letters(line: Line) -> int:
    """Characters without spaces: a hit has as many of them as its query."""
    return len(line.text.replace(" ", ""))


def _parts(lines: Sequence[Line], first: int, after: int) -> Iterator[Stretch]:
    """The stretches of lines that were one: a single one, or one per cell in a row of a table."""
    if first == after or first >= len(lines):
        return
    if lines[first].columns:
        for column in zip(*(_cells(lines, row) for row in range(first, after)), strict=True):
            yield [piece for piece in column if piece.start < piece.end]
        return
    yield [_piece(lines[row], row) for row in range(first, after)]


class Passage(NamedTuple):
    """The text of a stretch. Hits that begin before character `own` belong to it; the rest only shows how far they
    reach."""

    stretch: Stretch
    text: str
    own: int


def texts_of(lines: Sequence[Line], first: int, after: int, seen: int) -> Iterator[Passage]:
    """The passages of lines `first` to before `after`, which belong together; followed by those to before `seen`."""
    if lines[first].columns:
        for stretch in _parts(lines, first, after):
            text = _text(lines, stretch)
            yield Passage(stretch, text, len(text))
        return
    goes_on = first > 0 and not lines[first].begins
    start = [Piece(first, 0, 0, "")] if goes_on else []  # so that its joint to the line above is included
    own = start + [_piece(lines[row], row) for row in range(first, after)]
    ahead = own + [_piece(lines[row], row) for row in range(after, seen)]
    yield Passage(ahead, _text(lines, ahead), len(_text(lines, own)))


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


def _hits(lines: Sequence[Line], stretch: Stretch, query: Query) -> Iterator[HitPlace]:
    yield from placed(stretch, query.spans(_text(lines, stretch)))


def placed(stretch: Stretch, spans: Iterable[tuple[int, int]]) -> Iterator[HitPlace]:
    """The places of hits, which are in order: each piece is visited once, however many hits there are."""
    number = offset = 0
    for start, end in spans:
        while number + 1 < len(stretch) and offset + stretch[number].end - stretch[number].start <= start:
            offset += stretch[number].end - stretch[number].start + len(stretch[number + 1].joint)
            number += 1
        yield _place(stretch, number, start - offset, end - offset)


def _place(stretch: Stretch, number: int, start: int, end: int) -> HitPlace:
    """The place of one hit, counted from the beginning of the piece that it begins in, or an earlier one."""
    place: HitPlace = {}
    while number < len(stretch) and end > 0:
        row, first, last, _ = stretch[number]
        left, right = max(start, 0), min(end, last - first)
        if left < right:
            place[row] = (first + left, first + right)
        number += 1
        used = last - first + (len(stretch[number].joint) if number < len(stretch) else 0)
        start, end = start - used, end - used
    return place
