"""Finding words in the conversation: this file owns the way from one hit to the next.

Hits are counted in what is seen (`Texts`), so each that is counted can be gone to. Only the message that is gone to is
drawn on the screen, and there the place is looked for in its lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from tui_chat.render.folding import Fold
from tui_chat.render.line import Line
from tui_chat.ui.widgets.transcript.counts import Counts
from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.hits import Hit, Place, all_hits, hits_in, nth_hit
from tui_chat.ui.widgets.transcript.query import Query
from tui_chat.ui.widgets.transcript.texts import THOUGHTS, thought_lines
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
        self.pattern: Query | None = None
        """What is looked for; None while nothing is."""
        self._counts = Counts(window)
        self._look = (0, "")
        """Width and way of thinking for which was counted."""
        self._at: tuple[Entry, int] | None = None
        """The hit that was gone to: its message, and which from 0 of the hits there."""
        self._wanted: tuple[Entry, int] | None = None
        """The same, while it is not drawn yet."""
        self.place: tuple[int, Place] | None = None
        """(key of the message, where in it) of the hit that was gone to."""

    @property
    def counting(self) -> bool:
        return self._counts.counting

    @property
    def found(self) -> Found:
        total = self._counts.hits.total
        return Found(min(self._index + 1, total), total, self.counting)

    @property
    def _index(self) -> int:
        """Which of all hits was gone to, from 0; -1 where none was."""
        position = None if self._at is None else self._window.position(self._at[0].key)
        if self._at is None or position is None or position >= len(self._counts.hits):
            return -1
        return self._counts.hits.above(position) + self._at[1]

    def look_for(self, query: str) -> Found:
        """Count the hits of a text; "" ends the search. The way begins at what is in view."""
        self.pattern = Query(query) if query else None
        self._begin(anew=self._look != self._seen_with)
        self._at = self._wanted = self.place = None
        return self.found

    def look_again(self) -> None:
        """Other messages are shown now, or none at all."""
        self._begin(anew=True)
        self._at = self._wanted = self.place = None

    @property
    def _seen_with(self) -> tuple[int, str]:
        """What of the look decides on the text that is seen."""
        return self._window.look.width, self._window.look.reasoning

    def _begin(self, *, anew: bool) -> None:
        self._look = self._seen_with
        self._counts.begin(self.pattern, anew=anew)
        self.count_on()

    def count_on(self) -> None:
        """Count in one more slice of the messages."""
        self._counts.go_on(BUDGET)

    def changed(self, position: int) -> None:
        """Something else is seen of a message: its text has changed, or the way it is looked at."""
        self._counts.changed(position)

    # Marks

    def looks_at(self, entry: Entry, index: int) -> bool:
        """A search goes on, and this line of a message is one that is looked through."""
        if self.pattern is None:
            return False
        return index in entry.body or 0 <= index - THOUGHTS < len(thought_lines(entry, self._window.look))

    def hits_in(self, entry: Entry, index: int) -> Iterator[tuple[int, int]]:
        """(start, end) of what is to be marked in a line of a message that is looked through."""
        if self.pattern is None:
            return
        if index not in entry.body:
            yield from hits_in(thought_lines(entry, self._window.look), index - THOUGHTS, self.pattern)
            return
        lines = entry.folding.lines if entry.folding is not None else entry.whole
        yield from hits_in(lines, index - entry.body.start, self.pattern)

    # The way

    def step(self, by: int) -> Found:
        """Go to the next hit (`by` 1) or the one before (-1), around the ends; brings its line into view."""
        total = self._counts.hits.total
        if not total or self.pattern is None:
            return self.found
        index = self._index + by if self._index >= 0 else self._above_view(self.pattern) - (by < 0)
        position, nth = self._counts.hits.find(index % total)
        self._at = self._wanted = (self._window.entries[position], nth)
        self._window.settled(position)
        self._go(position)
        return self.found

    def _above_view(self, query: Query) -> int:
        """How many hits begin above the first line in view."""
        self._window.rows()
        top = self._window.top
        entry = self._window.entries[top.entry]
        thoughts = thought_lines(entry, self._window.look)
        above = _before(thoughts, query, top.line - THOUGHTS)
        row = top.line - entry.body.start
        if row > 0 and entry.body:
            above += _before(entry.whole, query, entry.folding.behind(row) if entry.folding is not None else row)
        return self._counts.hits.above(min(top.entry, len(self._counts.hits))) + above

    def restyled(self) -> bool:
        """All lines have been made anew: find the place of the hit again, without going there. True: it is there."""
        if self._look != self._seen_with:
            self._begin(anew=True)
        if self.place is None or self._at is None or self.pattern is None:
            return False
        self.place = None
        entry, nth = self._at
        position = self._window.position(entry.key)
        if position is None or not entry.started:
            return False
        self.place = (entry.key, self._hit(position, nth, self.pattern).place)
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
        hit = self._hit(position, nth, self.pattern)
        if not hit.exact and not entry.settled:
            return
        self._wanted = None
        self.place = (entry.key, hit.place)
        self._window.to_view(position, min(hit.place, default=1))

    def _hit(self, position: int, nth: int, query: Query) -> Hit:
        """The n-th hit of a message, its place in the lines of the message; a fold that it is behind is opened."""
        entry = self._window.entries[position]
        thoughts = thought_lines(entry, self._window.look)
        hit = nth_hit(thoughts, query, nth)
        if hit.exact:
            return Hit({THOUGHTS + row: part for row, part in hit.place.items()}, exact=True)
        hit = nth_hit(entry.whole, query, nth - sum(1 for _ in all_hits(thoughts, query)))
        rows = {self._row(position, index): part for index, part in hit.place.items()}
        return Hit(rows, hit.exact)

    def _row(self, position: int, index: int) -> int:
        """The line of a message that shows a line of its whole body; a fold that it is behind is opened."""
        entry = self._window.entries[position]
        shown = entry.folding.shown(index) if entry.folding is not None else index
        if isinstance(shown, Fold):
            entry.unfold(shown.number)
            self._window.settled(position)
            return self._row(position, index)
        return entry.body.start + shown


def _before(lines: list[Line], query: Query, row: int) -> int:
    """How many hits begin before a line."""
    return sum(1 for _ in takewhile(lambda place: min(place) < row, all_hits(lines, query))) if row > 0 else 0
