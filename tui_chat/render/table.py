"""Tables: this file owns what a row looks like: in columns or, where those are too narrow, as a list of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from tui_chat.render.columns import MEASURED, Row, Wants
from tui_chat.render.inline import render_inline
from tui_chat.render.line import Line
from tui_chat.render.palette import Palette
from tui_chat.render.parser import References
from tui_chat.render.wrap import flow

if TYPE_CHECKING:
    from markdown_it.token import Token


class Table:
    """A table that grows by rows. `lines(from_row)` gives the lines of the rows since then."""

    def __init__(self, width: int, base: Style, palette: Palette) -> None:
        self._width = width
        self._base = base
        self._palette = palette
        self._aligns: list[str] = []
        self._rows: list[Row] = []
        self._wants = Wants()
        self._columns = self._wants.columns(width)

    def add(self, tokens: Sequence[Token], references: References, *, head: bool) -> None:
        """Take the cells of one row (`th` or `td` with their text)."""
        if head:
            self._aligns = [_align(token) for token in tokens if token.type == "th_open"]
        row = self._cells(tokens, references, head=head)
        if len(self._rows) < MEASURED:
            self._wants = self._wants.and_row(row)
            self._columns = self._wants.columns(self._width)
        self._rows.append(row)

    def preview(self, tokens: Sequence[Token], references: References, start: int) -> list[Line]:
        """The lines from the row `start` on with a row below that is not complete yet; it counts for the widths too.

        In the columns there are, its cells would wrap for as long as it grows.
        """
        kept = self._wants, self._columns
        self.add(tokens, references, head=False)
        lines = self.lines(start)
        self._wants, self._columns = kept
        self._rows.pop()
        return lines

    def _cells(self, tokens: Sequence[Token], references: References, *, head: bool) -> Row:
        style = self._base + self._palette.table_head if head else self._base
        return [render_inline(t.content, style, self._palette, references) for t in tokens if t.type == "inline"]

    @property
    def rows(self) -> int:
        return len(self._rows)

    def lines(self, start: int = 0) -> list[Line]:
        """The lines of the rows from `start` on; 0 includes the head and the line under it."""
        out: list[Line] = []
        for index, row in enumerate(self._rows[start:], start):
            if self._columns.stacked:
                out.extend(self._stack(row, index) if index or len(self._rows) == 1 else [])
                continue
            if index == 1 or (index and self._columns.ruled):
                out.append(self._rule())
            out.extend(self._row(row, head=index == 0))
        return out if len(self._rows) > 1 or self._columns.stacked else [*out, self._rule()]

    def _stack(self, row: Row, index: int) -> list[Line]:
        """One cell a line, each under the name of its column; an empty line between rows."""
        out: list[Line] = []
        for name, cell in zip(self._rows[0], row, strict=False):
            runs = [*name, (": ", self._palette.table_line), *cell] if index else name
            out.extend(line._replace(more=line.more or bool(out)) for line in flow(runs, self._width))
        return [Line([], more=True), *out] if index > 1 else out

    def _rule(self) -> Line:
        bar = "─┼─".join("─" * width for width in self._columns.widths)
        return Line([Segment(bar, self._palette.table_line)], len(bar), more=True)

    def _row(self, row: Row, *, head: bool = False) -> list[Line]:
        """One row. Only the first line of one below the head begins: stacked rows have no head, and are as many."""
        cells = [flow(runs, width) for runs, width in zip(row, self._columns.widths, strict=False)]
        height = max((len(cell) for cell in cells), default=1)
        return [self._line(cells, y)._replace(more=head or y > 0) for y in range(height)]

    def _line(self, cells: list[list[Line]], y: int) -> Line:
        segments: list[Segment] = []
        for index, cell in enumerate(cells):
            if index:
                segments.append(Segment(" │ ", self._palette.table_line))
            segments.extend(self._cell(cell[y] if y < len(cell) else None, index))
        pad = len(segments[-1].text) if segments and not segments[-1].text.strip() else 0
        return Line(segments, tail=pad)

    def _cell(self, line: Line | None, index: int) -> list[Segment]:
        used = 0 if line is None else line.cells
        free = max(self._columns.widths[index] - used, 0)
        align = self._aligns[index] if index < len(self._aligns) else ""
        left = {"right": free, "center": free // 2}.get(align, 0)
        inside = [] if line is None else line.segments
        out = [Segment(" " * left, self._base)] if left else []
        return [*out, *inside, Segment(" " * (free - left), self._base)] if free - left else [*out, *inside]


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
