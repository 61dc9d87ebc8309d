"""The lines in view, and scrolling. Nothing is painted before its height is exact.

The offset is an anchor (message, line in it), not a number of lines from the top: heights far above are estimates, and
changing them must not move the text under the reader's eyes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.heights import Heights
from tui_chat.ui.widgets.transcript.render_options import RenderOptions
from tui_chat.ui.widgets.transcript.text_position import TextPosition

Row = tuple[Entry, int]
"""A line in view: the message and the line in it."""


@dataclass(slots=True)
class Anchor:
    """The first line in view."""

    entry: int = 0
    line: int = 0


class Viewport:
    """The view onto all messages. `height` is in rows; while `following` the last line stays in view."""

    def __init__(self, options: RenderOptions) -> None:
        self.entries: list[Entry] = []
        self.options = options
        self.height = 0
        self.following = True
        self.top = Anchor()
        self.heights = Heights()
        self.busy: Callable[[Entry], None] = lambda entry: None
        """Called with each entry that could not be drawn completely in one go."""
        self.pinned: Entry | None = None
        """An entry whose lines are kept even out of view, because a search is about to show it."""
        self.unseen = 0
        """Lines that arrived below the view."""
        self._drawn: dict[int, Entry] = {}
        """Every entry that has lines, the one used last at the end."""
        self._sought: TextPosition | None = None
        self._found: tuple[TextPosition, Anchor] | None = None
        """Last seek target and the anchor it resolved to, so that repeated resizes do not drift."""

    def arrived(self, lines: int) -> None:
        """Count lines that were added at the end while the view is elsewhere."""
        if not self.following:
            self.unseen += max(lines, 0)

    def position(self, key: int) -> int | None:
        """The position of the entry with this key; None if it is no longer shown."""
        found = bisect_left(self.entries, key, key=lambda entry: entry.key)
        return found if found < len(self.entries) and self.entries[found].key == key else None

    def reset(self, entries: list[Entry], heights: Heights, width: int) -> None:
        """Show other entries from their end. None is drawn; `heights` are estimates for this width."""
        self.entries = entries
        self._drawn = {}
        self.heights = heights
        if width != self.options.width:
            self.measure()
        self.following = True
        self.top = Anchor()
        self._sought = self._found = None

    def measure(self) -> None:
        """Estimate the heights of all entries that are not drawn."""
        width = self.options.width
        self.heights = Heights(entry.height(width) for entry in self.entries)

    def changed(self, position: int) -> None:
        """Record the height of an entry whose lines changed."""
        self.heights.set(position, self.entries[position].height(self.options.width))

    def draw(self, position: int) -> int:
        """Draw an entry and return its height; for one too long for one go, the height drawn so far."""
        entry = self.entries[position]
        if not entry.drawn:
            entry.draw(self.options, BUDGET)
        if not entry.layout.complete:
            self.busy(entry)
        self._drawn[entry.key] = self._drawn.pop(entry.key, entry)
        self.changed(position)
        return entry.layout.height

    def evict(self, messages: int, lines: int, shown: Sequence[Row] = ()) -> None:
        """Forget the lines of the messages that were out of view for longest; their heights stay known.

        At most so many messages keep theirs, and so many lines in total: a limit on messages alone let a conversation
        of long answers grow to hundreds of megabytes. What is `shown`, streams, or is still being drawn is kept
        whatever its length.
        """
        left = sum(entry.layout.kept_lines for entry in self._drawn.values())
        if len(self._drawn) <= messages and left <= lines:
            return
        in_view = {entry.key for entry, _ in shown}
        for key, entry in list(self._drawn.items()):
            if len(self._drawn) <= messages and left <= lines:
                return
            if key not in in_view and entry is not self.pinned and entry.live is None and not entry.layout.pending:
                left -= entry.layout.kept_lines
                self._drawn.pop(key).forget()

    def restyle(self, options: RenderOptions) -> None:
        """Take another width or other colours: all lines are forgotten, the same text stays on top."""
        old, self.options = self.options, options
        if self.entries and not self.following:
            entry = self.entries[self.top.entry]
            if self._found is not None and self._found[1] == self.top:
                self._sought = self._found[0]
            elif entry.drawn:
                self._sought = entry.layout.position(self.top.line)
        for entry in self._drawn.values():
            entry.forget()
        if old.width != options.width:
            self.measure()

    def _seek(self) -> None:
        """Bring the text that was on top before `restyle` back there, as soon as that much of it is drawn."""
        if self._sought is None or not self.entries:
            return
        height = self.draw(self.top.entry)
        entry = self.entries[self.top.entry]
        self.top.line = min(entry.layout.find(self._sought), max(height - 1, 0))
        if entry.layout.complete:
            self._found, self._sought = (self._sought, replace(self.top)), None

    def rows(self) -> list[Row]:
        """The lines in view from the top; fewer than `height` only if all text is shorter."""
        if not self.entries or self.height <= 0:
            return []
        self._seek()
        if not self.following:
            rows = self._from(self.top)
            self.following = len(rows) < self.height and self._sought is None
        if self.following:
            self.top = self._end()
            self.unseen = 0
        return self._from(self.top)

    def _from(self, top: Anchor) -> list[Row]:
        rows: list[Row] = []
        position, line = top.entry, top.line
        while position < len(self.entries) and len(rows) < self.height:
            height = self.draw(position)
            last = min(height, line + self.height - len(rows))
            rows.extend((self.entries[position], index) for index in range(line, last))
            position, line = position + 1, 0
        return rows

    def _end(self) -> Anchor:
        """The anchor that shows the last line at the bottom."""
        left = self.height
        for position in range(len(self.entries) - 1, -1, -1):
            left -= self.draw(position)
            if left <= 0:
                return Anchor(position, -left)
        return Anchor()

    def scroll(self, lines: int) -> None:
        """Move by exactly so many lines, as far as there are any; reaching the end follows it again."""
        if not self.entries or not lines:
            return
        self.rows()
        self._sought = None
        position, line = self.top.entry, self.top.line + lines
        while line < 0 and position > 0:
            position -= 1
            line += self.draw(position)
        while position < len(self.entries) - 1 and line >= self.draw(position):
            line -= self.draw(position)
            position += 1
        self._put(Anchor(position, max(line, 0)), towards_end=lines > 0)

    def _put(self, anchor: Anchor, *, towards_end: bool) -> None:
        self._sought = None
        self.top = anchor
        beyond = len(self._from(anchor)) < self.height or self._last_in_view()
        if beyond:
            self.top = self._end()
        self.following = beyond and (towards_end or self.top == self._end())

    def _last_in_view(self) -> bool:
        rows = self._from(self.top)
        if not rows:
            return True
        entry, line = rows[-1]
        return entry is self.entries[-1] and line >= entry.layout.height - 1

    def clamp(self) -> None:
        """Keep the first line in view inside its message, which may have fewer lines now."""
        if self.entries and not self.following:
            height = self.draw(self.top.entry)
            self.top.line = min(self.top.line, max(height - 1, 0))

    def to_start(self) -> None:
        self._put(Anchor(), towards_end=False)

    def to_end(self) -> None:
        self.following = True

    def to_entry(self, position: int) -> None:
        """Scroll until a message's role line is at the top."""
        self._put(Anchor(position, min(1, max(self.draw(position) - 1, 0))), towards_end=False)

    def to_view(self, position: int, line: int) -> None:
        """Bring a line of a message into view, a third from the top, unless it is in view already."""
        entry = self.entries[position]
        if (entry, line) in self.rows()[1:-1]:
            return
        self._put(Anchor(position, line), towards_end=False)
        if not self.following:
            self.scroll(-(self.height // 3))

    def to_line(self, line: int) -> None:
        """Scroll to a line counted from the top, by estimated heights where no others are known (dragging)."""
        if not self.entries:
            return
        position, inside = self.heights.find(max(line, 0))
        known = self.heights[position]
        exact = self.draw(position)
        self._put(Anchor(position, min(inside * exact // max(known, 1), max(exact - 1, 0))), towards_end=False)

    @property
    def above(self) -> int:
        """Lines above the view."""
        return self.heights.above(self.top.entry) + self.top.line
