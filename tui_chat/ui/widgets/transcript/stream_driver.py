"""Paces painting while answers stream, and while long messages are drawn or searched in steps.

What arrived is taken once per frame: at most thirty frames a second, and fewer if a frame is expensive. A message that
is too long for one go is drawn in steps that leave time for keys.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from tui_chat.core.reply import Reply
from tui_chat.ui.widgets.transcript import spinner
from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.entry_list import EntryList
from tui_chat.ui.widgets.transcript.live_answer import LiveAnswer
from tui_chat.ui.widgets.transcript.search import Search

FRAME = 1 / 30
"""Seconds between two frames of a growing answer."""

SHARE = 3
"""A frame that took long is followed by a pause of so many times its own length."""

REST = 0.008
"""Seconds left to keys and the network between two steps of drawing a long message."""

FIRST = 1 / 120
"""Seconds between two looks at an answer that has not begun: the first words should not wait for a frame."""


class RunningTimer(Protocol):
    def stop(self) -> None: ...


class Timers(Protocol):
    """The timers of a widget."""

    def set_timer(self, delay: float, callback: Callable[[], None]) -> RunningTimer: ...

    def set_interval(self, interval: float, callback: Callable[[], None]) -> RunningTimer: ...


class StreamDriver:
    """Paints streaming answers, and continues what takes several steps, through `repaint`."""

    def __init__(self, entries: EntryList, search: Search, timers: Timers, repaint: Callable[[], None]) -> None:
        self._entries = entries
        self._search = search
        self.timers = timers
        self._repaint = repaint
        self._answers: dict[str, LiveAnswer] = {}
        self._unfinished: dict[str, Entry] = {}
        """Messages that are not drawn to their end, by id."""
        self._pulse: RunningTimer | None = None
        self._interval = FRAME
        self._stepping = False
        self._not_before = 0.0
        self.still = False
        """The spinner does not turn."""
        entries.viewport.busy = self.draw_later

    @property
    def streaming(self) -> bool:
        return bool(self._answers)

    def answer(self, node_id: str) -> LiveAnswer | None:
        return self._answers.get(node_id)

    def begin(self, node_id: str, reply: Reply, speaker: str = "") -> None:
        """Paint a reply into a message until `end`. Text of it that was stored meanwhile is not shown twice."""
        answer = self._answers[node_id] = LiveAnswer(self._entries[node_id], reply, speaker)
        # What streamed unfolded stays unfolded: nothing disappears while it is read.
        self._entries.see(node_id, fold=False)
        position = self._entries.position(node_id)
        self._entries.mark_exchange(position)
        self._entries.viewport.draw(position)
        answer.take(self._beat())
        self._entries.viewport.changed(position)
        self._search.entry_changed(position)

    def end(self, node_id: str) -> None:
        """Paint no more into this message, once all that arrived is there."""
        self._answers.pop(node_id).end(self._beat())

    def clear(self) -> None:
        """Other messages are shown: nothing streams."""
        self._answers.clear()
        self._unfinished.clear()

    def draw_later(self, entry: Entry) -> None:
        """Draw the rest of this message in the next steps; a streaming one is drawn in its frames."""
        if entry.live is None:
            self._unfinished[entry.id] = entry

    def touch(self) -> None:
        """Something arrived: paint it now, unless the last frame is too recent. Cheap."""
        if self._answers and time.perf_counter() >= self._not_before:
            self._frame()

    def keep_going(self) -> None:
        """Run timers while there is something to do. Called after each repaint, once their widget is attached."""
        if self._answers:
            interval = FRAME if all(answer.begun for answer in self._answers.values()) else FIRST
            if self._pulse is None or interval != self._interval:
                self._stop_pulse()
                self._interval = interval
                self._pulse = self.timers.set_interval(interval, self._tick)
        if (self._unfinished or self._search.working) and not self._stepping:
            self._stepping = True
            self.timers.set_timer(REST, self._step)

    def _stop_pulse(self) -> None:
        if self._pulse is not None:
            self._pulse.stop()
            self._pulse = None

    def _tick(self) -> None:
        if time.perf_counter() >= self._not_before - FRAME / 2:
            self._frame()
        if self._answers:
            self.keep_going()
        else:
            self._stop_pulse()

    def _frame(self) -> None:
        """Paint one frame of what is growing."""
        began = time.perf_counter()
        changed = [self._follow(answer) for answer in self._answers.values()]
        if True not in changed:
            return
        self._repaint()
        now = time.perf_counter()
        self._not_before = max(began + FRAME, now + (now - began) * SHARE)

    def _follow(self, answer: LiveAnswer) -> bool:
        """Take what is new of an answer; True if lines changed."""
        entry, viewport = answer.entry, self._entries.viewport
        before = entry.layout.height
        if not answer.take(self._beat()):
            return False
        position = self._entries.position(entry.id)
        viewport.changed(position)
        self._search.entry_changed(position)
        viewport.arrived(entry.layout.height - before)
        return True

    def _step(self) -> None:
        """Draw and search for a moment, then leave the event loop to others."""
        self._stepping = False
        viewport = self._entries.viewport
        for entry in list(self._unfinished.values()):
            entry.draw(viewport.options, BUDGET)
            if entry.layout.complete:
                del self._unfinished[entry.id]
            if entry.id in self._entries:
                viewport.changed(self._entries.position(entry.id))
            self._search.arrived(entry)
        self._search.work()
        self._repaint()

    def _beat(self) -> int:
        return 0 if self.still else spinner.beat()
