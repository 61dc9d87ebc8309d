"""How many hits each message has: this file owns in which order they are counted, and that neither ten thousand
messages nor one that grows hold up the keys."""

from __future__ import annotations

import time
from collections import deque

from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.heights import Heights
from tui_chat.ui.widgets.transcript.hit_index import HitIndex
from tui_chat.ui.widgets.transcript.query import Query
from tui_chat.ui.widgets.transcript.viewport import Viewport
from tui_chat.ui.widgets.transcript.visible_text import VisibleTexts


class HitCounts:
    """Counts in a window's messages, from the first in view to the last, then from there up."""

    def __init__(self, window: Viewport) -> None:
        self._window = window
        self._query: Query | None = None
        self._texts = VisibleTexts()
        self._growing: dict[int, HitIndex] = {}
        self._todo: deque[int] = deque()
        self.hits = Heights()
        """By message, 0 where nothing was counted yet: sums and places are asked for as with heights."""

    @property
    def counting(self) -> bool:
        return self._query is not None and (bool(self._todo) or len(self.hits) < len(self._window.entries))

    def knows(self, position: int) -> bool:
        """This message is counted in."""
        return position < len(self.hits) and position not in self._todo

    def begin(self, query: Query | None, *, anew: bool) -> None:
        """Count from the beginning; `anew`: other messages are shown, or all in another way."""
        if anew or query is None:
            self._texts.clear()
        self._query = query
        self._growing.clear()
        total, first = len(self._window.entries) if query is not None else 0, self._window.top.entry
        self.hits = Heights([0] * total)
        self._todo = deque([*range(first, total), *range(min(first, total) - 1, -1, -1)])

    def go_on(self, budget: float) -> None:
        """Count in one more slice of the messages."""
        if self._query is None:
            return
        self._take_new()
        now = time.perf_counter()
        until = now + budget
        while self._todo and now < until:
            count = self._count(self._todo[0], until - now)
            if count is not None:
                self.hits.set(self._todo.popleft(), count)
            now = time.perf_counter()

    def _take_new(self) -> None:
        for position in range(len(self.hits), len(self._window.entries)):
            self.hits.append(0)
            self._todo.append(position)

    def changed(self, position: int) -> None:
        """Something else is seen of a message. Of one that only grew the new part is looked at."""
        if self._query is None or position >= len(self.hits):
            return
        entry = self._window.entries[position]
        self._texts.forget(entry)
        if entry.live is None:
            self._growing.pop(entry.key, None)
        count = self._count(position, BUDGET)
        if count is not None:
            self.hits.set(position, count)
        elif not self._todo or self._todo[0] != position:
            self._todo.appendleft(position)

    def _count(self, position: int, budget: float) -> int | None:
        entry = self._window.entries[position]
        if self._query is None:
            return 0
        if entry.live is None:
            return self._texts.count(entry, self._query, self._window.look, budget)
        return self._count_live(position, entry, self._query, budget)

    def _count_live(self, position: int, entry: Entry, query: Query, budget: float) -> int | None:
        """Of an answer that comes, what is drawn is counted; it is drawn as it comes also out of view."""
        if not entry.started:
            self._window.settled(position)
        growing = self._growing.get(entry.key)
        if growing is None:
            growing = self._growing[entry.key] = HitIndex(query)
        return growing.total if growing.update(entry.whole, budget) else None
