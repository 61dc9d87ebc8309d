"""Marks the passages of an answer that the content filter found something in."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style

from tui_chat.core.filter_details import spans_of
from tui_chat.core.message import Turn
from tui_chat.render.passages import Places, passages
from tui_chat.ui.widgets.transcript.entry import Entry

KEPT = 16
"""Messages whose places are remembered."""

UNDERLINED = Style(underline=True)


class FilterMarks:
    """Finds the marks of one line after the other. They are known once an answer is complete and drawn."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Turn, int, Places]] = {}
        """By message: for which turn, with how many lines, and where."""

    def marks(self, entry: Entry, index: int) -> Sequence[tuple[int, int]]:
        """(start, end) of what is marked in a line."""
        layout = entry.layout
        if entry.live is not None or not entry.turn.verdicts or index not in layout.body or not layout.complete:
            return ()
        places = self._places(entry)
        if not places:
            return ()
        row = index - layout.body.start
        return places.get(layout.folding.behind(row) if layout.folding is not None else row, ())

    def clear(self) -> None:
        """The lines are drawn again."""
        self._known.clear()

    def _places(self, entry: Entry) -> Places:
        lines = entry.layout.whole
        known = self._known.get(entry.key)
        if known is not None and known[0] is entry.turn and known[1] == len(lines):
            return known[2]
        spans = spans_of(entry.turn)
        places = passages(lines, entry.turn.text, spans) if spans else {}
        while len(self._known) >= KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[entry.key] = (entry.turn, len(lines), places)
        return places
