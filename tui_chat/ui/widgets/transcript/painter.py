"""Paints the rows of the transcript as strips, and tracks which of them changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from operator import is_
from typing import Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.selection import Selection
from textual.strip import Strip

from tui_chat.core.short_number import counted
from tui_chat.render.line import BLANK, Line
from tui_chat.render.styles import Palette
from tui_chat.ui.column_width import GUTTER
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.filter_marks import UNDERLINED, FilterMarks
from tui_chat.ui.widgets.transcript.reading_cursor import LineRange
from tui_chat.ui.widgets.transcript.search import Search
from tui_chat.ui.widgets.transcript.selection import place, span
from tui_chat.ui.widgets.transcript.strips import FinishedStrip, LineStrip, RowShape, highlighted, make_strip, pointed
from tui_chat.ui.widgets.transcript.viewport import Row

T = TypeVar("T")

THUMB, TRACK = "┃", "│"

NOWHERE = -1
"""The place of a row while there are no lines."""

SCREENS, FEWEST = 3, 200
"""Strips kept: so many heights of the pane, and at least so many. With the caches of Textual each takes several
kilobytes, a hundred times its text; kept with their message they took 0.6 MB for an answer of 5 kB."""


class Recent(Generic[T]):
    """The last `limit` values, by any key."""

    def __init__(self) -> None:
        self.limit = FEWEST
        self._values: OrderedDict[tuple[object, ...], T] = OrderedDict()

    def get(self, *key: object) -> T | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, value: T, *key: object) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self.limit:
            self._values.popitem(last=False)

    def clear(self) -> None:
        self._values.clear()


class Painter:
    """Keeps the last picture. `ground` is the widget's own style."""

    def __init__(self, palette: Palette, search: Search) -> None:
        self.palette = palette
        self.search = search
        self.shape = RowShape.of(0)
        self.ground = Style()
        self.strips: list[Strip] = []
        self.cursor: LineRange | None = None
        """The lines that the reading cursor is on."""
        self.marks: Mapping[int, Sequence[tuple[int, int]]] = {}
        """(start, end) of what differs from other answers, by the places of the lines."""
        self._made: Recent[tuple[Line, LineStrip]] = Recent()
        """Strips by message, line, edge and bar, each with the line that it was made from."""
        self._found = FilterMarks()
        self._passages: Recent[tuple[LineStrip, Sequence[tuple[int, int]], LineStrip]] = Recent()
        """Lines with a passage that the filter found something in: from which strip, its marks, and the strip."""
        self._hits: Recent[tuple[tuple[object, ...], LineStrip]] = Recent()
        """Lines with marked hits, by message and line: what each was made from, and the strip."""
        self._empty: dict[str, LineStrip] = {}
        self._filters: list[LineFilter] = []
        self._finished: dict[int, tuple[Strip, Strip]] = {}
        """By the id of a strip: the strip itself, so that its id is not reused, and what the filters made of it."""

    def reset(self, palette: Palette, width: int, ground: Style) -> None:
        """Take other colours or another width, and forget all strips."""
        self.palette, self.shape, self.ground = palette, RowShape.of(width), ground
        self._empty = {}
        self._made.clear()
        self._hits.clear()
        self._found.clear()
        self._passages.clear()
        self.strips = []
        self._finished = {}

    def paint(
        self, rows: Sequence[Row], height: int, thumb: range, selection: Selection | None, unseen: int
    ) -> list[int]:
        """Make the picture; the rows that differ from the last one. The last row says how many lines are `unseen`."""
        fresh: list[LineStrip] = []
        self._made.limit = self._hits.limit = self._passages.limit = max(SCREENS * height, FEWEST)
        behind = place(rows[-1][0].key, rows[-1][1] + 1) if rows else NOWHERE
        for y in range(height):
            edge = "" if not thumb else THUMB if y in thumb else TRACK
            fresh.append(self._row(*rows[y], edge, selection) if y < len(rows) else self._blank(edge, behind))
        if unseen and fresh:
            fresh[-1] = self._notice(f"{counted(unseen, 'new line')} ↓", fresh[-1].place)
        before, self.strips = self.strips, [*fresh]
        if len(before) != len(fresh):
            return list(range(len(fresh)))
        return [y for y, strip in enumerate(fresh) if strip is not before[y] and not _same(strip, before[y])]

    def finished(self, filters: Sequence[LineFilter], background: Color, height: int) -> list[Strip]:
        """`height` rows of the picture through the screen's filters. Rows of the last one are not filtered again."""
        if self._filters != filters:
            self._filters, self._finished = list(filters), {}
        known, fresh = self._finished, {}
        rows = [*self.strips[:height], *[self._blank("")] * (height - len(self.strips))]
        for strip in rows:
            # By strip and not by row: with each new line all others move up.
            fresh[id(strip)] = known.get(id(strip)) or (strip, _filtered(strip, self._filters, background))
        self._finished = fresh
        return [fresh[id(strip)][1] for strip in rows]

    def _row(self, entry: Entry, index: int, edge: str, selection: Selection | None) -> LineStrip:
        line, said = entry.layout.line(index)
        strip = self._cached(entry, index, line, edge, said)
        if marks := self._found.marks(entry, index):
            strip = self._with_passages(strip, entry, index, marks)
        if strip.place in self.marks:
            strip = self._with_differences(strip, entry, index)
        if self.search.searched(entry, index):
            strip = self._with_hits(strip, entry, index)
        if self.cursor is not None and entry.key == self.cursor.key and index in self.cursor.rows:
            strip = pointed(strip, self.palette.marker)
        if selection is None:
            return strip
        found = span(selection, strip.place, line)
        return strip if found is None else highlighted(strip, (*found, self.palette.selected))

    def _with_passages(self, strip: LineStrip, entry: Entry, index: int, marks: Sequence[tuple[int, int]]) -> LineStrip:
        known = self._passages.get(entry.key, index)
        if known is not None and known[0] is strip and known[1] == marks:
            return known[2]
        style = self.palette.warning + UNDERLINED
        marked = highlighted(strip, *((GUTTER + start, GUTTER + end, style) for start, end in marks))
        self._passages.put((strip, marks, marked), entry.key, index)
        return marked

    def _with_hits(self, strip: LineStrip, entry: Entry, index: int) -> LineStrip:
        key, place = self.search.place or (None, {})
        here = place.get(index) if key == entry.key else None
        # A hit may continue from the line above or into the one below: marks depend on these too.
        neighbours = [entry.layout.line(at)[0] for at in (index - 1, index + 1) if at in entry.layout.body]
        made_from = (strip, self.search.query, here, *neighbours)
        known = self._hits.get(entry.key, index)
        if known is not None and len(known[0]) == len(made_from) and all(map(is_, known[0], made_from)):
            return known[1]
        marked = self._mark_hits(strip, entry, index, here)
        self._hits.put((made_from, marked), entry.key, index)
        return marked

    def _with_differences(self, strip: LineStrip, entry: Entry, index: int) -> LineStrip:
        made_from, style = (strip, self.marks[strip.place]), self.palette.different
        known = self._hits.get(entry.key, index, style)
        if known is not None and len(known[0]) == len(made_from) and all(map(is_, known[0], made_from)):
            return known[1]
        marked = highlighted(strip, *((GUTTER + start, GUTTER + end, style) for start, end in self.marks[strip.place]))
        self._hits.put((made_from, marked), entry.key, index, style)
        return marked

    def _mark_hits(self, strip: LineStrip, entry: Entry, index: int, here: tuple[int, int] | None) -> LineStrip:
        styles = {here: self.palette.found_here}
        marks = [
            (GUTTER + start, GUTTER + end, styles.get((start, end), self.palette.found))
            for start, end in self.search.marks(entry, index)
        ]
        return highlighted(strip, *marks) if marks else strip

    def _cached(self, entry: Entry, index: int, line: Line, edge: str, said: bool) -> LineStrip:
        bare = entry.layout.options is not None and entry.layout.options.bare
        # Side by side tracks are too many lines, and a thumb that moves with each word would have every row made again.
        edge = "" if bare and (edge == TRACK or entry.live is not None) else edge
        known = self._made.get(entry.key, index, edge, said)
        # A paragraph that grows is wrapped again as a whole: most of its lines are what they were.
        if known is not None and (known[0] is line or known[0] == line):
            return known[1]
        bar = self._bar(entry) if said and not bare else None
        tint = self.palette.prompt if said and entry.turn.role == "user" else None
        strip = make_strip(line, bar, self._edge(edge), self.ground, self.shape, place(entry.key, index), tint)
        self._made.put((line, strip), entry.key, index, edge, said)
        return strip

    def _bar(self, entry: Entry) -> Style:
        roles = {"user": self.palette.user, "assistant": self.palette.assistant}
        return roles.get(entry.turn.role, self.palette.system)

    def _edge(self, edge: str) -> Segment:
        return Segment(edge or " ", self.palette.thumb if edge == THUMB else self.palette.track)

    def _blank(self, edge: str, y: int = NOWHERE) -> LineStrip:
        """A row below the last line. A selection that ends there ends after that line."""
        known = self._empty.get(edge)
        if known is None or known.place != y:
            known = self._empty[edge] = make_strip(BLANK, None, self._edge(edge), self.ground, self.shape, y)
        return known

    def _notice(self, text: str, y: int) -> LineStrip:
        """Covers a line, and counts as that line when it is selected."""
        width, margin = self.shape.width, self.shape.margin
        label = f" {text} "[: max(width - 1, 0)]
        left = margin + max((min(width - margin, self.shape.tinted) - len(label)) // 2, 0)
        right = max(width - left - len(label), 0)
        blanks = Segment(" " * left, self.ground), Segment(" " * right, self.ground)
        return LineStrip([blanks[0], Segment(label, self.palette.new_lines), blanks[1]], width, y)


def _filtered(strip: Strip, filters: Sequence[LineFilter], background: Color) -> Strip:
    done = strip.adjust_cell_length(strip.cell_length)
    for each in filters:
        done = done.apply_filter(each, background)
    return FinishedStrip(done._segments, done.cell_length)


def _same(one: Strip, other: Strip) -> bool:
    return one._segments == other._segments
