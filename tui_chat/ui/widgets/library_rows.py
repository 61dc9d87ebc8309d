"""The grouped rows of the library's list, drawn by one widget: ten thousand options would be laid out at every key."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from itertools import pairwise, repeat
from typing import Any

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.lazy_library_rows import FoundRows, LazyLibraryRows
from tui_chat.ui.library_row import LibraryRow
from tui_chat.ui.widgets.library_row_layout import snippet_line, title_line
from tui_chat.ui.widgets.list_scroll_bar import scroll_bar_cell

TALL = 60
"""Lines there are at most, as a rule, before the height is known."""

ROOMY = 16
"""Lines from which on there is room for an empty one above each heading."""


class LibraryRows(Widget, can_focus=True):
    """Keys that mean nothing to it, and pastes, are meant for the line to search in."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    LibraryRows { height: 1fr; color: $foreground; }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("enter", "take", show=False),
    ]

    COMMANDS = frozenset("u ")
    """Characters that are commands of the view around it."""

    top: reactive[int] = reactive(0, layout=False)
    """The first line in view."""

    at: reactive[int] = reactive(-1, layout=False)
    """Which row is pointed at; -1 for none."""

    @dataclass
    class TypedOn(Message):
        """Text that is to be searched for."""

        text: str

    @dataclass
    class Taken(Message):
        """A row was chosen."""

        row: LibraryRow

    @dataclass
    class RowPointed(Message):
        """Another row is pointed at."""

        row: LibraryRow | None

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        super().__init__()
        self._now = now
        self._lines: list[str | tuple[int, int]] = []
        """A heading, or the number of a row and which of its lines."""
        self._first: list[int] = []
        """The first line of each row."""
        self._headings: Mapping[int, str] = {}
        self._roomy = True
        self.rows = FoundRows(())
        self._numbers: dict[str, int] = {}
        """Of the rows, by id."""
        self.selected: dict[str, None] = {}

    @property
    def pointed(self) -> LibraryRow | None:
        return self.rows[self.at] if 0 <= self.at < len(self.rows) else None

    @property
    def pointed_id(self) -> str | None:
        return self.pointed.id if self.pointed is not None else None

    def neighbour(self, conversation_id: str) -> str | None:
        """The conversation below this one, or above it if it is the last."""
        ids = self.rows.ids
        if conversation_id not in self._numbers or len(ids) < 2:
            return None
        at = self._numbers[conversation_id]
        return ids[at + 1] if at + 1 < len(ids) else ids[at - 1]

    @property
    def targets(self) -> list[LibraryRow]:
        """The rows an action applies to: the selected ones, else the one under the cursor."""
        chosen = [self.rows[number] for number in sorted(self._numbers[each] for each in self.selected)]
        return chosen or ([self.pointed] if self.pointed is not None else [])

    def show(
        self, rows: FoundRows, headings: Mapping[int, str], point_at: str | None, *, unmoved: bool = False
    ) -> None:
        """Show rows, each heading above the row of its number. `point_at` is the id of the row to point at; None: the
        first. `unmoved`: what is in view stays there."""
        before = self.pointed
        self.rows, self._headings = rows, headings
        self._numbers = {known: number for number, known in enumerate(rows.ids)}
        self.selected = {each: None for each in self.selected if each in self._numbers}
        self._lay_out()
        self.at = self._numbers.get(point_at or "", 0) if rows else -1
        if unmoved:
            self.top = min(self.top, max(len(self._lines) - self.size.height, 0))
        else:
            self._into_view()
        self.watch_top()
        self.refresh()
        if self.pointed != before:
            self.post_message(self.RowPointed(self.pointed))

    def _lay_out(self) -> None:
        roomy = self._roomy = _is_roomy(self.size.height)
        self._lines, self._first = [], []
        if not self._headings:
            for number, row in enumerate(self.rows):
                self._first.append(len(self._lines))
                self._lines += [(number, 0), (number, 1)] if row.snippet else [(number, 0)]
        starts = [*self._headings, len(self.rows)]
        for start, end in pairwise(starts):
            self._lines += ["", self._headings[start]] if self._lines and roomy else [self._headings[start]]
            self._first += range(len(self._lines), len(self._lines) + end - start)
            self._lines += zip(range(start, end), repeat(0))

    @property
    def in_view(self) -> range:
        """The numbers of the rows in view, and of those a page before and after them."""
        height = self.size.height or TALL
        first, last = (bisect_right(self._first, self.top + by * height) for by in (-1, 2))
        return range(max(first - 1, 0), last if self._first else 2 * height)

    def watch_top(self) -> None:
        """Read what there is to say of the rows that have come into view."""
        if isinstance(self.rows, LazyLibraryRows) and self.rows.lack(self.in_view):
            # Not the coroutine itself: a worker that another one replaces before it began would leave it unawaited.
            read: Any = partial(self.rows.read, self.in_view, self.refresh)
            self.run_worker(read, group="rows", exclusive=True)

    def action_step(self, by: int) -> None:
        """Point at the row so many below, or above."""
        if self.rows:
            self._point(min(max(self.at + by, 0), len(self.rows) - 1))

    def select(self, by: int = 0) -> None:
        """Toggle the selection of the row under the cursor, then move by so many rows."""
        row = self.pointed
        if row is not None:
            if row.id in self.selected:
                del self.selected[row.id]
            else:
                self.selected[row.id] = None
            self.action_step(by)
            self.refresh()

    def unselect(self) -> bool:
        """Clear the selection. False if nothing was selected."""
        had = bool(self.selected)
        self.selected = {}
        self.refresh()
        return had

    def _point(self, number: int) -> None:
        before = self.at
        self.at = number
        self._into_view()
        if number != before:
            # Textual lets a message go no further than its sender, which the view would be while it handles a key.
            self.post_message(self.RowPointed(self.pointed).set_sender(self))

    def action_page(self, by: int) -> None:
        self.action_step(by * max(1, self.size.height - 2) // (2 if any(row.snippet for row in self.rows[:1]) else 1))

    def action_edge(self, by: int) -> None:
        self.action_step(by * len(self.rows))

    def action_take(self) -> None:
        if self.pointed is not None:
            self.post_message(self.Taken(self.pointed))

    def _into_view(self) -> None:
        height = max(self.size.height, 1)
        if self.at < 0:
            self.top = 0
            return
        first = self._first[self.at]
        last = first + (1 if self.rows[self.at].snippet else 0)
        while first and isinstance(self._lines[first - 1], str):
            first -= 1  # the heading above comes into view with it
        self.top = min(max(min(self.top, first), last - height + 1), max(len(self._lines) - height, 0))

    def on_resize(self) -> None:
        if _is_roomy(self.size.height) != self._roomy:
            self._lay_out()
            self.refresh()
        self._into_view()
        self.watch_top()

    def render_line(self, y: int) -> Strip:
        """Each line by itself: joined to one text, they would be taken apart again."""
        width, height, total, at = self.size.width, self.size.height, len(self._lines), self.top + y
        ground = self.visual_style
        if at >= total:
            return Strip.blank(width, ground.rich_style)
        line = self._line(self._lines[at], width - (total > height))
        if total > height:
            line = Content.assemble(line, scroll_bar_cell(y, self.top, height, total))
        return Strip(line.render_segments(ground), line.cell_length).adjust_cell_length(width, ground.rich_style)

    def _line(self, line: str | tuple[int, int], width: int) -> Content:
        if isinstance(line, str):
            heading = Content.assemble((line, "bold $text-accent")).truncate(width, ellipsis=True)
            return Content.assemble(heading, " " * (width - heading.cell_length))
        number, part = line
        row, chosen = self.rows[number], number == self.at
        if part:
            return snippet_line(row, width, chosen=chosen)
        return title_line(row, width, self._now(), chosen=chosen, selected=row.id in self.selected)

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character and event.character not in self.COMMANDS:
            event.stop()
            event.prevent_default()
            self.post_message(self.TypedOn(event.character))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if lines := event.text.splitlines():
            self.post_message(self.TypedOn(lines[0]))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        y = self.top + event.y
        if not 0 <= y < len(self._lines) or isinstance(self._lines[y], str):
            return
        self._point(bisect_right(self._first, y) - 1)
        if event.ctrl or event.shift or event.meta:
            self.select()
        else:
            self.action_take()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.top = min(self.top + 3, max(len(self._lines) - self.size.height, 0))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.top = max(self.top - 3, 0)


def _is_roomy(height: int) -> bool:
    """Whether headings have an empty line above them. Before the first layout there most likely will be room."""
    return not 0 < height < ROOMY
