"""The mouse in the transcript: wheel, scroll bar, clicks, and drag selection beyond the edges."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.geometry import Offset
from textual.selection import Selection
from textual.timer import Timer
from textual.widget import Widget

from tui_chat.render.code import COPY_CODE
from tui_chat.render.code_folding import FOLD
from tui_chat.render.inline import HREF
from tui_chat.ui.column_width import GUTTER, measure
from tui_chat.ui.widget_messages import AttachmentsClicked, CodeWanted, CommandWanted, VersionWanted
from tui_chat.ui.widgets.transcript.file_lines import FILES
from tui_chat.ui.widgets.transcript.last_line import COMMAND, VERSION
from tui_chat.ui.widgets.transcript.message_parts import HIDDEN, TOGGLE
from tui_chat.ui.widgets.transcript.message_views import MessageViews
from tui_chat.ui.widgets.transcript.posted_messages import LinkClicked
from tui_chat.ui.widgets.transcript.reading_cursor import ReadingCursor
from tui_chat.ui.widgets.transcript.scroll_bar import ScrollBar
from tui_chat.ui.widgets.transcript.selection import place, word_at
from tui_chat.ui.widgets.transcript.viewport import Viewport

DRIFT = 0.05
"""Seconds per line while a selection is dragged beyond the edge."""

WHEEL = 3
"""Lines per step of the mouse wheel."""


class Mouse:
    """Handles the mouse events of a widget that shows a viewport."""

    def __init__(
        self,
        widget: Widget,
        viewport: Viewport,
        bar: ScrollBar,
        cursor: ReadingCursor,
        views: MessageViews,
        repaint: Callable[[], None],
    ) -> None:
        self._widget = widget
        self._viewport = viewport
        self._bar = bar
        self._cursor = cursor
        self._views = views
        self._repaint = repaint
        self._pressed = (-1, -1)
        self._drift: Timer | None = None
        self._drift_by = self._drift_x = 0

    def handle(self, event: events.MouseEvent) -> None:
        match event:
            case events.MouseScrollUp() | events.MouseScrollDown():
                event.stop()
                self._viewport.scroll(-WHEEL if isinstance(event, events.MouseScrollUp) else WHEEL)
                self._repaint()
            case events.MouseDown():
                self._press(event.x, event.y)
            case events.MouseMove() if self._bar.grabbed:
                self._bar.drag(event.y)
                self._repaint()
            case events.MouseMove():
                self._drift_at_edge(event.x, event.y)
            case events.MouseUp():
                self._release()
            case events.Click():
                self._put_cursor(event.y)
                self._click(event)
            case _:
                pass

    def on_bar(self, x: int) -> bool:
        """This column is the scroll bar."""
        return x == self._widget.size.width - 1 and bool(self._bar.thumb())

    def _press(self, x: int, y: int) -> None:
        self._pressed = (x, y)
        if self.on_bar(x):
            self._widget.capture_mouse()
            self._bar.grab(y)
            self._repaint()

    def _release(self) -> None:
        self._stop_drift()
        if self._bar.grabbed:
            self._bar.release()
            self._widget.release_mouse()
            self._repaint()

    def _put_cursor(self, y: int) -> None:
        rows = self._viewport.rows()
        if self._cursor.active and y < len(rows):
            entry, row = rows[y]
            position = self._viewport.position(entry.key)
            if position is not None:
                self._cursor.put(position, row)
                self._repaint()

    def _click(self, event: events.Click) -> None:
        if (event.x, event.y) != self._pressed or self.on_bar(event.x):
            return
        if event.chain > 1:
            # Textual would select the whole widget on a double click: all messages.
            event.prevent_default()
            self._select_at(event.x, event.y, whole=event.chain > 2)
            return
        meta = event.style.meta
        if self._viewport.unseen and event.y == self._widget.size.height - 1:
            self._viewport.to_end()
            self._repaint()
        elif HREF in meta:
            self._widget.post_message(LinkClicked(str(meta[HREF])))
        elif TOGGLE in meta:
            self._views.toggle_reasoning(str(meta[TOGGLE]))
        elif HIDDEN in meta:
            self._views.toggle_hidden_text(str(meta[HIDDEN]))
        elif FOLD in meta:
            self._views.fold_code(*meta[FOLD], folded=False)
        elif VERSION in meta:
            self._widget.post_message(VersionWanted(*meta[VERSION]))
        elif COMMAND in meta:
            self._widget.post_message(CommandWanted(str(meta[COMMAND])))
        elif FILES in meta:
            self._widget.post_message(AttachmentsClicked(str(meta[FILES])))
        elif COPY_CODE in meta:
            self._copy_code(event.y)

    def _copy_code(self, y: int) -> None:
        """Ask for the code block in a row to be copied."""
        entry, row = self._viewport.rows()[y]
        if (number := entry.layout.code_number(row)) is not None:
            self._widget.post_message(CodeWanted(entry.id, number))

    def _select_at(self, x: int, y: int, *, whole: bool) -> None:
        """Select the word under the mouse, or the whole line as it was before wrapping."""
        rows = self._viewport.rows()
        if y >= len(rows):
            return
        entry, index = rows[y]
        layout = entry.layout
        first = last = index
        if whole:
            while first > 0 and layout.line(first)[0].joint != "\n":
                first -= 1
            while last + 1 < layout.height and layout.line(last + 1)[0].joint != "\n":
                last += 1
        line = layout.line(last)[0]
        margin = measure(self._widget.size.width).margin
        start, end = (0, GUTTER + len(line.plain)) if whole else word_at(line.plain, x - margin - GUTTER)
        begin, finish = Offset(start, place(entry.key, first)), Offset(end, place(entry.key, last))
        self._widget.screen.selections = {self._widget: Selection(begin, finish)}

    # A selection dragged to the first or last row scrolls the text

    def _drift_at_edge(self, x: int, y: int) -> None:
        self._drift_by = -1 if y <= 0 else 1 if y >= self._widget.size.height - 1 else 0
        self._drift_x = x
        if not self._drift_by or not self._selecting:
            self._stop_drift()
        elif self._drift is None:
            self._drift = self._widget.set_interval(DRIFT, self._drift_on)

    @property
    def _selecting(self) -> bool:
        return bool(getattr(self._widget.screen, "_selecting", False))

    def _stop_drift(self) -> None:
        if self._drift is not None:
            self._drift.stop()
            self._drift = None

    def _drift_on(self) -> None:
        selection = self._widget.text_selection
        if selection is None or not self._selecting:
            self._stop_drift()
            return
        self._viewport.scroll(self._drift_by)
        rows = self._viewport.rows()
        if not rows:
            return
        entry, line = rows[0 if self._drift_by < 0 else -1]
        edge = Offset(self._drift_x, place(entry.key, line))
        start, end = (edge, selection.end) if self._drift_by < 0 else (selection.start, edge)
        screen = self._widget.screen
        screen.selections = {**screen.selections, self._widget: Selection(start, end)}
        self._repaint()
