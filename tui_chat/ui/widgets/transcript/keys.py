"""The transcript as a reader uses it: finding, going from prompt to prompt, and the cursor that has the keys while the
transcript has the focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.selection import Selection

from tui_chat.ui import keymap
from tui_chat.ui.widgets.transcript.mouse import PointerPane
from tui_chat.ui.widgets.transcript.reading_cursor import ReadingCursor
from tui_chat.ui.widgets.transcript.search import SearchProgress
from tui_chat.ui.widgets.transcript.selection import place

BEHIND = 1 << 20
"""A column behind the end of any line."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What the cursor is on. `block` is (which from 0, of how many) of its blocks, None for a whole message; `text` is
    what is seen of it, without decoration; `code` the number of a code block among those of its message."""

    id: str
    block: tuple[int, int] | None
    text: str
    code: int | None


class ReadingPane(PointerPane):
    """A pane that is read with keys. The mouse does not take the focus: typing goes on in the prompt."""

    FOCUS_ON_CLICK = False
    BINDINGS: ClassVar[list[BindingType]] = keymap.reading_bindings()

    class ReadingChanged(Message, namespace="transcript"):
        """The reading cursor came or went."""

        def __init__(self, reading: bool) -> None:
            super().__init__()
            self.reading = reading

    class FoundChanged(Message, namespace="transcript"):
        """The search knows of more or fewer hits than before, without having been asked."""

        def __init__(self, found: SearchProgress) -> None:
            super().__init__()
            self.found = found

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self.cursor = ReadingCursor(self.window)
        self._told = self.finder.found
        self._from: tuple[Offset, Offset] | None = None
        """The first and the last line of what was under the cursor when selecting began."""

    def repaint(self) -> None:
        if self.has_focus and self.cursor.entry is None and self.size:
            self.cursor.take_view(last=True)
        self._painter.cursor = self.cursor.marked if self.has_focus else None
        super().repaint()

    def restyle(self) -> None:
        kept = self.cursor.kept()
        super().restyle()
        self.cursor.restore(kept)
        self.repaint()

    # The cursor

    @property
    def spot(self) -> Spot | None:
        """What the cursor is on; None while there is nothing to be on."""
        entry = self.cursor.entry
        if entry is None:
            return None
        return Spot(entry.id, self.cursor.numbers(), self.cursor.text(), self.cursor.code_number())

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        if has_focus and self.size:
            self.cursor.take_view(last=True)
        self.repaint()
        self.post_message(self.ReadingChanged(has_focus))

    def on_click(self, event: events.Click) -> None:
        rows = self.window.rows()
        if self.has_focus and event.y < len(rows):
            entry, row = rows[event.y]
            position = self.window.position(entry.key)
            if position is not None:
                self.cursor.put(position, row)
                self.repaint()

    def action_by_block(self, by: int) -> None:
        self.cursor.by_block(by)
        self._select_on()
        self.repaint()

    def action_by_message(self, by: int) -> None:
        self.cursor.by_message(by)
        self._select_on()
        self.repaint()

    # Selecting by key

    def action_select(self) -> None:
        """Select what the cursor is on, and all that it goes over from now on; or no more."""
        if self._from is not None:
            self.screen.clear_selection()
            return
        self._from = self._under_cursor()
        self._select_on()

    def selection_updated(self, selection: Selection | None) -> None:
        if selection is None:
            self._from = None
        super().selection_updated(selection)

    def _under_cursor(self) -> tuple[Offset, Offset] | None:
        marked = self.cursor.marked
        if marked is None:
            return None
        first, last = marked.rows.start, marked.rows.stop - 1
        return Offset(0, place(marked.key, first)), Offset(BEHIND, place(marked.key, last))

    def _select_on(self) -> None:
        """Selected is from where it began to what the cursor is on, both included."""
        here = self._under_cursor()
        if self._from is None or here is None:
            return
        ends = sorted((*self._from, *here), key=lambda offset: (offset.y, offset.x))
        self.screen.selections = {self: Selection(ends[0], ends[-1])}

    # Finding

    def find(self, query: str) -> SearchProgress:
        """Mark a text wherever it is in view and count it in all messages, without regard to case; "" ends it.

        The count may still go on: then `FoundChanged` tells of it, as when an answer that comes brings more.
        """
        self._told = self.finder.look_for(query)
        self.repaint()
        self.keep_counting()
        return self._told

    def find_next(self) -> SearchProgress:
        """Go to the next hit, after the last to the first."""
        return self._find_step(1)

    def find_previous(self) -> SearchProgress:
        return self._find_step(-1)

    def _find_step(self, by: int) -> SearchProgress:
        self._told = self.finder.step(by)
        self.repaint()
        self.keep_counting()
        return self._told

    def keep_counting(self) -> None:
        """Count on, slice by slice, where a search is not through all messages."""

    def tell_found(self) -> None:
        """Tell of the search where it knows more than was told."""
        found = self.finder.found
        if found != self._told:
            self._told = found
            self.post_message(self.FoundChanged(found))

    # From prompt to prompt

    def action_previous_prompt(self) -> None:
        """Bring the prompt above what is in view to the top."""
        self._to_prompt(-1)

    def action_next_prompt(self) -> None:
        """Bring the next prompt to the top, or the end where there is none."""
        self._to_prompt(1)

    def _to_prompt(self, by: int) -> None:
        self.window.rows()
        top, entries = self.window.top, self.window.entries
        position = top.entry + by if by > 0 or top.line <= 1 else top.entry
        while 0 <= position < len(entries):
            if entries[position].turn.role == "user":
                self.window.to_entry(position)
                break
            position += by
        else:
            (self.window.to_start if by < 0 else self.window.to_end)()
        self.repaint()
