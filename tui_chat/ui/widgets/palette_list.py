"""Entries under headings, one line each, of which one is chosen. One widget that paints the lines in view: a widget or
an option for each of thousands of entries would be laid out at every key."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.symbols import Sign
from tui_chat.ui.palette.entry import Kind, PaletteEntry, PaletteSection
from tui_chat.ui.palette.ranking import marks
from tui_chat.ui.widgets.list_scroll_bar import with_scroll_bar

Row = PaletteEntry | str
"""An entry or a heading; "" is an empty line."""

ROOMY = 12
"""Lines from which on there is room for an empty one above each heading."""

EMPTY = Content("")
SHORT = 12
"""Cells of a detail that is always shown whole, such as a time; one of fewer says nothing."""

CHOSEN = "$block-cursor-foreground on $block-cursor-background"


class PaletteList(Widget):
    """Knows nothing of what its entries do: it says which one is pointed at and which one was clicked."""

    DEFAULT_CSS = """
    PaletteList { height: 1fr; color: $foreground; }
    """

    offset_row: reactive[int] = reactive(0, layout=False)
    """The first row in view."""

    at: reactive[int] = reactive(-1, layout=False)
    """The row that is pointed at; -1 where there is none."""

    @dataclass
    class Pointed(Message):
        """The user, or what was typed, points at another entry."""

        entry: PaletteEntry | None

    @dataclass
    class Clicked(Message):
        """An entry was clicked."""

        entry: PaletteEntry

    def __init__(self) -> None:
        super().__init__()
        self._sections: Sequence[PaletteSection] = ()
        self._rows: list[Row] = []
        self._typed = ""
        self._height = 0

    @property
    def pointed(self) -> PaletteEntry | None:
        """The entry that enter chooses."""
        return self._entry(self.at)

    @property
    def count(self) -> int:
        return sum(len(section.entries) for section in self._sections)

    def show(self, sections: Sequence[PaletteSection], typed: str = "", point_at: str | None = None) -> None:
        """Show these. `point_at` is the id of the entry to point at; None: the first."""
        before = self.pointed
        self._sections, self._typed = sections, typed
        self._lay_out()
        wanted = next((y for y in self._selectable() if self._id_at(y) == point_at), None)
        self.at = next(iter(self._selectable()), -1) if wanted is None else wanted
        self.offset_row = 0
        self._into_view()
        self.refresh()
        if self.pointed != before:
            self.post_message(self.Pointed(self.pointed))

    def _lay_out(self) -> None:
        roomy = self._height >= ROOMY
        self._rows = []
        for section in self._sections:
            if self._rows and roomy:
                self._rows.append("")
            self._rows += [section.heading, *section.entries]

    def _selectable(self) -> list[int]:
        return [y for y, row in enumerate(self._rows) if isinstance(row, PaletteEntry) and row.chosen]

    def _entry(self, y: int) -> PaletteEntry | None:
        row = self._rows[y] if 0 <= y < len(self._rows) else None
        return row if isinstance(row, PaletteEntry) else None

    def _id_at(self, y: int) -> str:
        found = self._entry(y)
        return found.id if found is not None else ""

    def move(self, by: int) -> None:
        """Point at the entry so many below, or above; at an end a single step goes round to the other."""
        places = self._selectable()
        if not places:
            return
        here = places.index(self.at) if self.at in places else 0
        there = (here + by) % len(places) if abs(by) == 1 else min(max(here + by, 0), len(places) - 1)
        self.at = places[there]
        self._into_view()
        self.post_message(self.Pointed(self.pointed))

    def move_page(self, by: int) -> None:
        self.move(by * max(2, self._height - 2))

    def _into_view(self) -> None:
        height = max(self._height, 1)
        # The heading above the first entry comes into view with it.
        top = max(self.at - 1, 0) if self.at > 0 and isinstance(self._rows[self.at - 1], str) else max(self.at, 0)
        lowest = max(len(self._rows) - height, 0)
        self.offset_row = min(max(min(self.offset_row, top), self.at - height + 1), lowest)

    def on_resize(self, event: events.Resize) -> None:
        if not self._height:  # only now is it known what is in view
            self.offset_row = 0
        self._height = event.size.height
        pointed = self._id_at(self.at)
        self._lay_out()
        self.at = next((y for y in self._selectable() if self._id_at(y) == pointed), -1)
        self._into_view()
        self.refresh()

    def render(self) -> Content:
        width, height = max(self.size.width, 1), max(self.size.height, 1)
        rows = self._rows[self.offset_row : self.offset_row + height]
        if not rows:
            return Content.assemble(("  Nothing matches.", "italic $text-muted")).truncate(width)
        overflow = len(self._rows) > height
        lines = [self._line(row, self.offset_row + y, width - overflow) for y, row in enumerate(rows)]
        if overflow:
            lines = with_scroll_bar(lines, self.offset_row, height, len(self._rows))
        return Content("\n").join(lines)

    def _line(self, row: Row, y: int, width: int) -> Content:
        if isinstance(row, str):
            return _fitted(Content.assemble((f" {row}", "bold $text-accent")), Content(""), width)
        if not row.chosen:
            return _fitted(Content.assemble((f"   {row.title}", "italic $text-muted")), Content(""), width)
        chosen = y == self.at
        sign = Sign.CURRENT if row.current else " "
        plain = row.kind is Kind.NOTE
        title = Content(f" {sign} {row.title}")
        if chosen:
            return _fitted(title, Content(row.detail), width, Content(row.key)).stylize(f"bold {CHOSEN}")
        if self._typed and not plain:
            for start, end in marks(row.title, self._typed):
                title = title.stylize("bold $text-primary", start + 3, end + 3)
        if row.current:
            title = title.stylize("$text-success", 1, 2)
        detail, key = Content.styled(row.detail, "$text-muted"), Content.styled(row.key, "bold")
        return _fitted(title, detail, width, key)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        y = self.offset_row + event.y
        found = self._entry(y)
        if found is not None and found.chosen:
            self.at = y
            self.post_message(self.Clicked(found))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.offset_row = min(self.offset_row + 3, max(len(self._rows) - self._height, 0))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.offset_row = max(self.offset_row - 3, 0)


def _fitted(left: Content, detail: Content, width: int, key: Content = EMPTY) -> Content:
    """One line of this width: a text, and a detail and a key at its end. A long detail gives way to the text."""
    room = width - 1 - (key.cell_length + 2 if key.cell_length else 0)
    if detail.cell_length:
        rest = max(room - left.cell_length - 2, 0)
        detail = (
            detail if detail.cell_length <= SHORT else detail.truncate(rest, ellipsis=True) if rest >= SHORT else EMPTY
        )
    left = left.truncate(room - (detail.cell_length + 2 if detail.cell_length else 0), ellipsis=True)
    gap = room - left.cell_length - detail.cell_length
    return Content.assemble(left, " " * max(gap, 0), detail, "  " if key.cell_length else "", key, " ")
