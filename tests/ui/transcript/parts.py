"""The transcript's parts, put together as the widget does it, but without an app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tui_chat.core.conversation import Node
from tui_chat.render.styles import dark
from tui_chat.ui.widgets.transcript.entry_list import EntryList
from tui_chat.ui.widgets.transcript.message_views import MessageViews
from tui_chat.ui.widgets.transcript.reading_cursor import ReadingCursor
from tui_chat.ui.widgets.transcript.render_options import RenderOptions
from tui_chat.ui.widgets.transcript.search import Search
from tui_chat.ui.widgets.transcript.stream_driver import StreamDriver
from tui_chat.ui.widgets.transcript.viewport import Viewport


class FakeTimer:
    def __init__(self, seconds: float, callback: Callable[[], None]) -> None:
        self.seconds = seconds
        self.callback = callback
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


@dataclass
class FakeTimers:
    """Timers that ring when a test says so."""

    intervals: list[FakeTimer] = field(default_factory=list)
    timers: list[FakeTimer] = field(default_factory=list)

    def set_timer(self, delay: float, callback: Callable[[], None]) -> FakeTimer:
        self.timers.append(FakeTimer(delay, callback))
        return self.timers[-1]

    def set_interval(self, interval: float, callback: Callable[[], None]) -> FakeTimer:
        self.intervals.append(FakeTimer(interval, callback))
        return self.intervals[-1]

    @property
    def running(self) -> list[float]:
        """The intervals that were not stopped."""
        return [timer.seconds for timer in self.intervals if not timer.stopped]

    def ring(self) -> None:
        """Ring each timer once, and each interval that runs."""
        timers, self.timers = self.timers, []
        for timer in [*timers, *(each for each in self.intervals if not each.stopped)]:
            timer.callback()


class Parts:
    """All parts over one viewport of so many rows and columns; `pictures` counts repaints."""

    def __init__(self, nodes: Sequence[Node], height: int = 20, width: int = 60) -> None:
        self.pictures = 0
        self.timers = FakeTimers()
        self.viewport = Viewport(RenderOptions(width, dark()))
        self.viewport.height = height
        self.entries = EntryList(self.viewport, self.repaint)
        self.search = Search(self.viewport, self.repaint)
        self.cursor = ReadingCursor(self.viewport)
        self.views = MessageViews(self.entries, self.cursor, self.search, self.repaint)
        self.streams = StreamDriver(self.entries, self.search, self.timers, self.repaint)
        self.entries.fill(self.entries.prepared(nodes))
        self.repaint()

    def repaint(self) -> None:
        self.pictures += 1
        self.viewport.rows()
        self.streams.keep_going()

    def texts(self) -> list[str]:
        """The lines in view."""
        return [entry.layout.line(index)[0].plain for entry, index in self.viewport.rows()]
