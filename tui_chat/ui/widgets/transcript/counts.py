"""How many hits each message has: this file owns in which order they are counted, and that neither ten thousand
messages nor one that grows hold up the keys."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from tui_chat.render.line import Line, alike
from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.heights import Heights
from tui_chat.ui.widgets.transcript.hits import seen_text
from tui_chat.ui.widgets.transcript.query import Query
from tui_chat.ui.widgets.transcript.texts import Texts
from tui_chat.ui.widgets.transcript.window import Window


class Counts:
    """Counts in a window's messages, from the first in view to the last, then from there up."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._query: Query | None = None
        self._texts = Texts()
        self._growing: dict[int, GrowingCount] = {}
        self._todo: deque[int] = deque()
        self.hits = Heights()
        """By message, 0 where nothing was counted yet: sums and places are asked for as with heights."""

    @property
    def counting(self) -> bool:
        return self._query is not None and (bool(self._todo) or len(self.hits) < len(self._window.entries))

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
        if count is None:
            self._todo.appendleft(position)
        else:
            self.hits.set(position, count)

    def _count(self, position: int, budget: float) -> int | None:
        entry = self._window.entries[position]
        if self._query is None:
            return 0
        if entry.live is None:
            return self._texts.count(entry, self._query, self._window.look, budget)
        return self._count_live(position, entry, self._query)

    def _count_live(self, position: int, entry: Entry, query: Query) -> int:
        """Of an answer that comes, what is drawn is counted; it is drawn as it comes also out of view."""
        if not entry.started:
            self._window.settled(position)
        growing = self._growing.get(entry.key)
        if growing is None:
            growing = self._growing[entry.key] = GrowingCount(query)
        return growing.update(entry.whole)


class GrowingCount:
    """The hits in lines that grow. What is drawn anew is counted anew: of a long paragraph that is only its end."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._lines: list[Line] = []
        self._before: list[int] = [0]
        """Hits before each line that begins, and after all."""

    def update(self, lines: Sequence[Line]) -> int:
        """All hits there are now. Counts from the first line on that is another than the last time."""
        first = self._first_other(lines)
        del self._before[first + 1 :]
        for begin, after in _begins(lines, first):
            hits = self._query.count(seen_text(lines[begin:after]))
            self._before += [self._before[-1]] * (after - begin - 1) + [self._before[-1] + hits]
        self._lines = list(lines)
        return self._before[-1]

    def _first_other(self, lines: Sequence[Line]) -> int:
        """The first line that is not counted or not the one it was, or where the one begins that it goes on from."""
        first = alike(self._lines, lines)
        while first > 0 and (first >= len(lines) or not lines[first].begins):
            first -= 1
        return first


def _begins(lines: Sequence[Line], first: int) -> list[tuple[int, int]]:
    """(first, after the last) of the lines that were one before they were wrapped."""
    begins = [first, *(index for index in range(first + 1, len(lines)) if lines[index].begins)]
    return list(zip(begins, [*begins[1:], len(lines)], strict=True)) if first < len(lines) else []
