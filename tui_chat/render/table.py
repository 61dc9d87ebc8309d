"""Tables: this file owns the widths of columns, which the first rows decide.

The widths are a function of the head and the first rows alone, so a table that grows is never laid out again once it
has those; a later, wider cell wraps. Measuring all rows lost: each new row could move every line above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from tui_chat.render.inline import render_inline
from tui_chat.render.line import BLANK, Column, Line, Run, cells_of, text_of
from tui_chat.render.palette import Palette
from tui_chat.render.parser import References
from tui_chat.render.wrap import flow

if TYPE_CHECKING:
    from markdown_it.token import Token

MEASURED = 48
"""Rows, the head among them, that decide how wide the columns are."""

BETWEEN = 3
"""Cells between two columns: a space, a line, a space."""

NARROWEST = 4
"""Cells for each column below which a table is no longer drawn as one."""

Row = list[list[Run]]


class Table:
    """A table that grows by rows. `lines(from_row)` gives the lines of the rows since then."""

    def __init__(self, width: int, base: Style, palette: Palette) -> None:
        self._width = width
        self._base = base
        self._palette = palette
        self._aligns: list[str] = []
        self._rows: list[Row] = []
        self._widths: list[int] = []

    def add(self, tokens: Sequence[Token], references: References, *, head: bool) -> bool:
        """Take the cells of one row (`th` or `td` with their text). True when the lines above change with it."""
        if head:
            self._aligns = [_align(token) for token in tokens if token.type == "th_open"]
        self._rows.append(self._cells(tokens, references, head=head))
        if len(self._rows) > MEASURED:
            return False
        widths = column_widths(self._rows, self._width)
        changed, self._widths = widths != self._widths, widths
        return changed

    def preview(self, tokens: Sequence[Token], references: References) -> list[Line]:
        """The lines of a row that is not complete yet, in the columns there are."""
        row = self._cells(tokens, references, head=False)
        return self._stack(row, len(self._rows)) if self._stacked else self._row(row)

    def _cells(self, tokens: Sequence[Token], references: References, *, head: bool) -> Row:
        style = self._base + self._palette.table_head if head else self._base
        return [render_inline(t.content, style, self._palette, references) for t in tokens if t.type == "inline"]

    @property
    def rows(self) -> int:
        return len(self._rows)

    def lines(self, start: int = 0, end: int | None = None) -> list[Line]:
        """The lines of the rows from `start` to before `end`; 0 includes the head and the line under it."""
        out: list[Line] = []
        for index, row in enumerate(self._rows[start:end], start):
            if self._stacked:
                out.extend(self._stack(row, index) if index or len(self._rows) == 1 else [])
                continue
            out.extend(self._row(row))
            if index == 0:
                out.append(self._under_head())
        return out

    @property
    def _stacked(self) -> bool:
        """Too many columns for the pane: a row becomes a list of its cells."""
        count = len(self._rows[0])
        return self._width < NARROWEST * count + BETWEEN * (count - 1)

    def _stack(self, row: Row, index: int) -> list[Line]:
        """One cell a line, each under the name of its column; an empty line between rows."""
        out: list[Line] = [Line([])] if index > 1 else []
        for name, cell in zip(self._rows[0], row, strict=False):
            runs = [*name, (": ", self._palette.table_line), *cell] if index else name
            out.extend(flow(runs, self._width))
        return out

    def _under_head(self) -> Line:
        bar = "─┼─".join("─" * width for width in self._widths)
        return Line([Segment(bar, self._palette.table_line)], len(bar))

    def _row(self, row: Row) -> list[Line]:
        cells = [flow(runs, width) for runs, width in zip(row, self._widths, strict=False)]
        height = max((len(cell) for cell in cells), default=1)
        return [self._line(cells, y)._replace(more=y > 0) for y in range(height)]

    def _line(self, cells: list[list[Line]], y: int) -> Line:
        segments: list[Segment] = []
        spans: list[tuple[int, int, str]] = []
        at = 0
        for index, cell in enumerate(cells):
            if index:
                segments.append(Segment(" │ ", self._palette.table_line))
                at += BETWEEN
            line = cell[y] if y < len(cell) else BLANK
            left, right = self._padding(line, index)
            spans.append((at + left, at + left + len(line.plain), line.joint))
            segments.extend([*self._blank(left), *line.segments, *self._blank(right)])
            at = spans[-1][1] + right
        pad = len(segments[-1].text) if segments and not segments[-1].text.strip() else 0
        columns = tuple(Column(at - start, at - end, joint) for start, end, joint in spans)
        return Line(segments, tail=pad, columns=columns)

    def _padding(self, line: Line, index: int) -> tuple[int, int]:
        """Spaces before and behind what a line shows of a cell."""
        free = max(self._widths[index] - line.cells, 0)
        align = self._aligns[index] if index < len(self._aligns) else ""
        left = {"right": free, "center": free // 2}.get(align, 0)
        return left, free - left

    def _blank(self, width: int) -> list[Segment]:
        return [Segment(" " * width, self._base)] if width else []


def render_table(
    block: Sequence[Token], width: int, base: Style, palette: Palette, references: References
) -> list[Line]:
    """A whole table from its tokens."""
    table = Table(width, base, palette)
    row: list[Token] = []
    for token in block:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            table.add(row, references, head=table.rows == 0)
        else:
            row.append(token)
    return table.lines()


def _align(token: Token) -> str:
    return str(token.attrs.get("style", "")).removeprefix("text-align:")


def column_widths(rows: Sequence[Row], width: int) -> list[int]:
    """Cells for each column: as wide as its widest cell where that fits, else the wide ones share what is left."""
    count = max(len(row) for row in rows)
    wanted = [1] * count
    for row in rows[:MEASURED]:
        for index, runs in enumerate(row):
            parts = text_of(runs).split("\n")
            wanted[index] = max(wanted[index], *(cells_of(part) for part in parts))
    return share(wanted, max(width - BETWEEN * (count - 1), count))


def share(wanted: Sequence[int], room: int) -> list[int]:
    """Columns that want little get it; the others get equal parts of the rest, at least one cell each."""
    given = [0] * len(wanted)
    left, waiting = room, sorted(range(len(wanted)), key=lambda index: wanted[index])
    while waiting:
        index = waiting.pop(0)
        given[index] = max(min(wanted[index], left // (len(waiting) + 1)), 1)
        left -= given[index]
    return given
