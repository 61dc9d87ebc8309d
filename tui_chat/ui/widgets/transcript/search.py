"""Case-insensitive search in the conversation.

Hits are counted in the visible text of all messages, drawn or not. Only the message that is stepped to is drawn, and
the place of the hit is looked up in its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.hit_counts import HitCounts
from tui_chat.ui.widgets.transcript.hit_locator import HitLocator
from tui_chat.ui.widgets.transcript.hit_places import HitPlace
from tui_chat.ui.widgets.transcript.query import Query
from tui_chat.ui.widgets.transcript.viewport import Viewport


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """The search is at hit `index` (from 1; 0 is none) of `total`. While `counting` there may be more."""

    index: int
    total: int
    counting: bool = False


class Search:
    """A search through the messages of a viewport; `changed` is called when the picture changed.

    What takes long is done in slices: call `work` for as long as it is `working`.
    """

    def __init__(self, viewport: Viewport, changed: Callable[[], None]) -> None:
        self._viewport = viewport
        self._changed = changed
        self._counts = HitCounts(viewport)
        self._locator = HitLocator(viewport)
        self.query: Query | None = None
        self._counted_for = (0, "")
        """Width and display of reasoning that the counts are for."""
        self._current: tuple[Entry, int] | None = None
        """The hit that was stepped to: its message, and which of the hits there, from 0."""
        self._target: tuple[Entry, int] | None = None
        """The same, until it is drawn."""
        self.place: tuple[int, HitPlace] | None = None
        """(key of the message, where in it) of the current hit."""
        self._first_step = 0
        """A first step that is still to be taken, and in which direction."""
        self._more_steps = 0
        """Steps asked for since then: from the hit that it goes to."""
        self._reported = self.progress

    # Progress

    @property
    def counting(self) -> bool:
        return self._counts.counting

    @property
    def _unplaced(self) -> bool:
        """The current hit is drawn, but its place is not known any more."""
        return self.place is None and self._current is not None and self._current[0].drawn

    @property
    def working(self) -> bool:
        """There is something left to do in the next slices."""
        on_the_way = bool(self._first_step) or self._target is not None or self._unplaced
        return self.counting or (on_the_way and self._counts.hits.total > 0)

    @property
    def progress(self) -> SearchProgress:
        total = self._counts.hits.total
        return SearchProgress(min(self._index + 1, total), total, self.counting)

    def unreported(self) -> SearchProgress | None:
        """The progress, if it is other than the last that was returned by any method."""
        progress = self.progress
        if progress == self._reported:
            return None
        self._reported = progress
        return progress

    def _report(self) -> SearchProgress:
        """Show what an operation changed, and return the progress after it."""
        self._reported = self.progress
        self._changed()
        return self._reported

    @property
    def _index(self) -> int:
        """Which of all hits is the current one, from 0; -1 for none."""
        position = None if self._current is None else self._viewport.position(self._current[0].key)
        if self._current is None or position is None or position >= len(self._counts.hits):
            return -1
        return self._counts.hits.above(position) + self._current[1]

    # Counting

    def find(self, text: str) -> SearchProgress:
        """Mark a text wherever it is in view and count it in all messages; "" ends the search.

        Steps begin at what is in view. Counting may take more slices.
        """
        self.query = Query(text) if text else None
        self._begin(refresh=self._counted_for != self._count_for)
        return self._report()

    def restart(self) -> None:
        """Search again: other messages are shown."""
        self._begin(refresh=True)

    @property
    def _count_for(self) -> tuple[int, str]:
        """The options on which the visible text depends."""
        return self._viewport.options.width, self._viewport.options.reasoning

    def _begin(self, *, refresh: bool, keep_place: bool = False) -> None:
        if not keep_place:
            self._current = self._target = self.place = self._viewport.pinned = None
            self._first_step = self._more_steps = 0
            self._locator.forget()
        self._counted_for = self._count_for
        self._counts.begin(self.query, refresh=refresh)
        self.work()

    def work(self) -> None:
        """Do one more slice: count, and continue a step that is under way."""
        self._counts.proceed(BUDGET)
        self._continue_step()

    def entry_changed(self, position: int) -> None:
        """The visible text of a message changed."""
        self._counts.changed(position)

    # Marks

    def searched(self, entry: Entry, index: int) -> bool:
        """A search is on, and this line of a message is searched."""
        return self.query is not None and self._locator.searched(entry, index)

    def marks(self, entry: Entry, index: int) -> Sequence[tuple[int, int]]:
        """(start, end) of each hit in a line that is searched."""
        return self._locator.marks(entry, index, self.query) if self.query is not None else ()

    # Steps

    def step(self, by: int) -> SearchProgress:
        """Go to the next hit (`by` 1) or the previous one (-1), around the ends; its line comes into view.

        In a very long message this takes some slices.
        """
        if self._index >= 0:
            self._step_to(self._index + by)
        elif self.query is not None:
            if self._first_step:
                self._more_steps += by
            else:
                self._first_step = by
            self._continue_step()
        return self._report()

    def _step_to(self, index: int) -> None:
        position, nth = self._counts.hits.find(index % self._counts.hits.total)
        self._current = self._target = (self._viewport.entries[position], nth)
        self._show_target(position)

    def _continue_step(self) -> None:
        if self.query is None:
            return
        if not self._counts.hits.total:
            if not self.counting:  # a hit that an answer brings later must not move the view by itself
                self._first_step = self._more_steps = 0
        elif self._first_step:
            self._take_first_step(self.query)
        elif self._target is not None:
            position = self._viewport.position(self._target[0].key)
            if position is not None:
                self._show_target(position)
        elif self._unplaced:
            self._place_current()

    def _take_first_step(self, query: Query) -> None:
        above = self._above_view(query)
        if above is None:
            return
        index = above - (self._first_step < 0) + self._more_steps
        if self.counting and not 0 <= index < self._counts.hits.total:
            return  # around an end only when it is known that there is nothing before it
        self._first_step = self._more_steps = 0
        self._step_to(index)

    def _above_view(self, query: Query) -> int | None:
        """How many hits begin above the first line in view; None until they are counted."""
        self._viewport.rows()
        top = self._viewport.top
        if not self._counts.knows(top.entry):
            return None
        inside = self._locator.above(self._viewport.entries[top.entry], top.line, query)
        return None if inside is None else self._counts.hits.above(min(top.entry, len(self._counts.hits))) + inside

    def _show_target(self, position: int) -> None:
        if self._target is None or self.query is None:
            return
        entry, nth = self._target
        self._viewport.pinned = entry
        self._viewport.draw(position)
        place = self._locator.nth(position, nth, self.query)
        if place is None:
            return
        self._target = self._viewport.pinned = None
        self.place = (entry.key, place)
        self._viewport.to_view(position, min(place, default=1))

    def arrived(self, entry: Entry) -> None:
        """More of a message is drawn: the target may be there now."""
        if self._target is not None and self._target[0] is entry:
            self._continue_step()

    def restyled(self) -> None:
        """All lines are drawn again: count again if the text changed, and mark the current hit where it is now."""
        if self._counted_for != self._count_for:
            self._begin(refresh=True, keep_place=True)
        self.place = None
        self._place_current()

    def _place_current(self) -> None:
        """Find the place of the current hit without scrolling to it, if it is drawn."""
        if self._current is None or self.query is None:
            return
        entry, nth = self._current
        position = self._viewport.position(entry.key)
        place = self._locator.nth(position, nth, self.query) if position is not None and entry.drawn else None
        self.place = None if place is None else (entry.key, place)
