"""The mouse on the transcript: this file owns wheel, scroll bar, clicks and selecting."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset
from textual.selection import Selection
from textual.timer import Timer

from tui_chat.render.inline import HREF
from tui_chat.render.line import Line
from tui_chat.ui.widgets.transcript.entry import TOGGLE
from tui_chat.ui.widgets.transcript.pane import Pane
from tui_chat.ui.widgets.transcript.selection import extract, place, unplace

DRIFT = 0.05
"""Seconds for a line while a selection is drawn beyond the edge."""

WHEEL = 3
"""Lines for one step of the mouse wheel."""


class PointerPane(Pane):
    """A pane that can be scrolled, clicked and selected with the mouse."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._pressed = (-1, -1)
        self._drift: Timer | None = None
        self._drift_by = self._drift_x = 0

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(WHEEL)

    def _on_bar(self, x: int) -> bool:
        return x == self.size.width - 1 and bool(self.bar.thumb())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._pressed = (event.x, event.y)
        if self._on_bar(event.x):
            self.capture_mouse()
            self.bar.grab(event.y)
            self.repaint()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.bar.grabbed:
            self.bar.drag(event.y)
            self.repaint()
        else:
            self._drift_if_at_edge(event.x, event.y)

    def on_mouse_up(self) -> None:
        self._stop_drift()
        if self.bar.grabbed:
            self.bar.release()
            self.release_mouse()
            self.repaint()

    def on_click(self, event: events.Click) -> None:
        if (event.x, event.y) != self._pressed or self._on_bar(event.x):
            return
        meta = event.style.meta
        if self.below and event.y == self.size.height - 1:
            self.action_scroll_end()
        elif HREF in meta:
            self.post_message(self.LinkClicked(str(meta[HREF])))
        elif TOGGLE in meta:
            self.toggle(str(meta[TOGGLE]))

    def toggle(self, node_id: str) -> None:
        """Fold or unfold the thinking of a message."""

    # Selection

    def _drift_if_at_edge(self, x: int, y: int) -> None:
        """A selection that is drawn to the first or last row goes on beyond it by itself."""
        self._drift_by = -1 if y <= 0 else 1 if y >= self.size.height - 1 else 0
        self._drift_x = x
        if not self._drift_by or not getattr(self.screen, "_selecting", False):
            self._stop_drift()
        elif self._drift is None:
            self._drift = self.set_interval(DRIFT, self._drift_on)

    def _stop_drift(self) -> None:
        if self._drift is not None:
            self._drift.stop()
            self._drift = None

    def _drift_on(self) -> None:
        selection = self.text_selection
        if selection is None or not getattr(self.screen, "_selecting", False):
            self._stop_drift()
            return
        self.window.scroll(self._drift_by)
        rows = self.window.rows()
        if not rows:
            return
        entry, line = rows[0 if self._drift_by < 0 else -1]
        edge = Offset(self._drift_x, place(entry.key, line))
        start, end = (edge, selection.end) if self._drift_by < 0 else (selection.start, edge)
        self.screen.selections = {**self.screen.selections, self: Selection(start, end)}
        self.repaint()

    @property
    def allow_select(self) -> bool:
        """Text can be selected; the scroll bar cannot."""
        return super().allow_select and not self._on_bar(self.app.mouse_position.x - self.region.x)

    def selection_updated(self, selection: Selection | None) -> None:
        self.repaint()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text without gutter and padding; wrapped lines are whole again."""
        start, end = selection
        entries = self.window.entries
        if not entries:
            return None
        first = unplace(start.y)[0] if start is not None else entries[0].key
        last = unplace(end.y)[0] if end is not None else entries[-1].key
        lines: list[tuple[int, Line]] = []
        for position, entry in enumerate(entries):
            if first <= entry.key <= last:
                self.window.settled(position)
                lines.extend((place(entry.key, index), entry.line(index)[0]) for index in range(entry.height))
        return extract(selection, lines), "\n"
