"""The mouse on the transcript: this file owns wheel, scroll bar, clicks and selecting."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset
from textual.selection import Selection
from textual.timer import Timer

from tui_chat.render.folding import FOLD
from tui_chat.render.inline import HREF
from tui_chat.render.safe import safe_text
from tui_chat.ui.widgets.transcript.message_parts import TOGGLE, VEIL
from tui_chat.ui.widgets.transcript.pane import Pane
from tui_chat.ui.widgets.transcript.selection import extract, place, unplace, word_at
from tui_chat.ui.widgets.transcript.strips import GUTTER

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
        if event.chain > 1:
            # Textual's own answer to a double click is to select the whole widget: all messages.
            event.prevent_default()
            self._select_at(event.x, event.y, whole=event.chain > 2)
            return
        meta = event.style.meta
        if self.below and event.y == self.size.height - 1:
            self.action_scroll_end()
        elif HREF in meta:
            self.post_message(self.LinkClicked(str(meta[HREF])))
        elif TOGGLE in meta:
            self.toggle(str(meta[TOGGLE]))
        elif VEIL in meta:
            self.veil(str(meta[VEIL]))
        elif FOLD in meta:
            self.fold_code(*meta[FOLD], folded=False)

    def toggle(self, node_id: str) -> None:
        """Fold or unfold the thinking of a message."""

    def veil(self, node_id: str) -> None:
        """Hide or show what the content filter rejected of a message."""

    def fold_code(self, node_id: str, number: int, *, folded: bool) -> None:
        """Fold or unfold a long code block of a message."""

    # Selection

    def _select_at(self, x: int, y: int, *, whole: bool) -> None:
        """Select the word under the mouse, or the whole line as it was before it was wrapped."""
        rows = self.window.rows()
        if y >= len(rows):
            return
        entry, index = rows[y]
        first = last = index
        if whole:
            while first > 0 and entry.line(first)[0].joint != "\n":
                first -= 1
            while last + 1 < entry.height and entry.line(last + 1)[0].joint != "\n":
                last += 1
        line = entry.line(last)[0]
        start, end = (0, GUTTER + len(line.plain)) if whole else word_at(line.plain, x - GUTTER)
        begin, finish = Offset(start, place(entry.key, first)), Offset(end, place(entry.key, last))
        self.screen.selections = {self: Selection(begin, finish)}

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
        """The selected text without gutter and padding; wrapped lines are whole again, messages stand apart.

        Of several messages it is what was said, without the footers between them.
        Of messages in the middle that were never drawn it is the source: drawing thousands to copy them takes minutes.
        """
        start, end = selection
        first = None if start is None else unplace(start.y)[0]
        last = None if end is None else unplace(end.y)[0]
        parts: list[str] = []
        for position, entry in enumerate(self.window.entries):
            if (first is not None and entry.key < first) or (last is not None and entry.key > last):
                continue
            if entry.started or entry.key in (first, last):
                self.window.settled(position)
                said = entry.body if first != last else range(entry.height)
                lines = ((place(entry.key, i), line) for i, line in entry.lines_to_copy() if i in said)
                parts.append(extract(selection, lines))
            else:
                parts.append("" if entry.hides else safe_text(entry.turn.text).strip("\n"))
        return ("\n\n".join(part for part in parts if part), "\n") if parts else None
