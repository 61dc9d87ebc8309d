"""The reading cursor: on a message or one of its blocks, and its moves.

A block is what lies between empty lines. It is kept as a line of its message, so that it stays put while the answer
grows.
"""

from __future__ import annotations

from typing import NamedTuple

from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.reading_spot import Spot, begins_block, block_start, is_blank, spot_of
from tui_chat.ui.widgets.transcript.text_position import TextPosition
from tui_chat.ui.widgets.transcript.viewport import Viewport

CODE_MARKS = ("```", "~~~", "\n    ", "\n\t")
"""What the source of a message with code has."""


class LineRange(NamedTuple):
    """Lines of one message."""

    key: int
    rows: range


class ReadingCursor:
    """On a message (`line` is None) or on the block that begins at that line of its body."""

    def __init__(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self.active = False
        """The cursor is shown, because the transcript has the focus."""
        self._key: int | None = None
        self.line: int | None = None
        self._end: tuple[int, int, int, int] = (-1, -1, 0, 0)
        """The block that was measured last: message, line, height of the message then, and where the block ended."""

    @property
    def position(self) -> int | None:
        """The position of its message; None while the cursor is nowhere."""
        return None if self._key is None else self._viewport.position(self._key)

    @property
    def entry(self) -> Entry | None:
        position = self.position
        return None if position is None else self._viewport.entries[position]

    @property
    def marked(self) -> LineRange | None:
        """The lines it is on."""
        entry = self.entry
        return None if entry is None else LineRange(entry.key, self._rows(entry))

    def _rows(self, entry: Entry) -> range:
        if self.line is None or not entry.layout.body:
            return entry.layout.said
        start = block_start(entry, entry.layout.body.start + min(self.line, len(entry.layout.body) - 1))
        self.line = start - entry.layout.body.start
        return range(start, self._stop(entry, start))

    def _stop(self, entry: Entry, start: int) -> int:
        """The line after the block. A growing block is measured from where it ended last time."""
        key, known, height, end = self._end
        at = max(end - 1, start) if (key, known) == (entry.key, start) and height <= entry.layout.height else start
        while at < entry.layout.body.stop and not is_blank(entry, at):
            at += 1
        self._end = (entry.key, start, entry.layout.height, at)
        return max(at, start + 1)

    # Placing

    def put(self, position: int, row: int | None = None) -> None:
        """Put it on the message at a position, or on the block that a line of it belongs to."""
        entry = self._viewport.entries[position]
        self._key = entry.key
        if row is None or row not in entry.layout.body:
            self.line = None
            return
        self.line = block_start(entry, row) - entry.layout.body.start

    def begin(self) -> None:
        """Put it where reading begins, unless it is in view: at the end of the conversation on the last message that
        begins in view, elsewhere on the first block that does."""
        places = [(self._viewport.position(entry.key), entry, row) for entry, row in self._viewport.rows()]
        begins = [(at, entry, row) for at, entry, row in places if at is not None and begins_block(entry, row)]
        if self._is_in_view() or not begins:
            self.take_view(last=False)
            return
        heads = [each for each in begins if each[2] == each[1].layout.body.start and self._viewport.following]
        position, _, row = heads[-1] if heads else begins[0]
        self.put(position, row)

    def _is_in_view(self) -> bool:
        here = self.marked
        return here is not None and any(e.key == here.key and row in here.rows for e, row in self._viewport.rows())

    def take_view(self, *, last: bool) -> None:
        """Put it on the first or the last block in view, unless it is in view already."""
        if self._is_in_view():
            return
        rows = self._viewport.rows()
        for entry, row in reversed(rows) if last else rows:
            position = self._viewport.position(entry.key)
            if position is not None and row in entry.layout.body and not is_blank(entry, row):
                self.put(position, row)
                return
        if rows and (position := self._viewport.position(rows[-1 if last else 0][0].key)) is not None:
            self.put(position)

    def kept(self) -> TextPosition | None:
        """Where the block begins, in numbers that do not depend on the width; for `restore`."""
        entry, marked = self.entry, self.marked
        if entry is None or marked is None or self.line is None or not entry.drawn:
            return None
        return entry.layout.position(marked.rows.start)

    def restore(self, kept: TextPosition | None) -> None:
        """Return to the same block after all lines were drawn again."""
        position, entry = self.position, self.entry
        if kept is not None and position is not None and entry is not None:
            self._viewport.draw(position)
            self.put(position, entry.layout.find(kept))

    # Moving

    def by_block(self, by: int) -> None:
        """Move to the next block (1) or the previous one (-1); one that does not fit is scrolled through first."""
        here = self._arrive(by)
        if here is None:
            return
        position, entry, rows = here
        if self.line is None and by > 0 and entry.layout.body:
            self.put(position, entry.layout.body.start)
        elif self.line is not None and self._scrolled_through(entry, rows, by):
            return
        elif self.line is None or not self._to_next(position, entry, rows, by):
            self._to_neighbour(position, by)
        self.show()

    def by_message(self, by: int) -> None:
        """Move to the message below (1) or above (-1); from a block up to its own message first."""
        here = self._arrive(by)
        if here is None:
            return
        position = here[0]
        if self.line is not None and by < 0:
            self.put(position)
        elif 0 <= position + by < len(self._viewport.entries):
            self._viewport.draw(position + by)
            self.put(position + by)
        self.show()

    def by_code(self, by: int) -> bool:
        """Move to the next code block (1) or the previous one (-1), in whichever message, or to the nearest one of this
        message (0): in the block that it is on, else below it, else above. False: there is none."""
        self.take_view(last=by < 0)
        position, marked = self.position, self.marked
        if position is None or marked is None:
            return False
        starts, rows = self._code_starts(position), marked.rows
        if by == 0:
            near = [row for row in starts if row >= rows.start] or starts[-1:]
        elif by > 0:
            near = [row for row in starts if row >= (rows.stop if self.line is not None else rows.start)]
        else:
            near = [row for row in starts[::-1] if row < rows.start]
        while by and not near and 0 <= position + by < len(self._viewport.entries):
            position += by
            near = self._code_starts(position)[::by]
        if near:
            self.put(position, near[0])
            self.show()
        return bool(near)

    def _code_starts(self, position: int) -> list[int]:
        entry = self._viewport.entries[position]
        # Most messages have no code: these are not drawn to find that out.
        if entry.turn.role != "assistant" or not any(mark in entry.source for mark in CODE_MARKS):
            return []
        self._viewport.draw(position)
        return entry.layout.code_starts

    def _arrive(self, by: int) -> tuple[int, Entry, range] | None:
        """Where it is, if in view. Out of view it is only scrolled into view, since its move would not be seen."""
        before = (self._key, self.line)
        self.take_view(last=by < 0)
        position, entry, marked = self.position, self.entry, self.marked
        if position is None or entry is None or marked is None or (self._key, self.line) != before:
            return None
        return position, entry, marked.rows

    def _to_next(self, position: int, entry: Entry, rows: range, by: int) -> bool:
        """Move to the next block of the same message; False if there is none."""
        row = rows.stop if by > 0 else rows.start - 1
        while row in entry.layout.body and is_blank(entry, row):
            row += by
        if row not in entry.layout.body:
            return False
        self.put(position, row)
        return True

    def _to_neighbour(self, position: int, by: int) -> None:
        """Move to the first or last block of the message above or below."""
        if not 0 <= position + by < len(self._viewport.entries):
            return
        self._viewport.draw(position + by)
        body = self._viewport.entries[position + by].layout.body
        self.put(position + by, (body.start if by > 0 else body.stop - 1) if body else None)

    def _in_view(self, entry: Entry, rows: range) -> list[tuple[int, int]]:
        """(row of the pane, line of the message) for those of the lines that are in view."""
        return [(y, row) for y, (its, row) in enumerate(self._viewport.rows()) if its is entry and row in rows]

    def _scrolled_through(self, entry: Entry, rows: range, by: int) -> bool:
        """Scroll within a block that does not fit; False if its end is in view."""
        seen = self._in_view(entry, rows)
        if not seen:
            return False
        left = rows.stop - 1 - seen[-1][1] if by > 0 else seen[0][1] - rows.start
        self._viewport.scroll(by * min(left, max(self._viewport.height - 2, 1)))
        return left > 0

    def show(self) -> None:
        """Bring the block into view: whole if it fits, else from its beginning."""
        position, entry, marked = self.position, self.entry, self.marked
        if position is None or entry is None or marked is None:
            return
        self._viewport.draw(position)
        rows = marked.rows
        seen = self._in_view(entry, rows)
        if not seen:
            self._viewport.to_view(position, rows.start)
            seen = self._in_view(entry, rows)
        if not seen:
            return
        above, below = seen[0][1] - rows.start, rows.stop - 1 - seen[-1][1]
        if above:
            self._viewport.scroll(-above)
        elif below:
            self._viewport.scroll(min(below, seen[0][0]))

    # What it is on

    @property
    def spot(self) -> Spot | None:
        """The message or block under the cursor; None while it is off."""
        entry, marked = self.entry, self.marked
        return None if entry is None or marked is None else spot_of(entry, marked.rows, whole=self.line is None)
