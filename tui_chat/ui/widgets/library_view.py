"""The list of conversations with its search field, shared by the pane and the library screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.css.query import DOMQuery
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.render.sanitize import safe_line
from tui_chat.store.library import Order
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.lazy_library_rows import FoundRows
from tui_chat.ui.library_row import LibraryRow, OpenAt, headings
from tui_chat.ui.widget_messages import (
    ConversationsAction,
    DeleteAsked,
    LibraryOpened,
    LibrarySearched,
    PaneLeft,
    RenameAsked,
    UndoDeleteAsked,
)
from tui_chat.ui.widgets.cached_text import CachedText
from tui_chat.ui.widgets.library_rows import LibraryRows
from tui_chat.ui.widgets.library_search_line import LibrarySearchLine

ROOM = 33
"""Cells that there are at least for the line of the count, before it was laid out."""


class LibraryView(Vertical):
    """A line to search in, and the conversations below it: under headings, or as they were found."""

    DEFAULT_CSS = """
    LibraryView {
        & Input { width: 1fr; background: $background; }
        & Input:focus { background: $primary-muted; }
        & #count { height: 1; color: $text-muted; margin-bottom: 1; }
        & #hints, & #said { height: auto; max-height: 4; color: $text-warning; display: none; }
        & #hints { margin-bottom: 1; }
        & #said { margin-top: 1; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("ctrl+r,f5", "rename", "Rename", show=False),
        Binding("delete", "delete", "Delete", show=False),
        Binding("u,ctrl+z", "undo_delete", "Undo", show=False),
        Binding("alt+p", "act('pin')", "Pin, or unpin", show=False),
        Binding("alt+a", "act('archive')", "Archive, or take out of the archive", show=False),
        Binding("ctrl+t", "act('tag')", "Tag", show=False),
        Binding("alt+d", "act('duplicate')", "Duplicate", show=False),
        Binding("alt+s", "turn('order')", "Newest or best first", show=False),
        Binding("alt+t", "turn('deleted')", "The deleted ones, or those that are there", show=False),
        Binding("space,insert,ctrl+@", "select(1)", "Select", show=False),
        Binding("shift+down", "select(1)", show=False),
        Binding("shift+up", "select(-1)", show=False),
        Binding("escape", "leave", "Close", show=False),
    ]

    def __init__(self, query: str = "") -> None:
        super().__init__()
        self._query = query
        self._rows = FoundRows(())
        self._order: Order = "newest"
        self._shown_for: str | None = None
        """The query that produced the rows."""

    def compose(self) -> ComposeResult:
        yield LibrarySearchLine(self._query)
        yield CachedText(id="count", markup=False)
        yield Static(id="hints", markup=False)
        yield LibraryRows()
        yield Static(id="said", markup=False)

    @property
    def _list(self) -> LibraryRows:
        return self.query_one(LibraryRows)

    @property
    def order(self) -> Order:
        return self._order

    def show(self, rows: Sequence[LibraryRow], point_at: str | None = None, hints: Sequence[str] = ()) -> None:
        """Show these; the highlight goes to `point_at`, else stays where it was, else goes to the open conversation."""
        listing = next(iter(self.query(LibraryRows)), None)
        if listing is None:
            return  # the rows were read while the pane was being closed
        show_line(self.query("#hints"), " ".join(hints))
        rows = rows if isinstance(rows, FoundRows) else FoundRows(rows)
        same = self.wanted == self._shown_for  # what another search found begins at its first row
        unmoved = point_at is None and rows.ids == self._rows.ids
        before = point_at or (self._list.pointed_id if same or unmoved or not self.wanted else None)
        self._rows, self._shown_for = rows, self.wanted
        wanted = before if before in rows.ids else None if self.wanted else rows.open_id
        now = datetime.now().astimezone()
        listing.show(rows, {} if self.wanted else headings(rows, now), wanted, unmoved=unmoved)
        self._show_count()  # of what was selected, not all may be among these

    @property
    def in_view(self) -> range:
        listing = next(iter(self.query(LibraryRows)), None)
        return range(0) if listing is None else listing.in_view

    def on_resize(self) -> None:
        if self._rows:
            self._show_count()

    def _show_count(self) -> None:
        selected, searched = len(self._list.selected), bool(self.wanted)
        in_trash = self.query_one(LibrarySearchLine).in_trash
        text = count_line(len(self._rows), selected, self._order, searched=searched, in_trash=in_trash)
        hint = key_hints([("alt+t", "back" if in_trash else "deleted")])
        has_room = len(text) + 3 + hint.cell_length <= (self.size.width or ROOM)
        shown = has_room and not selected and (in_trash or not searched)
        self.query_one("#count", CachedText).say(Content.assemble(text, "   ", hint) if shown else Content(text))

    def say(self, text: str) -> None:
        """Show a line below the list until the next search; "" takes it away."""
        show_line(self.query("#said"), text)

    def neighbour(self, conversation_id: str) -> str | None:
        """The conversation below this one, or above it if it is the last."""
        return self._list.neighbour(conversation_id)

    def focus_search(self) -> None:
        line = self.query_one(LibrarySearchLine)
        line.focus()
        line.select_all()

    @property
    def wanted(self) -> str | None:
        line = next(iter(self.query(Input)), None)
        return None if line is None else line.value.strip()

    def on_key(self, event: events.Key) -> None:
        """The keys that walk the list do so from the search line too."""
        steps = {"up": -1, "down": 1}
        pages = {"pageup": -1, "pagedown": 1}
        if not self.query_one(Input).has_focus or event.key not in steps | pages:
            return
        event.stop()
        event.prevent_default()
        if event.key in steps:
            self._list.action_step(steps[event.key])
        else:
            self._list.action_page(pages[event.key])

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.say("")
        show_line(self.query("#hints"), "")
        self.query_one("#count", CachedText).say(Content())
        self.post_message(LibrarySearched(self))

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        self._list.action_take()

    @on(LibraryRows.Taken)
    def _taken(self, message: LibraryRows.Taken) -> None:
        message.stop()
        row = message.row
        self.post_message(LibraryOpened(OpenAt(row.id, row.turn, row.found if row.turn else ""), deleted=row.deleted))

    @on(LibraryRows.TypedOn)
    def _typed_on(self, message: LibraryRows.TypedOn) -> None:
        message.stop()
        self.query_one(LibrarySearchLine).type_on(message.text)

    def action_rename(self) -> None:
        if (row := self._list.pointed) is not None:
            self.post_message(RenameAsked(row.id, row.title))

    @on(LibrarySearchLine.DeletePressed)
    def action_delete(self) -> None:
        rows = self._list.targets
        if any(row.deleted for row in rows):
            self.say("It is deleted already. After 30 days it is gone for good; enter brings it back.")
            return
        if rows:
            self._list.focus()  # a second delete acts on the list
            self._list.unselect()
        if len(rows) == 1:
            self.post_message(DeleteAsked(rows[0].id, rows[0].title, self))
        elif rows:
            self.post_message(ConversationsAction("delete", tuple(rows), self))

    def action_undo_delete(self) -> None:
        self.post_message(UndoDeleteAsked(self))

    def action_act(self, action: str) -> None:
        """Do something with what is selected, else with the conversation that is pointed at."""
        if rows := self._list.targets:
            self.post_message(ConversationsAction(action, tuple(rows), self))

    def action_turn(self, what: Literal["order", "deleted"]) -> None:
        """Turn the order of what was found, or between the deleted conversations and those that are there."""
        if what == "deleted":
            self.query_one(LibrarySearchLine).turn_deleted()
            return
        self._order = "best" if self._order == "newest" else "newest"
        self.post_message(LibrarySearched(self))

    def action_select(self, by: int) -> None:
        self._list.select(by)
        self._show_count()

    def action_leave(self) -> None:
        if self._list.unselect():
            self._show_count()
        else:
            self.post_message(PaneLeft())


def count_line(count: int, selected: int, order: Order, *, searched: bool, in_trash: bool = False) -> str:
    """How many conversations there are, or were found."""
    if in_trash:
        return f"{count:,} deleted" if count else "Nothing is deleted."
    if not count:
        return "Nothing found." if searched else "No conversations yet."
    if selected:
        return f"{selected:,} of {count:,} selected"
    return f"{count:,} found, {order} first" if searched else f"{count:,} conversation{'s' * (count > 1)}"


def show_line(lines: DOMQuery[Widget], text: str) -> None:
    """Put a text into a line; without one it goes."""
    for line in lines.results(Static):
        if line.content != (shown := safe_line(text)):
            line.update(shown)
        line.display = bool(text)
