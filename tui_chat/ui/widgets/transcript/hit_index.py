"""An index of hits over a growing number of lines: how many are above a line, and where the n-th is.

The lines are searched in sections: a source line, or a part of a very long one. A hit that continues over the end of a
part belongs to the part in which it begins.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tui_chat.core.spans import common_start
from tui_chat.render.line import Line
from tui_chat.ui.widgets.transcript.hit_places import HitPlace, Passage, placed, texts_of
from tui_chat.ui.widgets.transcript.query import Query

ROWS = 200
"""Most lines of a section, unless they are one row of a table."""

LOOK = 16
"""Sections between two looks at the clock."""


class Section(NamedTuple):
    """Lines `first` to before `after`. Hits from character `skip` on count; `before` counts those above. Lines from
    `seen` on were not looked at."""

    first: int
    after: int
    seen: int
    skip: int
    before: int


class HitIndex:
    """The hits of a query in lines."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._lines: list[Line] = []
        self._sections: list[Section] = []
        self._next = Section(0, 0, 0, 0, 0)
        """Where the next section begins: only `first`, `skip` and `before` are set."""
        self._last: tuple[Section, list[HitPlace]] | None = None

    @property
    def total(self) -> int:
        """Hits in all lines searched so far."""
        return self._next.before

    def update(self, lines: Sequence[Line], budget: float | None = None) -> bool:
        """Count from the first line that differs from the last call; False if another call is needed."""
        same = common_start(self._lines, lines)
        while self._sections and (self._sections[-1].seen > same or self._sections[-1].after >= len(self._lines)):
            self._next, self._last = self._sections.pop(), None
        self._lines = list(lines)
        until = None if budget is None else time.perf_counter() + budget
        number = 0
        while self._next.first < len(lines):
            self._count()
            number += 1
            if until is not None and number % LOOK == 0 and time.perf_counter() > until:
                return False
        return True

    def _count(self) -> None:
        first, skip, before = self._next.first, self._next.skip, self._next.before
        lines, after = self._lines, first + 1
        while after < len(lines) and not lines[after].begins and (after - first < ROWS or lines[after].more):
            after += 1
        section = Section(first, after, self._reach(after), skip, before)
        hits = over = 0
        for text in self._texts(section):
            spans = self._spans(text, section)
            hits += len(spans)
            over = max((spans[-1][1] if spans else skip) - text.own, 0)
        self._sections.append(section)
        self._next = Section(after, after, after, over, before + hits)

    def _reach(self, after: int) -> int:
        """The line up to which a hit may reach that begins before `after`."""
        left = self._query.length
        while after < len(self._lines) and not self._lines[after].begins and left > 0:
            left -= len(self._lines[after].text.replace(" ", ""))
            after += 1
        return after

    def _texts(self, section: Section) -> Iterator[Passage]:
        return texts_of(self._lines, section.first, section.after, section.seen)

    def _spans(self, text: Passage, section: Section) -> list[tuple[int, int]]:
        return list(self._query.spans_from(text.text, section.skip, text.own))

    def _places(self, section: Section) -> list[HitPlace]:
        """The places of the hits in a section; the last are kept, because the next step is probably near."""
        if self._last is None or self._last[0] is not section:
            places = [
                place for text in self._texts(section) for place in placed(text.stretch, self._spans(text, section))
            ]
            self._last = (section, places)
        return self._last[1]

    def nth(self, nth: int) -> HitPlace | None:
        """The place of the n-th hit (from 0); None if it is not counted yet."""
        if not 0 <= nth < self.total:
            return None
        section = self._sections[bisect_right(self._sections, nth, key=lambda section: section.before) - 1]
        return self._places(section)[nth - section.before]

    def above(self, row: int) -> int:
        """How many hits begin before a line that was counted."""
        at = bisect_right(self._sections, row, key=lambda section: section.first) - 1
        if at < 0:
            return 0
        return self._sections[at].before + sum(min(place) < row for place in self._places(self._sections[at]))
