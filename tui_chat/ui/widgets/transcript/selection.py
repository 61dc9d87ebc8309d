"""The extent of a selection, and the text it copies.

A place is a message's key and the line in it, packed into one number, so that it does not move when heights above
become exact or the answer grows.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.selection import Selection

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.line import Line, cells_of
from tui_chat.render.sanitize import safe_text
from tui_chat.render.wrap import chop
from tui_chat.ui.column_width import GUTTER
from tui_chat.ui.widgets.transcript.viewport import Viewport

_WORD = lazy_pattern(r"[\w'’-]+")

LINES = 1 << 24
"""More lines than one message can have."""


def place(key: int, line: int) -> int:
    return key * LINES + line


def unplace(y: int) -> tuple[int, int]:
    """(key, line) of a place."""
    return divmod(y, LINES)


def word_at(text: str, cell: int) -> tuple[int, int]:
    """(start, end) in characters of the strip: the word at a cell of the text, or the single character there."""
    at, after = _sign_at(text, cell)
    for match in _WORD.finditer(text):
        if match.start() <= at < match.end():
            return GUTTER + match.start(), GUTTER + match.end()
    return GUTTER + at, GUTTER + after


def _sign_at(text: str, cell: int) -> tuple[int, int]:
    """(start, end) of the characters drawn as one at a cell. Single characters have no fixed width: a heart with a
    variation selector takes two cells, and so does a family of seven characters."""
    used = 0
    for start, end in chop(text, 1):
        used += cells_of(text[start:end])
        if used > cell:
            return start, end
    return len(text), len(text)


def in_view(viewport: Viewport, selection: Selection) -> bool:
    """Whether some of it is on the screen: it may be above or below, or of a conversation that was shown before."""
    return any(selection.get_span(place(entry.key, index)) is not None for entry, index in viewport.rows())


def span(selection: Selection, y: int, line: Line) -> tuple[int, int] | None:
    """(start, end) in characters of the strip that are selected in a line: text only, no gutter or padding."""
    found = selection.get_span(y)
    if found is None:
        return None
    plain = line.plain
    left, right = GUTTER + line.lead, GUTTER + len(plain) - line.tail
    start, end = max(found[0], left), right if found[1] == -1 else min(found[1], right)
    return _whole(plain, start, end) if start < end else None


def _whole(plain: str, start: int, end: int) -> tuple[int, int]:
    """Both ends moved outwards to where characters drawn as one begin and end."""
    if plain.isascii():
        return start, end
    signs = chop(plain, 1)
    first = max(left for left, _ in signs if left <= start - GUTTER)
    last = min(right for _, right in signs if right >= end - GUTTER)
    return GUTTER + first, GUTTER + last


def selected_text(viewport: Viewport, selection: Selection) -> tuple[str, str] | None:
    """The selected text without gutter and padding; wrapped lines are joined, messages stand apart.

    Of several messages it is what was said, without the footers between them. Messages in the middle that were never
    drawn give their source: drawing thousands to copy them takes minutes.
    """
    start, end = selection
    first = None if start is None else unplace(start.y)[0]
    last = None if end is None else unplace(end.y)[0]
    parts: list[str] = []
    for position, entry in enumerate(viewport.entries):
        if (first is not None and entry.key < first) or (last is not None and entry.key > last):
            continue
        if entry.drawn or entry.key in (first, last):
            viewport.draw(position)
            said = entry.layout.body if first != last else range(entry.layout.height)
            lines = ((place(entry.key, i), line) for i, line in entry.layout.lines_to_copy() if i in said)
            parts.append(extract(selection, lines))
        else:
            parts.append("" if entry.hides_text else safe_text(entry.turn.text).strip("\n"))
    return ("\n\n".join(part for part in parts if part), "\n") if parts else None


def extract(selection: Selection, lines: Iterable[tuple[int, Line]]) -> str:
    """The selected text of lines with their places. Wrapped lines are joined.

    Rows of a table that are selected whole become cells with tabs between them, for spreadsheets; rules between rows
    and the label of a code block are decoration, not empty lines.
    """
    parts: list[str] = []
    cells: list[str] = []
    for y, line in lines:
        if selection.get_span(y) is None or _is_decoration(line):
            continue
        cut = span(selection, y, line)
        text = line.plain[cut[0] - GUTTER : cut[1] - GUTTER] if cut else ""
        whole = line.columns and text.strip() == line.text.strip()
        if whole and line.more and cells:
            cells = [above + part for above, part in zip(cells, _cells(line, joined=True), strict=True)]
            parts[-1] = "\t".join(cells)
            continue
        cells = _cells(line, joined=False) if whole else []
        parts += (line.joint if parts else "", "\t".join(cells) if cells else text)
    return "".join(parts).strip("\n")


def _is_decoration(line: Line) -> bool:
    return bool(line.segments) and line.lead >= len(line.plain)


def _cells(line: Line, *, joined: bool) -> list[str]:
    """The part of each cell that a line shows; `joined`: with what joins it to the line above."""
    plain = line.plain
    texts = (plain[len(plain) - column.start : len(plain) - column.end].strip() for column in line.columns)
    joints = (column.joint.replace("\n", " ") if joined else "" for column in line.columns)
    return [joint + text if text else "" for joint, text in zip(joints, texts, strict=True)]
