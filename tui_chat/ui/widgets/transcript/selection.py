"""What a mouse selection covers: this file owns the places of lines and the text that a copy gives.

A place is a message's key and the line in it, packed into one number, so that it neither moves when heights above
become exact nor when the answer grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len
from textual.selection import Selection

from tui_chat.render.line import Line
from tui_chat.ui.widgets.transcript.strips import GUTTER

_WORD = re.compile(r"[\w'’-]+")

LINES = 1 << 24
"""More lines than one message can have."""


def place(key: int, line: int) -> int:
    return key * LINES + line


def unplace(y: int) -> tuple[int, int]:
    """(key, line) of a place."""
    return divmod(y, LINES)


def word_at(text: str, cell: int) -> tuple[int, int]:
    """(start, end) in characters of the strip: the word over a cell of the text, or the one sign there."""
    at = used = 0
    while at < len(text) and used + cell_len(text[at]) <= cell:
        used += cell_len(text[at])
        at += 1
    for match in _WORD.finditer(text):
        if match.start() <= at < match.end():
            return GUTTER + match.start(), GUTTER + match.end()
    return GUTTER + at, GUTTER + min(at + 1, len(text))


def span(selection: Selection, y: int, line: Line) -> tuple[int, int] | None:
    """(start, end) in characters of the strip that are selected in a line: text only, no gutter, no padding."""
    found = selection.get_span(y)
    if found is None:
        return None
    left, right = GUTTER + line.lead, GUTTER + len(line.plain) - line.tail
    start, end = max(found[0], left), right if found[1] == -1 else min(found[1], right)
    return (start, end) if start < end else None


def extract(selection: Selection, lines: Iterable[tuple[int, Line]]) -> str:
    """The selected text of lines given with their places. Lines that were wrapped are joined again."""
    parts: list[str] = []
    for y, line in lines:
        found = selection.get_span(y)
        if found is None:
            continue
        cut = span(selection, y, line)
        text = line.plain[cut[0] - GUTTER : cut[1] - GUTTER] if cut else ""
        if parts:
            parts.append(line.joint)
        parts.append(text)
    return "".join(parts).strip("\n")
