"""Breaks up very long paragraphs.

The inline parser takes a paragraph whole: a hundred thousand characters of a log without empty lines blocked the screen
for half a second. Parts of about eight thousand do not; emphasis across two parts stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.parser import span

if TYPE_CHECKING:
    from markdown_it.token import Token

LONGEST = 8_192
"""Characters after which a paragraph is broken at the next opportunity."""

_WORD = lazy_pattern(r" {0,3}(?:\*\*)?[^\W\d_]")
"""The beginning of a line that is text anywhere, and never a list, code or a heading."""

_SPACE = lazy_pattern(r"(?<=\S) +(?=[^\W\d_]{2})")


def begins_with_word(row: str) -> bool:
    return _WORD.match(row) is not None


def broken(row: str) -> str:
    """A source line of a paragraph; a very long one with some of its spaces replaced by line ends."""
    if len(row) <= LONGEST or not begins_with_word(row):
        return row
    parts: list[str] = []
    start = 0
    at = len(row) - len(row.lstrip(" "))
    while found := _SPACE.search(row, at + LONGEST):
        parts.append(row[start : found.start()])
        start = at = found.end()
    return "\n".join([*parts, row[start:]])


def pieces(block: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """A block, or several for text of very many lines; only the last of them is a heading if the block is one."""
    if block[0].type not in ("paragraph_open", "heading_open") or len(block[1].content) < LONGEST:
        yield block
        return
    line, size = span(block)[0], 0
    held: list[str] = []
    for row in block[1].content.split("\n"):
        if size > LONGEST and begins_with_word(row):
            yield _piece(block, held, line)
            line, size, held = line + len(held), 0, []
        held.append(row)
        size += len(row.strip(" ")) + 1
    yield [block[0].copy(map=[line, span(block)[1]]), _text(block, held, line), block[2]]


def full(block: Sequence[Token], end: int) -> bool:
    """The block is a paragraph up to line `end`, too long to be continued by a line that begins with a word."""
    if not block or block[0].type != "paragraph_open" or span(block)[1] != end:
        return False
    return sum(len(row.strip(" ")) + 1 for row in block[1].content.split("\n")) > LONGEST


def _piece(block: Sequence[Token], rows: Sequence[str], line: int) -> Sequence[Token]:
    opening = block[0].copy(type="paragraph_open", tag="p", map=[line, line + len(rows)])
    return [opening, _text(block, rows, line), block[2].copy(type="paragraph_close", tag="p")]


def _text(block: Sequence[Token], rows: Sequence[str], line: int) -> Token:
    return block[1].copy(content="\n".join(rows).strip(), map=[line, line + len(rows)])
