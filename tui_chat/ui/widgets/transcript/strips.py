"""Converts lines of a message to strips: gutter, text, margin, scroll bar, highlights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.line import Line, marked_segments
from tui_chat.render.wrap import chop
from tui_chat.ui.column_width import GUTTER, measure

BAR = "▎"
POINTER = "█"


@dataclass(frozen=True, slots=True)
class RowShape:
    """Cells of a row: `margin` is left of the speaker's bar, `tinted` are from that bar to the end of the measure."""

    width: int
    margin: int
    tinted: int

    @classmethod
    def of(cls, width: int) -> RowShape:
        """In a pane of so many cells, of which the last is the scroll bar."""
        found = measure(width)
        return cls(width, found.margin, max(min(found.box, width - 1 - found.margin), 0))


class LineStrip(Strip):
    """A whole row that also knows its place in the transcript, and how many cells of it are left of the gutter.

    Textual reads the offsets of a strip's segments only to find what the mouse is on; painting uses
    `adjust_cell_length`. Writing offsets into every painted segment (`Strip.apply_offsets`) took a third of a frame.
    """

    __slots__ = ["_painted", "margin", "place"]

    def __init__(self, segments: list[Segment], width: int, y: int, margin: int = 0) -> None:
        super().__init__(segments, width)
        self.place = y
        self.margin = margin
        self._painted = Strip(segments, width)

    def adjust_cell_length(self, cell_length: int, style: Style | None = None) -> Strip:
        return self._painted.adjust_cell_length(cell_length, style)

    def __iter__(self) -> Iterator[Segment]:
        # Textual adds up the widths of characters in a segment, which is wrong for characters that are drawn as one.
        # Offsets count from the gutter, so that a selection means the same text wherever the column is.
        signs = Strip([*_signs(self._segments)], self.cell_length)
        return iter(signs.apply_offsets(-self.margin, self.place)._segments)


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


def make_strip(
    line: Line, bar: Style | None, edge: Segment, ground: Style, shape: RowShape, y: int, tint: Style | None = None
) -> LineStrip:
    """A row: a margin, the speaker's bar or a blank, the text, blanks, and `edge` (the scroll bar).

    `ground` is the style of the widget itself, below everything; `tint` that of the measure.
    """
    base = ground if tint is None else ground + tint
    used = GUTTER + line.cells
    fill = max(shape.tinted - used, 0) if tint is not None else 0
    free = max(shape.width - shape.margin - used - fill - 1, 0)
    segments = [Segment(" " * shape.margin, ground)] if shape.margin else []
    segments += [
        Segment(BAR if bar is not None else " ", base if bar is None else base + bar),
        Segment(" ", base),
        *(Segment(text, base if style is None else base + style) for text, style, _ in line.segments),
    ]
    if fill:
        segments.append(Segment(" " * fill, base))
    segments += [Segment(" " * free, ground), Segment(edge.text, ground + (edge.style or ground))]
    return LineStrip(segments, shape.margin + used + fill + free + 1, y, shape.margin)


def pointed(strip: LineStrip, style: Style) -> LineStrip:
    """A strip with the cursor in place of the speaker's bar: another character, not only another colour."""
    first = bool(strip.margin)
    segments = [*strip._segments]
    segments[first] = Segment(POINTER, (segments[first].style or Style()) + style)
    return LineStrip(segments, strip.cell_length, strip.place, strip.margin)


def highlighted(strip: LineStrip, *marks: tuple[int, int, Style]) -> LineStrip:
    """A strip with marks: (start, end, style) of characters from the gutter on, in order."""
    segments = marked_segments(strip._segments, marks, -strip.margin)
    return LineStrip(segments, strip.cell_length, strip.place, strip.margin)
