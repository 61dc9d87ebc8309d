"""GitHub's tables as a rule for the block parser, and how a row is split into cells.

The parser's own rule is not used: its releases trim cells differently, and the older ones fill up short rows without
a limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_chat.core.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

TABLE = "gfm_table"
"""The name of the rule, which runs after those for lists, quotes and headings.

The parser's own place for tables is before them: `- a | b` with a line of dashes under it became a table outside of the
list.
"""

MAX_MISSING_CELLS = 0x10000
"""Cells that the rows of a table may lack together; there the table ends, or short rows under a head of a thousand
columns would become a thousand cells each."""

_BLANKS = " \t\n\v\f\r\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""Trimmed from a cell: white space as CommonMark defines it. `str.strip` removes control characters, too."""

_DELIMITERS = lazy_pattern(r"(?:[|:-][|:-]|[|:][ \t])[|: \t-]*")
"""The line under the head. A dash and a space begin a list, not a table."""

_DELIMITER = lazy_pattern(r":?-+:?")
_PIPE = lazy_pattern(r"(?<!\\)\|")
_ALIGNMENT = {(False, False): "", (True, False): "left", (False, True): "right", (True, True): "center"}


def split_cells(line: str) -> list[str]:
    """The cells of a table's line. A pipe after a backslash belongs to its cell, which loses the backslash."""
    cells = [cell.replace("\\|", "|") for cell in _PIPE.split(line.strip(_BLANKS))]
    cells = cells[cells[0] == "" :]
    return cells[:-1] if cells and cells[-1] == "" else cells


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A rule for blocks: a head, a line of dashes under it and the rows that follow."""
    if not (start + 2 <= end and _is_inside(state, start + 1) and not state.is_code_block(start)):
        return False
    alignments = _alignments(_line(state, start + 1))
    head = _line(state, start)
    cells = split_cells(head)
    if not alignments or "|" not in head or len(cells) != len(alignments):
        return False
    if not silent:
        _push_table(state, start, end, cells, alignments)
    return True


def _push_table(state: StateBlock, start: int, end: int, head: Sequence[str], alignments: Sequence[str]) -> None:
    kept, state.parentType = state.parentType, "table"
    opening = state.push("table_open", "table", 1)
    state.push("thead_open", "thead", 1).map = [start, start + 1]
    _push_row(state, start, "th", head, alignments)
    state.push("thead_close", "thead", -1)
    after = _push_body(state, start + 2, end, alignments)
    state.push("table_close", "table", -1)
    opening.map = [start, after]
    state.parentType, state.line = kept, after


def _push_body(state: StateBlock, start: int, end: int, alignments: Sequence[str]) -> int:
    """The rows from `start` on; the line after the last of them."""
    opening = None
    missing, line = 0, start
    while line < end and _is_row(state, line, end):
        cells = split_cells(_line(state, line))
        missing += len(alignments) - len(cells)
        if missing > MAX_MISSING_CELLS:
            break
        opening = opening or state.push("tbody_open", "tbody", 1)
        _push_row(state, line, "td", cells, alignments)
        line += 1
    if opening is not None:
        state.push("tbody_close", "tbody", -1)
        opening.map = [start, line]
    return line


def _push_row(state: StateBlock, line: int, tag: str, cells: Sequence[str], alignments: Sequence[str]) -> None:
    """One row, filled up or cut to as many cells as the table has columns."""
    state.push("tr_open", "tr", 1).map = [line, line + 1]
    for column, alignment in enumerate(alignments):
        opening = state.push(f"{tag}_open", tag, 1)
        if alignment:
            opening.attrs = {"style": f"text-align:{alignment}"}
        inline = state.push("inline", "", 0)
        inline.map = [line, line + 1]
        inline.content = cells[column].strip(_BLANKS) if column < len(cells) else ""
        inline.children = []
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)


def _is_inside(state: StateBlock, line: int) -> bool:
    """The line belongs to the current container, and is no indented code."""
    return state.sCount[line] >= state.blkIndent and not state.is_code_block(line)


def _is_row(state: StateBlock, line: int, end: int) -> bool:
    if not _is_inside(state, line) or not _line(state, line).strip(_BLANKS):
        return False
    return not any(ends(state, line, end, True) for ends in state.md.block.ruler.getRules("blockquote"))


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _alignments(line: str) -> list[str]:
    """How each column is aligned; nothing if the line is not one of dashes."""
    if not _DELIMITERS.fullmatch(line):
        return []
    cells = [cell.strip(_BLANKS) for cell in line.split("|")]
    cells = cells[cells[0] == "" :]
    cells = cells[:-1] if cells and cells[-1] == "" else cells
    if not all(map(_DELIMITER.fullmatch, cells)):
        return []
    return [_ALIGNMENT[cell.startswith(":"), cell.endswith(":")] for cell in cells]
