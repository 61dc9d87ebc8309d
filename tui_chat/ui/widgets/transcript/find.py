"""Finding words in the conversation: this file owns what counts as a hit and the way from one to the next.

Hits are counted in the sources of the messages, which costs little for any number of them; only the message that is
gone to is drawn, and there the place is looked for in its lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.window import Window


@dataclass(frozen=True, slots=True)
class Found:
    """Where a search stands: hit `index` (from 1; 0 is none) of `total`."""

    index: int
    total: int


class Finder:
    """A search through a window's messages, without regard to case."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.pattern: re.Pattern[str] | None = None
        self._query = ""
        self._hits: list[tuple[int, int]] = []
        self._at = 0
        self.line: tuple[int, int] | None = None
        """(key of the message, line in it) of the hit that was gone to."""

    def look_for(self, query: str) -> Found:
        """Count the hits of a text; "" ends the search. The way begins at what is in view."""
        self._query = query.lower()
        self.pattern = re.compile(re.escape(query), re.IGNORECASE) if query else None
        self.line = None
        self._hits = []
        if query:
            for position, entry in enumerate(self._window.entries):
                count = entry.turn.text.lower().count(self._query)
                self._hits.extend((position, nth) for nth in range(count))
        before = sum(1 for position, _ in self._hits if position < self._window.top.entry)
        self._at = before - 1
        return Found(0, len(self._hits))

    def step(self, by: int) -> Found:
        """Go to the next hit (`by` 1) or the one before (-1), around the ends; brings its line into view."""
        if not self._hits:
            return Found(0, 0)
        self._at = (self._at + by) % len(self._hits)
        position, nth = self._hits[self._at]
        height = self._window.settled(position)
        entry = self._window.entries[position]
        line = self._line_of(entry, nth, height)
        self.line = (entry.key, line)
        self._window.to_view(position, line)
        return Found(self._at + 1, len(self._hits))

    def _line_of(self, entry: Entry, nth: int, height: int) -> int:
        """The line of the n-th hit as it is drawn; a hit that is not drawn (an address) leads to the one before."""
        assert self.pattern is not None
        found = 0
        for index in range(2, height):
            count = len(self.pattern.findall(entry.line(index)[0].plain))
            if count:
                found = index
            nth -= count
            if nth < 0:
                break
        return found
