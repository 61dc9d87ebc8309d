"""Renders tables, in columns or, if too narrow, as lists of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from tui_chat.render.inline import render_inline
from tui_chat.render.line import BLANK, Column, Line
from tui_chat.render.parser import References
from tui_chat.render.styles import Palette
from tui_chat.render.table_columns import BETWEEN, MEASURED, Row, Wants
from tui_chat.render.wrap import flow

if TYPE_CHECKING:
    from markdown_it.token import Token


class Table:
    """A table that grows by rows. `lines(start)` gives the lines of the rows since then."""

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
        """The lines from the row `start` on, followed by an incomplete row; it counts for the widths, too."""
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
            out.extend(self._row(row))
        return out if len(self._rows) > 1 or self._columns.stacked else [*out, self._rule()]

    def _stack(self, row: Row, index: int) -> list[Line]:
        """One cell per line, each below the name of its column; an empty line between rows."""
        out: list[Line] = []
        for name, cell in zip(self._rows[0], row, strict=False):
            runs = [*name, (": ", self._palette.table_line), *cell] if index else name
            out.extend(flow(runs, self._width))
        return [BLANK, *out] if index > 1 else out

    def _rule(self) -> Line:
        bar = "─┼─".join("─" * width for width in self._columns.widths)
        return Line([Segment(bar, self._palette.table_line)], len(bar))

    def _row(self, row: Row) -> list[Line]:
        cells = [flow(runs, width) for runs, width in zip(row, self._columns.widths, strict=False)]
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
        """Spaces before and after the part of a cell that a line shows."""
        free = max(self._columns.widths[index] - line.cells, 0)
        align = self._aligns[index] if index < len(self._aligns) else ""
        left = {"right": free, "center": free // 2}.get(align, 0)
        return left, free - left

    def _blank(self, width: int) -> list[Segment]:
        return [Segment(" " * width, self._base)] if width else []


def render_table(
    block: Sequence[Token], width: int, base: Style, palette: Palette, references: References
) -> list[Line]:
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
