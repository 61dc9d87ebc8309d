"""A conversation while answers come into it: this file owns the pace of painting.

What comes is taken once per picture, at most thirty a second and fewer where a picture is dear; a message that is too
long for one go is drawn in steps, with time for keys between them.
"""

from __future__ import annotations

import time

from textual.timer import Timer

from tui_chat.core.message import Turn
from tui_chat.core.settings import Settings
from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.entry_list import EntryList
from tui_chat.ui.widgets.transcript.keys import ReadingPane
from tui_chat.ui.widgets.transcript.live_answer import LiveAnswer

FRAME = 1 / 30
"""Seconds between two pictures of a growing answer."""

SHARE = 3
"""A picture that took long is followed by a pause of so many times its own length."""

REST = 0.008
"""Seconds left to keys and the network between two steps of drawing a long message."""

FIRST = 1 / 120
"""Seconds between two looks at an answer that has not begun: the first words are waited for."""

BEAT = 0.13
"""Seconds for one turn of the spinner."""

UNKNOWN = Settings()


class StreamingPane(ReadingPane):
    """A pane into which answers come.

    `lives` are those that do, `unfinished` the messages that are not drawn to their end, both by the id of the message.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self.shelf = EntryList(self.window)
        self.lives: dict[str, LiveAnswer] = {}
        self.unfinished: dict[str, Entry] = {}
        self._pulse: Timer | None = None
        self._stepping = False
        self._waiting = False
        self._not_before = 0.0
        self.window.busy = self.draw_later

    def touch(self) -> None:
        """Something came for a streamed answer: paint it now if the last picture is old enough. Cheap."""
        if self.lives and time.perf_counter() >= self._not_before:
            self._frame()

    @property
    def streaming(self) -> bool:
        """An answer is coming in."""
        return bool(self.lives)

    def comes(self, node_id: str) -> bool:
        """This answer is coming in."""
        return node_id in self.lives

    def draw_later(self, entry: Entry) -> None:
        """The rest of this message is drawn in the next steps; one that comes is drawn with what comes."""
        if entry.id not in self.lives:
            self.unfinished[entry.id] = entry
            self.run_on()

    def on_mount(self) -> None:
        self.run_on()

    def run_on(self) -> None:
        """Keep the pulse going while answers come, and the steps while a long message is not drawn to its end."""
        if not self.is_attached:
            return
        waiting = not all(live.begun for live in self.lives.values())
        if self.lives and (self._pulse is None or waiting != self._waiting):
            if self._pulse is not None:
                self._pulse.stop()
            self._waiting = waiting
            self._pulse = self.set_interval(FIRST if waiting else FRAME, self._tick)
        if (self.unfinished or self.finder.working) and not self._stepping:
            self._stepping = True
            self.set_timer(REST, self._step)

    def _tick(self) -> None:
        if time.perf_counter() >= self._not_before - FRAME / 2:
            self._frame()
        if self.lives:
            self.run_on()
        elif self._pulse is not None:
            self._pulse.stop()
            self._pulse = None

    def _step(self) -> None:
        """Draw on at long messages, then leave the loop to others for a moment."""
        self._stepping = False
        for entry in list(self.unfinished.values()):
            self._work_on(entry)
            self.finder.arrived(entry)
        self.finder.count_on()
        self.tell_found()
        self.repaint()
        self.run_on()

    def keep_counting(self) -> None:
        self.run_on()

    def count_again(self, node_id: str) -> None:
        """Something else is seen of a message: a search counts there again, and tells of it."""
        self.finder.changed(self.shelf.position(node_id))
        self.tell_found()
        self.keep_counting()

    def restyle(self) -> None:
        super().restyle()
        self.tell_found()
        self.keep_counting()

    def _frame(self) -> None:
        """One picture of what is growing."""
        began = time.perf_counter()
        changed = [self._follow(live) for live in list(self.lives.values())]
        if True not in changed:
            return
        self.repaint()
        self.tell_found()
        now = time.perf_counter()
        self._not_before = max(began + FRAME, now + (now - began) * SHARE)

    def _follow(self, live: LiveAnswer) -> bool:
        """Take what is new of an answer; True when lines changed."""
        # What comes after the end (usage, late verdicts) may take seconds; the answer is all there.
        entry, over = live.entry, live.reply.state.has_ended
        before = entry.height
        changed = live.take(beat())
        if over:
            del self.lives[entry.id]
            entry.live = None
            turn = entry.turn
            self.change_turn(entry.id, live.reply.turn(turn.created, turn.settings or UNKNOWN, turn.endpoint or ""))
        if changed:
            self.window.changed(self.shelf.position(entry.id))
            if not over:
                self.finder.changed(self.shelf.position(entry.id))
            self.unseen(entry.height - before)
        return changed or over

    def change_turn(self, node_id: str, turn: Turn) -> None:
        position = self.shelf.position(node_id)
        entry = self.window.entries[position]
        entry.change(turn)
        if entry.started and not entry.settled:
            self.draw_later(entry)
        self.window.changed(position)
        self.count_again(node_id)
        self.shelf.mark_exchange(position, set(self.lives))
        self.window.changed(position)

    def _work_on(self, entry: Entry) -> None:
        """Draw on at a long message."""
        entry.settle(self.window.look, BUDGET)
        if entry.settled:
            del self.unfinished[entry.id]
        if entry.id in self.shelf:
            self.window.changed(self.shelf.position(entry.id))


def beat() -> int:
    return int(time.perf_counter() / BEAT)
