"""Finding words in the conversation: this file owns the way from one hit to the next.

Hits are counted in the text that is seen (`VisibleTexts`), so that each one counted can be gone to. Only the message
that is gone to is drawn, and there the place is looked for in its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_chat.render.folding import Fold
from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.hit_counts import HitCounts
from tui_chat.ui.widgets.transcript.hit_index import HitIndex
from tui_chat.ui.widgets.transcript.hit_places import HitPlace, Marks
from tui_chat.ui.widgets.transcript.query import Query
from tui_chat.ui.widgets.transcript.viewport import Viewport
from tui_chat.ui.widgets.transcript.visible_text import THOUGHTS, thought_lines


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """Where a search stands: hit `index` (from 1; 0 is none) of `total`. `counting`: there may be more."""

    index: int
    total: int
    counting: bool = False


class Search:
    """A search through a window's messages, without regard to case."""

    def __init__(self, window: Viewport) -> None:
        self._window = window
        self.pattern: Query | None = None
        """What is looked for; None while nothing is."""
        self._counts = HitCounts(window)
        self._look = (0, "")
        """Width and way of thinking for which was counted."""
        self._at: tuple[Entry, int] | None = None
        """The hit that was gone to: its message, and which from 0 of the hits there."""
        self._wanted: tuple[Entry, int] | None = None
        """The same, while it is not drawn yet."""
        self.place: tuple[int, HitPlace] | None = None
        """(key of the message, where in it) of the hit that was gone to."""
        self._marks = Marks()
        self._body: tuple[Entry, HitIndex] | None = None
        """The hits in the lines of the message that was gone to last."""
        self._first = 0
        """A first step that is still to be taken, and in which direction."""

    @property
    def counting(self) -> bool:
        return self._counts.counting

    @property
    def _placing(self) -> bool:
        """The hit that was gone to is there, but its place is not known any more."""
        return self.place is None and self._at is not None and self._at[0].started

    @property
    def working(self) -> bool:
        """There is something left to do in the next slices."""
        way = bool(self._first) or self._wanted is not None or self._placing
        return self.counting or (way and self._counts.hits.total > 0)

    @property
    def found(self) -> SearchProgress:
        total = self._counts.hits.total
        return SearchProgress(min(self._index + 1, total), total, self.counting)

    @property
    def _index(self) -> int:
        """Which of all hits was gone to, from 0; -1 where none was."""
        position = None if self._at is None else self._window.position(self._at[0].key)
        if self._at is None or position is None or position >= len(self._counts.hits):
            return -1
        return self._counts.hits.above(position) + self._at[1]

    def look_for(self, query: str) -> SearchProgress:
        """Count the hits of a text; "" ends the search. The way begins at what is in view."""
        self.pattern = Query(query) if query else None
        self._forget_way()
        self._begin(anew=self._look != self._seen_with)
        return self.found

    def look_again(self) -> None:
        """Other messages are shown now, or none at all."""
        self._forget_way()
        self._begin(anew=True)

    def _forget_way(self) -> None:
        self._at = self._wanted = self.place = self._body = self._window.pinned = None
        self._first = 0

    @property
    def _seen_with(self) -> tuple[int, str]:
        """What of the look decides on the text that is seen."""
        return self._window.look.width, self._window.look.reasoning

    def _begin(self, *, anew: bool) -> None:
        self._look = self._seen_with
        self._counts.begin(self.pattern, anew=anew)
        self.count_on()

    def count_on(self) -> None:
        """Count in one more slice of the messages, and go on where a step is under way."""
        self._counts.go_on(BUDGET)
        self._work()

    def _work(self) -> None:
        if self.pattern is None or not self._counts.hits.total:
            return
        if self._first:
            self._take_first(self.pattern)
        elif self._wanted is not None:
            position = self._window.position(self._wanted[0].key)
            if position is not None:
                self._go(position)
        elif self._placing:
            self._place_again()

    def changed(self, position: int) -> None:
        """Something else is seen of a message: its text has changed, or the way it is looked at."""
        self._counts.changed(position)

    # Marks

    def looks_at(self, entry: Entry, index: int) -> bool:
        """A search goes on, and this line of a message is one that is looked through."""
        if self.pattern is None:
            return False
        return index in entry.body or 0 <= index - THOUGHTS < len(thought_lines(entry, self._window.look))

    def hits_in(self, entry: Entry, index: int) -> Sequence[tuple[int, int]]:
        """(start, end) of what is to be marked in a line of a message that is looked through."""
        if self.pattern is None:
            return ()
        if index not in entry.body:
            return self._marks.hits_in(thought_lines(entry, self._window.look), index - THOUGHTS, self.pattern)
        lines = entry.folding.lines if entry.folding is not None else entry.whole
        return self._marks.hits_in(lines, index - entry.body.start, self.pattern)

    # The way

    def step(self, by: int) -> SearchProgress:
        """Go to the next hit (`by` 1) or the one before (-1), around the ends; brings its line into view.

        In a very long message the way there takes some slices: see `working`.
        """
        if self._index >= 0:
            self._go_to(self._index + by)
        elif self.pattern is not None:
            self._first = by
            self._work()
        return self.found

    def _take_first(self, query: Query) -> None:
        """The first step begins at what is in view, once it is counted what is above."""
        above = self._above_view(query)
        if above is not None:
            by, self._first = self._first, 0
            self._go_to(above - (by < 0))

    def _go_to(self, index: int) -> None:
        position, nth = self._counts.hits.find(index % self._counts.hits.total)
        self._at = self._wanted = (self._window.entries[position], nth)
        self._go(position)

    def _above_view(self, query: Query) -> int | None:
        """How many hits begin above the first line in view; None where that is not counted yet."""
        self._window.rows()
        top = self._window.top
        if not self._counts.knows(top.entry):
            return None
        entry = self._window.entries[top.entry]
        above = self._in_thoughts(entry, query).above(max(top.line - THOUGHTS, 0))
        row = top.line - entry.body.start
        if row > 0 and entry.body:
            row = entry.folding.behind(row) if entry.folding is not None else row
            index, counted = self._in_body(entry, query)
            if not counted:
                return None
            above += index.above(row)
        return self._counts.hits.above(min(top.entry, len(self._counts.hits))) + above

    def _in_thoughts(self, entry: Entry, query: Query) -> HitIndex:
        index = HitIndex(query)
        index.update(thought_lines(entry, self._window.look))
        return index

    def _in_body(self, entry: Entry, query: Query) -> tuple[HitIndex, bool]:
        """The hits in the lines of a message, and whether all that are drawn are counted."""
        if self._body is None or self._body[0] is not entry:
            self._body = (entry, HitIndex(query))
        return self._body[1], self._body[1].update(entry.whole, BUDGET)

    def restyled(self) -> bool:
        """All lines have been made anew: find the place of the hit again, without going there. True: it is there."""
        if self._look != self._seen_with:
            self._begin(anew=True)
        self.place = None
        return self._place_again()

    def _place_again(self) -> bool:
        """Mark the hit that was gone to where it is now; False where that is not drawn yet."""
        if self._at is None or self.pattern is None:
            return False
        entry, nth = self._at
        position = self._window.position(entry.key)
        place = self._hit(position, nth, self.pattern) if position is not None and entry.started else None
        self.place = None if place is None else (entry.key, place)
        return place is not None

    def arrived(self, entry: Entry) -> None:
        """More of a message has been drawn: the hit that was gone to may be there now."""
        if self._wanted is not None and self._wanted[0] is entry:
            self._work()

    def _go(self, position: int) -> None:
        if self._wanted is None or self.pattern is None:
            return
        entry, nth = self._wanted
        self._window.pinned = entry
        self._window.settled(position)
        place = self._hit(position, nth, self.pattern)
        if place is None:
            return
        self._wanted = self._window.pinned = None
        self.place = (entry.key, place)
        self._window.to_view(position, min(place, default=1))

    def _hit(self, position: int, nth: int, query: Query) -> HitPlace | None:
        """The n-th hit of a message, its place in the lines of the message; a fold that it is behind is opened.

        None where it is not drawn or not counted yet.
        """
        entry = self._window.entries[position]
        thoughts = self._in_thoughts(entry, query)
        place = thoughts.nth(nth)
        if place is not None:
            return {THOUGHTS + row: part for row, part in place.items()}
        index, counted = self._in_body(entry, query)
        place = index.nth(nth - thoughts.total)
        if place is None and counted and entry.settled:
            place = index.nth(index.total - 1) or {}  # the text was counted before it was drawn: the last is nearest
        return None if place is None else {self._row(position, row): part for row, part in place.items()}

    def _row(self, position: int, index: int) -> int:
        """The line of a message that shows a line of its whole body; a fold that it is behind is opened."""
        entry = self._window.entries[position]
        shown = entry.folding.shown(index) if entry.folding is not None else index
        if isinstance(shown, Fold):
            entry.unfold(shown.number)
            self._window.settled(position)
            return self._row(position, index)
        return entry.body.start + shown
