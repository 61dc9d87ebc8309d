"""Finding words in the conversation: this file owns what counts as a hit and the way from one to the next.

Hits are counted in the sources of the messages, which costs little for any number of them and is done in slices; of an
answer that still comes only what is new is looked at. Only the message that is gone to is drawn, and there the place is
looked for in its lines.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tui_chat.render.folding import Fold
from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.heights import Heights
from tui_chat.ui.widgets.transcript.hits import Place, hits_in, nth_hit
from tui_chat.ui.widgets.transcript.window import Window


@dataclass(frozen=True, slots=True)
class Found:
    """Where a search stands: hit `index` (from 1; 0 is none) of `total`. `counting`: there may be more."""

    index: int
    total: int
    counting: bool = False


class Finder:
    """A search through a window's messages, without regard to case."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.pattern: re.Pattern[str] | None = None
        self._query = ""
        self._counts = Heights()
        """Hits by message, as far as they are counted: sums and places are asked for as with heights."""
        self._at: int | None = None
        self._growing: tuple[int, int, str] = (-1, 0, "")
        """Of the answer that comes: its key, the pieces that were looked at, and the end a hit may go on from."""
        self._wanted: tuple[Entry, int] | None = None
        """A hit that was gone to and is not drawn yet."""
        self.place: tuple[int, Place] | None = None
        """(key of the message, where in it) of the hit that was gone to."""

    @property
    def counting(self) -> bool:
        return bool(self._query) and len(self._counts) < len(self._window.entries)

    @property
    def found(self) -> Found:
        index = 0 if self._at is None or not self._counts.total else self._at + 1
        return Found(index, self._counts.total, self.counting)

    def look_for(self, query: str) -> Found:
        """Count the hits of a text; "" ends the search. The way begins at what is in view."""
        self._query = query.lower()
        self.pattern = re.compile(re.escape(query), re.IGNORECASE) if query else None
        self.look_again()
        return self.found

    def look_again(self) -> None:
        """Other messages are shown now, or none at all."""
        self._counts = Heights()
        self._at = self._wanted = self.place = None
        self._growing = (-1, 0, "")
        self.count_on()

    def count_on(self) -> None:
        """Count in one more slice of the messages."""
        until = time.perf_counter() + BUDGET
        while self.counting and time.perf_counter() < until:
            self._counts.append(self._count(self._window.entries[len(self._counts)]))

    def changed(self, position: int) -> None:
        """The text of a message has changed. Of one that only grew the new part is looked at."""
        if self._query and position < len(self._counts):
            before = self._counts[position]
            self._counts.set(position, self._count(self._window.entries[position], before))

    def _count(self, entry: Entry, before: int = 0) -> int:
        """Hits in a message; `before` is how many there were."""
        if entry.hides:
            return 0
        key, pieces, tail = self._growing
        goes_on = entry.live is not None and key == entry.key and 0 < pieces <= len(entry.fed)
        text = tail + "".join(entry.fed[pieces:]) if goes_on else entry.source
        count, tail = _hits(text.lower(), self._query)
        if entry.live is not None:
            self._growing = (entry.key, len(entry.fed), tail)
        return before + count if goes_on else count

    def hits_in(self, entry: Entry, index: int) -> Iterator[tuple[int, int]]:
        """(start, end) of what is to be marked in a line of a message's body."""
        if self.pattern is not None:
            lines = entry.folding.lines if entry.folding is not None else entry.whole
            yield from hits_in(lines, index - entry.body.start, self.pattern, len(self._query))

    def step(self, by: int) -> Found:
        """Go to the next hit (`by` 1) or the one before (-1), around the ends; brings its line into view."""
        total = self._counts.total
        if not total:
            return self.found
        if self._at is None:
            first = self._counts.above(min(self._window.top.entry, len(self._counts)))
            self._at = first - (by > 0)
        self._at = (self._at + by) % total
        position, nth = self._counts.find(self._at)
        self._wanted = (self._window.entries[position], nth)
        self._window.settled(position)
        self._go(position)
        return self.found

    def restyled(self) -> bool:
        """All lines have been made anew: find the place of the hit again, without going there. True: it is there."""
        if self.place is None or self._at is None or self.pattern is None:
            return False
        self.place = None
        position, nth = self._counts.find(self._at)
        entry = self._window.entries[position]
        if not entry.started:
            return False
        hit = nth_hit(entry.whole, self.pattern, nth)
        self.place = (entry.key, {self._row(position, index): part for index, part in hit.place.items()})
        return True

    def arrived(self, entry: Entry) -> None:
        """More of a message has been drawn: the hit that was gone to may be there now."""
        if self._wanted is not None and self._wanted[0] is entry:
            position = self._window.position(entry.key)
            if position is not None:
                self._go(position)

    def _go(self, position: int) -> None:
        if self._wanted is None or self.pattern is None:
            return
        entry, nth = self._wanted
        hit = nth_hit(entry.whole, self.pattern, nth)
        if not hit.exact and not entry.settled:
            return
        self._wanted = None
        rows = {self._row(position, index): part for index, part in hit.place.items()}
        self.place = (entry.key, rows)
        self._window.to_view(position, min(rows, default=1))

    def _row(self, position: int, index: int) -> int:
        """The line of a message that shows a line of its whole body; a fold that it is behind is opened."""
        entry = self._window.entries[position]
        shown = entry.folding.shown(index) if entry.folding is not None else index
        if isinstance(shown, Fold):
            entry.unfold(shown.number)
            self._window.settled(position)
            return self._row(position, index)
        return entry.body.start + shown


def _hits(text: str, query: str) -> tuple[int, str]:
    """How often a text holds a query, and the end of it with which a further hit may begin."""
    count = at = 0
    while (found := text.find(query, at)) >= 0:
        count, at = count + 1, found + len(query)
    return count, text[max(at, len(text) - len(query) + 1) :]
