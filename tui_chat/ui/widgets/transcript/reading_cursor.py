"""The reading cursor: this file owns what a block of a message is on the screen, and the way from one to the next.

A block is what stands between empty lines. Its place is kept as a line of its message, so that it stays where it is
while the answer grows.
"""

from __future__ import annotations

from bisect import bisect_right

from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.painter import Marked
from tui_chat.ui.widgets.transcript.text_position import TextPosition
from tui_chat.ui.widgets.transcript.viewport import Viewport


class ReadingCursor:
    """On a message (`line` is None) or on the block of it that begins at a line, counted in its body."""

    def __init__(self, window: Viewport) -> None:
        self._window = window
        self._key: int | None = None
        self.line: int | None = None
        self._end: tuple[int, int, int, int] = (-1, -1, 0, 0)
        """Of the block that was measured last: message, line, height of the message then, and where it ended."""

    @property
    def position(self) -> int | None:
        """Where the message is; None while the cursor is nowhere."""
        return None if self._key is None else self._window.position(self._key)

    @property
    def entry(self) -> Entry | None:
        position = self.position
        return None if position is None else self._window.entries[position]

    @property
    def marked(self) -> Marked | None:
        """The lines it is on."""
        entry = self.entry
        return None if entry is None else Marked(entry.key, self._rows(entry))

    def _rows(self, entry: Entry) -> range:
        if self.line is None or not entry.body:
            return range(1, max(entry.height - 2 * len(entry.notices), 2))
        start = _begin(entry, entry.body.start + min(self.line, len(entry.body) - 1))
        self.line = start - entry.body.start
        return range(start, self._stop(entry, start))

    def _stop(self, entry: Entry, start: int) -> int:
        """The line after the block. A block that grows is measured on, not anew."""
        key, known, height, end = self._end
        at = max(end - 1, start) if (key, known) == (entry.key, start) and height <= entry.height else start
        while at < entry.body.stop and not _blank(entry, at):
            at += 1
        self._end = (entry.key, start, entry.height, at)
        return max(at, start + 1)

    # Where it is put

    def put(self, position: int, row: int | None = None) -> None:
        """On the message at a position, or on the block of it that a line belongs to."""
        entry = self._window.entries[position]
        self._key = entry.key
        if row is None or row not in entry.body:
            self.line = None
            return
        self.line = _begin(entry, row) - entry.body.start

    def take_view(self, *, last: bool) -> None:
        """On the first or the last block in view, unless it is in view already."""
        rows = self._window.rows()
        here = self.marked
        if here is not None and any(entry.key == here.key and row in here.rows for entry, row in rows):
            return
        for entry, row in reversed(rows) if last else rows:
            position = self._window.position(entry.key)
            if position is not None and row in entry.body and not _blank(entry, row):
                self.put(position, row)
                return
        if rows and (position := self._window.position(rows[-1 if last else 0][0].key)) is not None:
            self.put(position)

    def kept(self) -> TextPosition | None:
        """Where the block begins, in numbers that another width does not change; for `restore`."""
        entry, marked = self.entry, self.marked
        if entry is None or marked is None or self.line is None or not entry.started:
            return None
        return entry.place(marked.rows.start)

    def restore(self, kept: TextPosition | None) -> None:
        """All lines have been made anew: be on the same block again."""
        position, entry = self.position, self.entry
        if kept is not None and position is not None and entry is not None:
            self._window.settled(position)
            self.put(position, entry.find_place(kept))

    # Moving

    def by_block(self, by: int) -> None:
        """To the next block (1) or the one before (-1); one that does not fit is scrolled through first."""
        here = self._arrive(by)
        if here is None:
            return
        position, entry, rows = here
        if self.line is None and by > 0 and entry.body:
            self.put(position, entry.body.start)
        elif self.line is not None and self._scrolled_through(entry, rows, by):
            return
        elif self.line is None or not self._beside(position, entry, rows, by):
            self._to_neighbour(position, by)
        self.show()

    def by_message(self, by: int) -> None:
        """To the message below (1) or above (-1); from a block first to its own message."""
        here = self._arrive(by)
        if here is None:
            return
        position = here[0]
        if self.line is not None and by < 0:
            self.put(position)
        elif 0 <= position + by < len(self._window.entries):
            self._window.settled(position + by)
            self.put(position + by)
        self.show()

    def _arrive(self, by: int) -> tuple[int, Entry, range] | None:
        """Where it is, once it is in view: it does not move from where nobody sees it."""
        before = (self._key, self.line)
        self.take_view(last=by < 0)
        position, entry, marked = self.position, self.entry, self.marked
        if position is None or entry is None or marked is None or (self._key, self.line) != before:
            return None
        return position, entry, marked.rows

    def _beside(self, position: int, entry: Entry, rows: range, by: int) -> bool:
        """To the next block of the same message; False where there is none."""
        row = rows.stop if by > 0 else rows.start - 1
        while row in entry.body and _blank(entry, row):
            row += by
        if row not in entry.body:
            return False
        self.put(position, row)
        return True

    def _to_neighbour(self, position: int, by: int) -> None:
        """To the first or last block of the message beside."""
        if not 0 <= position + by < len(self._window.entries):
            return
        self._window.settled(position + by)
        body = self._window.entries[position + by].body
        self.put(position + by, (body.start if by > 0 else body.stop - 1) if body else None)

    def _in_view(self, entry: Entry, rows: range) -> list[tuple[int, int]]:
        """(row of the pane, line of the message) of what is in view of some lines."""
        return [(y, row) for y, (its, row) in enumerate(self._window.rows()) if its is entry and row in rows]

    def _scrolled_through(self, entry: Entry, rows: range, by: int) -> bool:
        """Scroll on within what does not fit; False where its end is in view."""
        seen = self._in_view(entry, rows)
        if not seen:
            return False
        left = rows.stop - 1 - seen[-1][1] if by > 0 else seen[0][1] - rows.start
        self._window.scroll(by * min(left, max(self._window.height - 2, 1)))
        return left > 0

    def show(self) -> None:
        """Bring what it is on into view: whole where it fits, else from its beginning."""
        position, entry, marked = self.position, self.entry, self.marked
        if position is None or entry is None or marked is None:
            return
        self._window.settled(position)
        rows = marked.rows
        seen = self._in_view(entry, rows)
        if not seen:
            self._window.to_view(position, rows.start)
            seen = self._in_view(entry, rows)
        if not seen:
            return
        above, below = seen[0][1] - rows.start, rows.stop - 1 - seen[-1][1]
        if above:
            self._window.scroll(-above)
        elif below:
            self._window.scroll(min(below, seen[0][0]))

    # What it is on

    def numbers(self) -> tuple[int, int] | None:
        """(which block from 0, of how many) in its message; None where it is on the whole message."""
        entry, marked = self.entry, self.marked
        if entry is None or marked is None or self.line is None:
            return None
        begins = [r for r in entry.body if not _blank(entry, r) and (r == entry.body.start or _blank(entry, r - 1))]
        return max(bisect_right(begins, marked.rows.start) - 1, 0), len(begins)

    def text(self) -> str:
        """The lines it is on as text, without decoration; wrapped ones whole again, folded ones unfolded."""
        entry, marked = self.entry, self.marked
        if entry is None or marked is None:
            return ""
        rows = marked.rows if self.line is not None else entry.body
        parts: list[str] = []
        for index, line in entry.lines_to_copy():
            if index in rows:
                parts += (line.joint if parts else "", line.text)
        return "".join(parts).strip("\n")

    def code_number(self) -> int | None:
        """The number of the code block that it is on, among those of its message; None elsewhere."""
        entry, marked = self.entry, self.marked
        if entry is None or marked is None or self.line is None or entry.folding is None:
            return None
        return entry.folding.number_at(marked.rows.start - entry.body.start)


def _begin(entry: Entry, row: int) -> int:
    """Where the block begins that a line belongs to."""
    while row > entry.body.start and (_blank(entry, row) or not _blank(entry, row - 1)):
        row -= 1
    while row < entry.body.stop - 1 and _blank(entry, row):
        row += 1
    return row


def _blank(entry: Entry, row: int) -> bool:
    return not entry.line(row)[0].segments
