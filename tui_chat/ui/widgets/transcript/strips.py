"""Lines of a message as strips of cells for the screen: gutter, text, margin, scroll bar, highlights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_chat.render.line import Line
from tui_chat.render.wrap import chop

GUTTER = 2
"""Cells left of the text: the speaker's bar and a space."""

RIGHT = 2
"""Cells right of the text: a space and the scroll bar."""

WIDEST = 120
"""Cells of text in a line; longer lines are hard to read."""

BAR = "▎"
POINTER = "█"


class LineStrip(Strip):
    """A whole row that also knows its place in the transcript.

    Textual reads the offsets of a strip's segments only to find what the mouse is on; painting uses
    `adjust_cell_length`. Writing offsets into every painted segment (`Strip.apply_offsets`) took a third of a frame.
    """

    __slots__ = ["_painted", "place"]

    def __init__(self, segments: list[Segment], width: int, y: int) -> None:
        super().__init__(segments, width)
        self.place = y
        self._painted = Strip(segments, width)

    def adjust_cell_length(self, cell_length: int, style: Style | None = None) -> Strip:
        return self._painted.adjust_cell_length(cell_length, style)

    def __iter__(self) -> Iterator[Segment]:
        # Textual adds up the widths of characters in a segment, which is wrong for characters that are drawn as one.
        return iter(Strip([*_signs(self._segments)], self.cell_length).apply_offsets(0, self.place)._segments)


class FinishedStrip(Strip):
    """A row as it goes to the terminal.

    In Textual 8.2.8 a strip that need not be divided keeps itself in its cache: a reference cycle that only the garbage
    collector can free, which seldom runs (see `app.py`). Every row ever painted would stay in memory for hours.
    """

    __slots__ = ()

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        places = list(cuts)
        return [self] if places == [self.cell_length] else super().divide(places)


def _signs(segments: Sequence[Segment]) -> Iterator[Segment]:
    """The segments, cut into characters or groups of characters that are drawn as one."""
    for segment in segments:
        if segment.text.isascii():
            yield segment
        else:
            yield from (Segment(segment.text[left:right], segment.style) for left, right in chop(segment.text, 1))


def text_width(width: int) -> int:
    """Cells for the text in a pane of so many cells."""
    return max(min(width - GUTTER - RIGHT, WIDEST), 1)


def make_strip(line: Line, bar: Style | None, edge: Segment, ground: Style, width: int, y: int) -> LineStrip:
    """A row of `width` cells: the speaker's bar or a blank, the text, blanks, and `edge` (the scroll bar).

    `ground` is the style of the widget itself, below everything.
    """
    free = max(width - GUTTER - line.cells - 1, 0)
    segments = [
        Segment(BAR if bar is not None else " ", ground if bar is None else ground + bar),
        Segment(" ", ground),
        *(Segment(text, ground if style is None else ground + style) for text, style, _ in line.segments),
        Segment(" " * free, ground),
        Segment(edge.text, ground + (edge.style or ground)),
    ]
    return LineStrip(segments, GUTTER + line.cells + free + 1, y)


def pointed(strip: LineStrip, style: Style) -> LineStrip:
    """A strip with the cursor in place of the speaker's bar: another character, not only another colour."""
    return LineStrip([Segment(POINTER, style), *strip._segments[1:]], strip.cell_length, strip.place)


def highlighted(strip: LineStrip, *marks: tuple[int, int, Style]) -> LineStrip:
    """A strip with marks: (start, end, style) of characters, in order."""
    segments: list[Segment] = []
    at = number = 0
    for text, own, _ in strip._segments:
        done = 0
        while number < len(marks) and marks[number][0] < at + len(text):
            start, end, style = marks[number]
            left, right = max(start - at, done), min(end - at, len(text))
            if left < right:
                parts = ((text[done:left], own), (text[left:right], (own or Style()) + style))
                segments.extend(Segment(part, look) for part, look in parts if part)
                done = right
            if end > at + len(text):
                break
            number += 1
        if done < len(text) or not text:
            segments.append(Segment(text[done:], own))
        at += len(text)
    return LineStrip(segments, strip.cell_length, strip.place)
