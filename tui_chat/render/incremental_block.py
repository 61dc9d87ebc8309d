"""Open code fences and tables that grow line by line without being parsed again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from tui_chat.render.block import Frame
from tui_chat.render.code import CodeBlock
from tui_chat.render.line import Line
from tui_chat.render.parser import References, parse_blocks, siblings, span, trial
from tui_chat.render.plain_text import GrowingText
from tui_chat.render.table import Table
from tui_chat.render.table_columns import MEASURED
from tui_chat.render.table_rule import MAX_MISSING_CELLS, split_cells
from tui_chat.render.unfinished_line import autoclose_last

if TYPE_CHECKING:
    from markdown_it.token import Token

LONG = 1_024
"""Characters of a table's row under way above which it is drawn again only when it has grown by an eighth.

Meanwhile the new part is below it as plain text.
"""


class Growing(Protocol):
    """An open block. It is `closed` when the rows after those taken belong to something else; it `refers` if what it
    takes may refer to link definitions."""

    closed: bool
    refers: bool

    def take(self, rows: Sequence[str]) -> int:
        """Take complete source lines; how many belong to the block."""

    def ready(self) -> list[Line]:
        """Lines that will not change again, each returned once."""

    def open_lines(self, partial: str) -> list[Line]:
        """The lines below the ready ones, with the beginning of a source line."""

    def finish(self) -> None:
        """No more rows follow: everything is ready."""


def growing(block: Sequence[Token], rows: Sequence[str], frame: Frame) -> Growing | None:
    """The growing form of a block; None if it has none. `rows` are its source and everything after it."""
    first = block[0]
    if first.type == "fence":
        return OpenFence(first, rows[0], frame)
    if first.type == "table_open":
        return OpenTable(rows[:2], frame)
    return None


class OpenFence:
    """A fence: every line is code until one closes it."""

    refers = False

    def __init__(self, token: Token, opening: str, frame: Frame) -> None:
        words = token.info.split()
        self._code = CodeBlock(words[0] if words else "", frame.width, frame.palette)
        self._given = self._rows = 0
        self._indent = len(opening) - len(opening.lstrip(" "))
        mark = re.escape(token.markup[0])
        self._closing = re.compile(f" {{0,3}}{mark}{{{len(token.markup)},}}[ \t]*")
        self._opened = False
        self._finished = False
        self.closed = False

    def take(self, rows: Sequence[str]) -> int:
        used = 0
        for row in rows:
            used += 1
            if not self._opened:
                self._opened = True
                continue
            if self._closing.fullmatch(row):
                self.closed = True
                break
            self._rows += 1
            self._code.add([self._dedent(row)])
        return used

    def _dedent(self, row: str) -> str:
        """The row without as many columns of space as the fence is indented; the rest of a tab becomes spaces."""
        at = column = 0
        while column < self._indent and row[at : at + 1] in (" ", "\t") and row[at:]:
            column += 4 - column % 4 if row[at] == "\t" else 1
            at += 1
        return " " * (column - self._indent) + row[at:]

    def ready(self) -> list[Line]:
        lines = self._code.lines[self._given :]
        self._given += len(lines)
        if self.closed or self._finished:
            if not self._rows:
                self._code.add([""])
            lines = lines + self._code.open_lines()
        return lines

    def open_lines(self, partial: str) -> list[Line]:
        shown = partial if self._opened and not _may_close(partial, self._closing) else ""
        lines = self._code.open_lines(self._dedent(shown))
        return lines if lines or self._rows else self._code.blank()

    def finish(self) -> None:
        self._finished = True


def _may_close(partial: str, closing: re.Pattern[str]) -> bool:
    """A half-typed closing mark is not shown as code for a moment."""
    bare = partial.strip(" ")
    return bool(bare) and len(set(bare)) == 1 and closing.fullmatch(bare * 8) is not None


class OpenTable:
    """A table: a line is a row as long as the parser, asked about the head and that line alone, says so."""

    refers = True

    def __init__(self, head: Sequence[str], frame: Frame) -> None:
        self._head = "\n".join(head) + "\n"
        self._frame = frame
        self._references: References = frame.references
        self._table = Table(frame.width, frame.base, frame.palette)
        self._skip = len(head)
        self._given = 0
        self._lacking = 0
        self._begun: tuple[int, list[Line]] = (0, [])
        self._rest = GrowingText(frame.width, frame.base)
        self._finished = False
        self.closed = False

    def take(self, rows: Sequence[str]) -> int:
        used = 0
        self._begun = (0, [])
        for row in rows:
            if self._skip:
                self._skip -= 1
                used += 1
                continue
            if not self._add(row):
                self.closed = True
                break
            used += 1
        return used

    def _add(self, row: str) -> bool:
        parsed = self._parse(row)
        if parsed is None:
            return False
        head, body = parsed
        self._lacking += sum(token.type == "th_open" for token in head) - len(split_cells(row))
        if self._lacking > MAX_MISSING_CELLS:
            return False
        if self._table.rows == 0:
            self._table.add(head, self._references, head=True)
        self._table.add(body, self._references, head=False)
        return True

    def _parse(self, row: str) -> tuple[list[Token], list[Token]] | None:
        """The cells of the head and of one row; None where the line is not a row of this table."""
        if not row.strip(" \t"):
            return None
        blocks = list(siblings(parse_blocks(self._head + row + "\n", trial(self._references))))
        if len(blocks) != 1 or blocks[0][0].type != "table_open" or span(blocks[0])[1] != 3:
            return None
        rows = rows_of(blocks[0])
        return (rows[0], rows[1]) if len(rows) == 2 else None

    def _start(self) -> None:
        if self._table.rows == 0:
            (block,) = siblings(parse_blocks(self._head, trial(self._references)))
            self._table.add(rows_of(block)[0], self._references, head=True)

    def ready(self) -> list[Line]:
        over = self.closed or self._finished
        if over:
            self._start()
        if self._table.rows < MEASURED and not over:
            return []
        lines = self._table.lines(self._given)
        self._given = self._table.rows
        return lines

    def open_lines(self, partial: str) -> list[Line]:
        length, lines = self._begun
        if LONG < length <= len(partial) < length * 9 // 8:
            return lines + self._rest.feed(partial[length + self._rest.length :])
        lines = self._drawn(partial)
        self._begun = (len(partial), lines)
        self._rest = GrowingText(self._frame.width, self._frame.base)
        return lines

    def _drawn(self, partial: str) -> list[Line]:
        self._start()
        parsed = self._parse(partial) if not self._skip else None
        if parsed is None:
            return self._table.lines(self._given)
        autoclose_last(parsed[1])
        return self._table.preview(parsed[1], self._references, self._given)

    def finish(self) -> None:
        self._finished = True


def rows_of(block: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each row of a table, the head first."""
    rows: list[list[Token]] = []
    for token in block:
        if token.type == "tr_open":
            rows.append([])
        elif rows and token.type != "tr_close":
            rows[-1].append(token)
    return rows
