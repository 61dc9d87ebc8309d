"""Finds the hits in the drawn lines of a message, for the next step and the marks on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.render.code_folding import Fold
from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.hit_index import HitIndex
from tui_chat.ui.widgets.transcript.hit_places import HitPlace, Marks
from tui_chat.ui.widgets.transcript.query import Query
from tui_chat.ui.widgets.transcript.viewport import Viewport
from tui_chat.ui.widgets.transcript.visible_text import REASONING_ROW, reasoning_lines


class HitLocator:
    """Knows one message at a time well: the one whose hits are stepped through."""

    def __init__(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._marks = Marks()
        self._body: tuple[Entry, HitIndex] | None = None

    def forget(self) -> None:
        """Another query, or other messages."""
        self._body = None

    def searched(self, entry: Entry, index: int) -> bool:
        """This line of a message is searched."""
        if index in entry.layout.body:
            return True
        return 0 <= index - REASONING_ROW < len(reasoning_lines(entry, self._viewport.options))

    def marks(self, entry: Entry, index: int, query: Query) -> Sequence[tuple[int, int]]:
        """(start, end) of each hit in a line that is searched."""
        layout = entry.layout
        if index not in layout.body:
            lines = reasoning_lines(entry, self._viewport.options)
            return self._marks.hits_in(lines, index - REASONING_ROW, query)
        lines = layout.folding.lines if layout.folding is not None else layout.whole
        return self._marks.hits_in(lines, index - layout.body.start, query)

    def above(self, entry: Entry, line: int, query: Query) -> int | None:
        """How many hits of a message begin above a line of it; None until they are counted."""
        layout = entry.layout
        above = self._in_reasoning(entry, query).above(max(line - REASONING_ROW, 0))
        row = line - layout.body.start
        if row > 0 and layout.body:
            row = layout.folding.behind(row) if layout.folding is not None else row
            index, counted = self._in_body(entry, query)
            if not counted:
                return None
            above += index.above(row)
        return above

    def nth(self, position: int, nth: int, query: Query) -> HitPlace | None:
        """The place of the n-th hit of a message, by its lines; a fold around it is opened.

        None until it is drawn and counted.
        """
        entry = self._viewport.entries[position]
        reasoning = self._in_reasoning(entry, query)
        place = reasoning.nth(nth)
        if place is not None:
            return {REASONING_ROW + row: part for row, part in place.items()}
        index, counted = self._in_body(entry, query)
        place = index.nth(nth - reasoning.total)
        if place is None and counted and entry.layout.complete:
            place = index.nth(index.total - 1) or {}  # the text was counted before it was drawn: the last is nearest
        return None if place is None else {self._row(position, row): part for row, part in place.items()}

    def _in_reasoning(self, entry: Entry, query: Query) -> HitIndex:
        index = HitIndex(query)
        index.update(reasoning_lines(entry, self._viewport.options))
        return index

    def _in_body(self, entry: Entry, query: Query) -> tuple[HitIndex, bool]:
        """The hits in the body of a message, and whether all that are drawn are counted."""
        if self._body is None or self._body[0] is not entry:
            self._body = (entry, HitIndex(query))
        return self._body[1], self._body[1].update(entry.layout.whole, BUDGET)

    def _row(self, position: int, index: int) -> int:
        """The line that shows a line of the whole body; a fold around it is opened."""
        entry = self._viewport.entries[position]
        shown = entry.layout.folding.shown(index) if entry.layout.folding is not None else index
        if isinstance(shown, Fold):
            entry.unfold(shown.number)
            self._viewport.draw(position)
            return self._row(position, index)
        return entry.layout.body.start + shown
