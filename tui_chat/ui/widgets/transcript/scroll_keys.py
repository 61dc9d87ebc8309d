"""The keys of the transcript: scrolling, and selecting from block to block."""

from __future__ import annotations

from typing import Literal

from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.selection import Selection

from tui_chat.ui.command_table import READING
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.widgets.transcript.reading_cursor import ReadingCursor
from tui_chat.ui.widgets.transcript.selection import place
from tui_chat.ui.widgets.transcript.viewport import Viewport

Target = Literal["line", "page", "half_page", "prompt", "start", "end"]

BINDINGS: list[BindingType] = [
    Binding("pageup", "scroll('page', -1)", "Page up", show=False),
    Binding("pagedown", "scroll('page', 1)", "Page down", show=False),
    Binding("ctrl+u", "scroll('half_page', -1)", "Half a page up", show=False),
    Binding("ctrl+d", "scroll('half_page', 1)", "Half a page down", show=False),
    Binding("home", "scroll('start')", "To the start", show=False),
    Binding("end", "scroll('end')", "To the end", show=False),
]

BEYOND = 1 << 20
"""A column beyond the end of any line."""


def means_something(key: str, keys: Keymap) -> bool:
    """A key acts in the transcript."""
    return any(key in keys.of(command.id) for command in READING)


def scroll(viewport: Viewport, target: Target, by: int) -> None:
    """Scroll by so many lines or pages, by one prompt, or to an end of the text."""
    match target:
        case "line":
            viewport.scroll(by)
        case "page":
            viewport.scroll(by * (viewport.height - 1))
        case "half_page":
            viewport.scroll(by * (viewport.height // 2))
        case "prompt":
            _to_prompt(viewport, by)
        case "start":
            viewport.to_start()
        case "end":
            viewport.to_end()


def _to_prompt(viewport: Viewport, by: int) -> None:
    """Bring the prompt above what is in view to the top, or the next one; without one, go to the end of the text."""
    viewport.rows()
    top, entries = viewport.top, viewport.entries
    position = top.entry + by if by > 0 or top.line <= 1 else top.entry
    while 0 <= position < len(entries):
        if entries[position].turn.role == "user":
            viewport.to_entry(position)
            return
        position += by
    if by < 0:
        viewport.to_start()
    else:
        viewport.to_end()


class BlockSelection:
    """A selection from the block where it began to the block that the cursor is on, both included."""

    def __init__(self, cursor: ReadingCursor) -> None:
        self._cursor = cursor
        self._origin: tuple[Offset, Offset] | None = None

    @property
    def begun(self) -> bool:
        return self._origin is not None

    def begin(self) -> None:
        self._origin = self._block()

    def end(self) -> None:
        self._origin = None

    def selection(self) -> Selection | None:
        """The current selection; None before `begin`."""
        here = self._block()
        if self._origin is None or here is None:
            return None
        ends = sorted((*self._origin, *here), key=lambda offset: (offset.y, offset.x))
        return Selection(ends[0], ends[-1])

    def _block(self) -> tuple[Offset, Offset] | None:
        """Both ends of what the cursor is on."""
        marked = self._cursor.marked
        if marked is None:
            return None
        first, last = marked.rows.start, marked.rows.stop - 1
        return Offset(0, place(marked.key, first)), Offset(BEYOND, place(marked.key, last))
