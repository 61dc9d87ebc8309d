"""Lays out one conversation of the library's list: a line, and a search hit below it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from tui_chat.core.message import Outcome
from tui_chat.core.relative_dates import relative_time
from tui_chat.core.short_number import counted
from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.library_row import LibraryRow

MARKS = {
    Outcome.PROMPT_BLOCKED: f"{Sign.BLOCKED} blocked",
    Outcome.ANSWER_BLOCKED: f"{Sign.BLOCKED} blocked",
    Outcome.FAILED: f"{Sign.FAILED} failed",
    Outcome.INCOMPLETE: "… incomplete",
    Outcome.STOPPED: "… stopped",
    Outcome.LENGTH: "… length limit",
    Outcome.REFUSED: f"{Sign.ATTENTION} refused",
    Outcome.EMPTY: f"{Sign.ATTENTION} empty",
}

SHORTER = {MARKS[Outcome.LENGTH]: "… limit"}
"""Of a mark with several words, what is left in a narrow list before its sign alone."""

EDGE = 2
"""Cells before the title: whether it is selected, open, or new."""

LEAST_TITLE = 8
"""Cells that a longer title keeps, whatever else there is to say."""

CHOSEN = "$block-cursor-foreground on $block-cursor-background"


def title_line(row: LibraryRow, width: int, now: datetime, *, chosen: bool = False, selected: bool = False) -> Content:
    """Title at the left; tags, state and time at the right, as much of them as there is room for."""
    title = safe_line(row.title) or "(no title)"
    left = Content.assemble(_sign(row, selected=selected), (title, "bold" if row.open or row.unread else ""))
    room = width - 1
    wanted = min(left.cell_length, EDGE + max(LEAST_TITLE, room // 2))
    right = next((text for text in _rights(row, now) if wanted + 2 + text.cell_length <= room), Content(""))
    left = left.truncate(max(room - right.cell_length - (2 if right.cell_length else 0), 1), ellipsis=True)
    gap = max(room - left.cell_length - right.cell_length, 0)
    line = Content.assemble(left, " " * gap, right, " ")
    return Content(line.plain).stylize(f"bold {CHOSEN}") if chosen else line


def snippet_line(row: LibraryRow, width: int, *, chosen: bool = False) -> Content:
    """The search hit with its words marked; if too long, the first of them is in view."""
    room = max(width - EDGE - 1, 1)
    text, marks = _in_view(row.snippet, row.marks, room)
    parts: list[tuple[str, str]] = [(" " * EDGE, "")]
    at = 0
    # Each part is made safe by itself, so that the marks stay where they belong.
    for start, end in marks:
        parts += [(safe_line(text[at:start]), "$text-muted"), (safe_line(text[start:end]), "bold $text-primary")]
        at = end
    parts.append((safe_line(text[at:]), "$text-muted"))
    line = Content.assemble(*parts).truncate(width - 1, ellipsis=True)
    line = Content.assemble(line, " " * (width - line.cell_length))
    return line.stylize(CHOSEN) if chosen else line


def _sign(row: LibraryRow, *, selected: bool) -> tuple[str, str]:
    if selected:
        return f"{Sign.SELECTED} ", "bold $text-accent"
    if row.running or row.unread:
        return f"{Sign.BUSY if row.running else Sign.NEW} ", "$text-warning"
    return (f"{Sign.CURRENT} ", "$text-accent") if row.open else (" " * EDGE, "")


def _rights(row: LibraryRow, now: datetime) -> Iterator[Content]:
    """Candidates for the right side, longest first. Nearly always the first one fits."""
    when = (relative_time(row.updated, now), "$text-muted")
    if row.running:
        yield Content.assemble(("answering", "$text-warning"))
        return
    state, style = ("new", "$text-warning") if row.unread and not row.open else ("", "")
    if not state and row.state in MARKS:
        state, style = MARKS[row.state], "$text-warning"
    tags = (" ".join(f"#{safe_line(tag)}" for tag in row.tags), "$text-accent")
    more = (f"+{counted(row.more, 'hit')}" if row.more else "", "$text-muted")
    place = ("archived" if row.archived else "deleted" if row.deleted else "", "$text-muted")
    sign = (state.partition(" ")[0] if state != "new" else state, style)
    for parts in (
        (tags, place, more, (state, style), when),
        (place, more, (state, style), when),
        ((state, style), when),
        ((SHORTER.get(state, state), style), when),
        (sign, when),
        (when,),
    ):
        yield Content.assemble(*[each for part in parts if part[0] for each in ("  ", part)][1:])


def _in_view(text: str, marks: tuple[tuple[int, int], ...], room: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text from a little before its first mark on, where that would be out of view."""
    if not marks or marks[0][1] <= room - 2:
        return text, marks
    cut = max(marks[0][0] - room // 3, 0)
    at_word = text.find(" ", cut, marks[0][0])
    cut = at_word + 1 if at_word >= 0 else cut
    return "…" + text[cut:], tuple((start - cut + 1, end - cut + 1) for start, end in marks)
