"""The library's search field."""

from __future__ import annotations

from datetime import datetime

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from tui_chat.core.search_query import parse
from tui_chat.ui.library_row import DELETED


class LibrarySearchLine(Input):
    """The line to search in. At its end the delete key is the list's: there is nothing to delete behind the cursor."""

    BINDINGS = [Binding("delete", "delete_here", show=False)]  # noqa: RUF012 - Textual reads the class attribute

    class DeletePressed(Message):
        """The delete key, when it does not edit."""

    def __init__(self, query: str = "") -> None:
        super().__init__(query, placeholder="search, or tag: model: is: before: …", compact=True, select_on_focus=False)
        self._edits = False
        """The keys before were the delete key, too, and edited: held down, it must not delete from the list."""

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

    @property
    def in_trash(self) -> bool:
        """Whether deleted conversations are asked for."""
        return "deleted" in parse(self.value, datetime.now().astimezone()).places

    def turn_deleted(self) -> None:
        """Ask for the deleted conversations, or again for those that are there."""
        self.value = "" if self.in_trash else DELETED
        self.cursor_position = len(self.value)

    def type_on(self, text: str) -> None:
        """Take over what is being typed elsewhere, as if it were typed here. The focus must not select it: the next
        letter would replace it."""
        self.screen.set_focus(self)
        self.replace(text, *self.selection)
