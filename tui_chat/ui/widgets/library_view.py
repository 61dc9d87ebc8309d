"""The list of conversations with a search line: used in the pane and in the library's own screen. It shows the rows it
is given and says what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_chat.render.safe import safe_line
from tui_chat.ui.library_row import Row
from tui_chat.ui.messages import DeleteAsked, LibraryOpened, LibrarySearched, PaneLeft, RenameAsked, UndoDeleteAsked
from tui_chat.ui.widgets.library_row_text import RowText


class SearchLine(Input):
    """The line to search in. At its end the delete key is the list's: there is nothing to delete behind the cursor."""

    BINDINGS = [Binding("delete", "delete_here", show=False)]  # noqa: RUF012 - Textual reads the class attribute

    class DeletePressed(Message):
        """The delete key, where it does not edit."""

    def __init__(self, query: str = "") -> None:
        super().__init__(query, placeholder="search", compact=True, select_on_focus=False)
        self._edits = False
        """The keys before were the delete key too, and edited: held down, it must not go on with the list."""

    def on_key(self, event: events.Key) -> None:
        if event.key != "delete":
            self._edits = False

    def action_delete_here(self) -> None:
        if self.selection.is_empty and self.cursor_position >= len(self.value):
            if not self._edits:
                self.post_message(self.DeletePressed())
        else:
            self._edits = True
            self.action_delete_right()

    def type_on(self, text: str) -> None:
        """Take over what is being typed elsewhere, as if it were typed here. The focus must not select it: the next
        letter would replace it."""
        self.screen.set_focus(self)
        self.replace(text, *self.selection)


class ConversationOptions(OptionList):
    """The list. Keys that mean nothing to it, and pastes, are meant for the line to search in."""

    COMMANDS = frozenset("u")
    """Letters that are commands of the view around it."""

    class TypedOn(Message):
        """Text that is to be searched for."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character and event.character not in self.COMMANDS:
            event.stop()
            event.prevent_default()
            self.post_message(self.TypedOn(event.character))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if lines := event.text.splitlines():
            self.post_message(self.TypedOn(lines[0]))


class LibraryView(Vertical):
    """A line to search in, and the conversations below it, newest first."""

    DEFAULT_CSS = """
    LibraryView {
        & Input { width: 1fr; margin-bottom: 1; background: $background; }
        & Input:focus { background: $primary-muted; }
        & OptionList { height: 1fr; background: transparent; border: none; padding: 0; }
        & OptionList:focus { border: none; }
        & #empty { height: 1; padding: 0 2; color: $text-muted; display: none; }
        & #said { height: auto; max-height: 4; margin-top: 1; color: $text-warning; display: none; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("ctrl+r,f5", "rename", "Rename", show=False),
        Binding("delete", "delete", "Delete", show=False),
        Binding("u,ctrl+z", "undo_delete", "Undo", show=False),
        Binding("escape", "leave", "Close", show=False),
    ]

    def __init__(self, query: str = "") -> None:
        super().__init__()
        self._query = query
        self._rows: dict[str, Row] = {}

    def compose(self) -> ComposeResult:
        yield SearchLine(self._query)
        yield Static(id="empty", markup=False)
        yield ConversationOptions()
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        self.post_message(LibrarySearched(self))

    def show(self, rows: Sequence[Row], point_at: str | None = None) -> None:
        """Show these; the highlight goes to `point_at`, else stays where it was, else goes to the open conversation."""
        self._say_empty("" if rows else "Nothing found." if self.wanted else "No conversations yet.")
        if point_at is None and list(self._rows.values()) == list(rows):
            return
        listing = next(iter(self.query(OptionList)), None)
        if listing is None:
            return  # the rows were read while the pane was being closed
        before = self._highlighted if point_at is None else point_at
        self._rows = {row.id: row for row in rows}
        listing.clear_options()
        listing.add_options([Option(RowText(row), id=row.id) for row in self._rows.values()])
        ids = list(self._rows)
        wanted = before if before in self._rows else next((row.id for row in rows if row.open), None)
        listing.highlighted = ids.index(wanted) if wanted in self._rows else (0 if ids else None)

    def say(self, text: str) -> None:
        """Show a line below the list until the next search; "" takes it away."""
        self._show_line("#said", text)

    def _say_empty(self, text: str) -> None:
        """Say in the list's place why it has no rows."""
        self._show_line("#empty", text)

    def _show_line(self, name: str, text: str) -> None:
        for line in self.query(name).results(Static):
            line.update(safe_line(text))
            line.display = bool(text)

    def neighbour(self, conversation_id: str) -> str | None:
        """The conversation below this one, or above it where it is the last."""
        ids = list(self._rows)
        if conversation_id not in ids or len(ids) < 2:
            return None
        at = ids.index(conversation_id)
        return ids[at + 1] if at + 1 < len(ids) else ids[at - 1]

    def focus_search(self) -> None:
        line = self.query_one(SearchLine)
        line.focus()
        line.select_all()

    @property
    def wanted(self) -> str | None:
        line = next(iter(self.query(Input)), None)
        return None if line is None else line.value.strip()

    @property
    def _highlighted(self) -> str | None:
        listing = self.query_one(OptionList)
        option = listing.highlighted_option
        return option.id if option is not None else None

    def on_key(self, event: events.Key) -> None:
        """The arrow keys walk the list from the search line too."""
        if event.key in ("up", "down") and self.query_one(Input).has_focus:
            event.stop()
            event.prevent_default()
            listing = self.query_one(OptionList)
            (listing.action_cursor_up if event.key == "up" else listing.action_cursor_down)()

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.say("")
        self._say_empty("")
        self.post_message(LibrarySearched(self))

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        if self._highlighted is not None:
            self.post_message(LibraryOpened(self._highlighted))

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        if message.option_id is not None:
            self.post_message(LibraryOpened(message.option_id))

    @on(ConversationOptions.TypedOn)
    def _typed_on(self, message: ConversationOptions.TypedOn) -> None:
        message.stop()
        self.query_one(SearchLine).type_on(message.text)

    def action_rename(self) -> None:
        if (row := self._rows.get(self._highlighted or "")) is not None:
            self.post_message(RenameAsked(row.id, row.title))

    @on(SearchLine.DeletePressed)
    def action_delete(self) -> None:
        if (row := self._rows.get(self._highlighted or "")) is not None:
            self.query_one(OptionList).focus()  # a second delete goes on with the list
            self.post_message(DeleteAsked(row.id, row.title, self))

    def action_undo_delete(self) -> None:
        self.post_message(UndoDeleteAsked(self))

    def action_leave(self) -> None:
        self.post_message(PaneLeft())
