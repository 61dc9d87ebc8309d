"""The reading cursor: on a message or one of its blocks, and its moves.

A block is what lies between empty lines. It is kept as a line of its message, so that it stays put while the answer
grows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.inline import HREF
from tui_chat.render.line import Line
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.text_position import TextPosition
from tui_chat.ui.widgets.transcript.viewport import Viewport


class LineRange(NamedTuple):
    """Lines of one message."""

    key: int
    rows: range


@dataclass(frozen=True, slots=True)
class Spot:
    """What the cursor is on.

    `block` is (which from 0, of how many) in its message, None for a whole message; `text` is what is seen of it,
    without decoration; `code` is the number of a code block among those of its message. `links` are (words, address).
    `has_code` and `foldable` are said of the message.
    """

    id: str
    block: tuple[int, int] | None
    text: str
    code: int | None
    links: tuple[tuple[str, str], ...]
    has_code: bool
    foldable: bool


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
        start = _begin(entry, entry.layout.body.start + min(self.line, len(entry.layout.body) - 1))
        self.line = start - entry.layout.body.start
        return range(start, self._stop(entry, start))

    def _stop(self, entry: Entry, start: int) -> int:
        """The line after the block. A growing block is measured from where it ended last time."""
        key, known, height, end = self._end
        at = max(end - 1, start) if (key, known) == (entry.key, start) and height <= entry.layout.height else start
        while at < entry.layout.body.stop and not _blank(entry, at):
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
        self.line = _begin(entry, row) - entry.layout.body.start

    def take_view(self, *, last: bool) -> None:
        """Put it on the first or the last block in view, unless it is in view already."""
        rows = self._viewport.rows()
        here = self.marked
        if here is not None and any(entry.key == here.key and row in here.rows for entry, row in rows):
            return
        for entry, row in reversed(rows) if last else rows:
            position = self._viewport.position(entry.key)
            if position is not None and row in entry.layout.body and not _blank(entry, row):
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
        while row in entry.layout.body and _blank(entry, row):
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
        if entry is None or marked is None:
            return None
        layout = entry.layout
        foldable = entry.has_reasoning or bool(layout.folding and layout.folding.blocks)
        links = links_in(layout.line(row)[0] for row in marked.rows if row < layout.height)
        has_code = any(line.code for line in layout.whole)
        return Spot(entry.id, self._numbers(), self._text(), self._code_number(), links, has_code, foldable)

    def _numbers(self) -> tuple[int, int] | None:
        """(which block from 0, of how many) in its message; None if it is on the whole message."""
        entry, marked = self.entry, self.marked
        if entry is None or marked is None or self.line is None:
            return None
        begins = [
            r
            for r in entry.layout.body
            if not _blank(entry, r) and (r == entry.layout.body.start or _blank(entry, r - 1))
        ]
        return max(bisect_right(begins, marked.rows.start) - 1, 0), len(begins)

    def _text(self) -> str:
        """The text of its lines without decoration, with wrapped lines joined and folded ones unfolded."""
        entry, marked = self.entry, self.marked
        if entry is None or marked is None:
            return ""
        rows = marked.rows if self.line is not None else entry.layout.body
        parts: list[str] = []
        for index, line in entry.layout.lines_to_copy():
            if index in rows:
                parts += (line.joint if parts else "", line.text)
        return "".join(parts).strip("\n")

    def _code_number(self) -> int | None:
        """The number of the code block that it is on, among those of its message."""
        entry, marked = self.entry, self.marked
        if entry is None or marked is None or self.line is None or entry.layout.folding is None:
            return None
        return entry.layout.folding.number_at(marked.rows.start - entry.layout.body.start)


def links_in(lines: Iterable[Line]) -> tuple[tuple[str, str], ...]:
    """(words, address) of each link in lines; one that is wrapped counts once."""
    found: list[tuple[str, str]] = []
    for line in lines:
        joint = line.joint.replace("\n", " ")
        for text, style, _ in line.segments:
            address = style.meta.get(HREF) if style is not None else None
            if address is None:
                continue
            if found and found[-1][1] == address:
                found[-1] = (f"{found[-1][0]}{joint}{text}", str(address))
            else:
                found.append((text, str(address)))
            joint = ""
    return tuple(dict.fromkeys(found))


def _begin(entry: Entry, row: int) -> int:
    """The first line of the block that a line belongs to."""
    while row > entry.layout.body.start and (_blank(entry, row) or not _blank(entry, row - 1)):
        row -= 1
    while row < entry.layout.body.stop - 1 and _blank(entry, row):
        row += 1
    return row


def _blank(entry: Entry, row: int) -> bool:
    return not entry.layout.line(row)[0].segments
