"""Counts the hits of each message, in slices that never block the keys."""

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
    """Counts hits from the first message in view to the last message, then upwards from there."""

    def __init__(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._query: Query | None = None
        self._texts = VisibleTexts()
        self._growing: dict[int, HitIndex] = {}
        self._todo: deque[int] = deque()
        self.hits = Heights()
        """By position, 0 where nothing is counted yet. Sums and lookups are the same as for heights."""

    @property
    def counting(self) -> bool:
        return self._query is not None and (bool(self._todo) or len(self.hits) < len(self._viewport.entries))

    def knows(self, position: int) -> bool:
        return position < len(self.hits) and position not in self._todo

    def begin(self, query: Query | None, *, refresh: bool) -> None:
        """Count from the beginning; `refresh` if other messages are shown, or all in another way."""
        if refresh or query is None:
            self._texts.clear()
        self._query = query
        self._growing.clear()
        total, first = len(self._viewport.entries) if query is not None else 0, self._viewport.top.entry
        self.hits = Heights([0] * total)
        self._todo = deque([*range(first, total), *range(min(first, total) - 1, -1, -1)])

    def proceed(self, budget: float) -> None:
        """Count for so many seconds."""
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
        for position in range(len(self.hits), len(self._viewport.entries)):
            self.hits.append(0)
            self._todo.append(position)

    def changed(self, position: int) -> None:
        """The visible text of a message changed. If it only grew, only the new part is searched."""
        if self._query is None or position >= len(self.hits):
            return
        entry = self._viewport.entries[position]
        self._texts.forget(entry)
        if entry.live is None:
            self._growing.pop(entry.key, None)
        count = self._count(position, BUDGET)
        if count is not None:
            self.hits.set(position, count)
        elif not self._todo or self._todo[0] != position:
            self._todo.appendleft(position)

    def _count(self, position: int, budget: float) -> int | None:
        entry = self._viewport.entries[position]
        if self._query is None:
            return 0
        if entry.live is None:
            return self._texts.count(entry, self._query, self._viewport.options, budget)
        return self._count_live(position, entry, self._query, budget)

    def _count_live(self, position: int, entry: Entry, query: Query, budget: float) -> int | None:
        """A streaming answer is searched in its drawn lines; it is drawn as it arrives even out of view."""
        if not entry.drawn:
            self._viewport.draw(position)
        growing = self._growing.get(entry.key)
        if growing is None:
            growing = self._growing[entry.key] = HitIndex(query)
        return growing.total if growing.update(entry.layout.whole, budget) else None
