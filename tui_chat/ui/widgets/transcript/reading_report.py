"""Says what the reading cursor is on whenever that has changed, and keeps it in view while an answer grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui_chat.ui.reading_hints import Chosen
from tui_chat.ui.widgets.transcript.reading_cursor import ReadingCursor
from tui_chat.ui.widgets.transcript.reading_spot import chosen_of
from tui_chat.ui.widgets.transcript.scroll_keys import BlockSelection
from tui_chat.ui.widgets.transcript.viewport import Row, Viewport


class ReadingReport:
    """`chosen` is what was reported last. The lines are looked at only after a move or for another turn: an answer that
    streams is painted many times a second."""

    def __init__(self, viewport: Viewport, cursor: ReadingCursor, selection: BlockSelection) -> None:
        self.chosen: Chosen | None = None
        self.in_view = False
        """The cursor was in the last picture."""
        self._viewport, self._cursor, self._selection = viewport, cursor, selection
        self._seen: tuple[object, ...] = ()

    def rows(self, *, followed: bool) -> Sequence[Row]:
        """The lines in view. `followed`: the last picture was at the end. Text that arrives there does not push what is
        being read out of view."""
        top, rows = replace(self._viewport.top), self._viewport.rows()
        if not self._cursor.active:
            self.in_view = False
            return rows
        if self.in_view and followed and self._viewport.following and not self._is_in(rows):
            view = self._viewport
            view.following, view.top = False, top
            rows = view.rows()
            view.unseen = view.heights.total - view.above - view.height
        self.in_view = self._is_in(rows)
        return rows

    def _is_in(self, rows: Sequence[Row]) -> bool:
        here = self._cursor.marked
        return here is not None and any(entry.key == here.key and row in here.rows for entry, row in rows)

    def has_changed(self) -> bool:
        before, self.chosen = self.chosen, self._look()
        return before != self.chosen

    def _look(self) -> Chosen | None:
        entry, marked = self._cursor.entry, self._cursor.marked
        if not self._cursor.active:
            return None
        if entry is None or marked is None:
            return Chosen()
        seen = (marked.key, marked.rows.start, entry.turn, entry.version, entry.last, self._selection.begun)
        if self.chosen is None or seen != self._seen:
            self._seen = seen
            return chosen_of(entry, marked.rows, whole=self._cursor.line is None, selecting=self._selection.begun)
        return self.chosen
