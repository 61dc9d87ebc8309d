"""Rows of the settings pane with keys of their own that still give up and down to the pane."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Select, TextArea

from tui_chat.core.quick_dataclass import dataclass


@dataclass
class RowLeft(Message):
    """Another row is wanted: the one below if positive, else the one above."""

    rows: int


class RowSelect(Select[str]):
    """Enter and space open the list; Textual opens it with the arrows, too."""

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("up", "leave(-1)", show=False),
        Binding("down", "leave(1)", show=False),
    ]

    def set_options(self, options: Iterable[tuple[RenderableType, str]]) -> None:
        """Without Textual's entry "Select" once there is something to select."""
        listed = list(options)
        self._allow_blank = not listed
        super().set_options(listed)

    def action_leave(self, rows: int) -> None:
        self.post_message(RowLeft(rows))


class SystemPromptArea(TextArea):
    """Up from its first row and down from its last one leave it."""

    def action_cursor_up(self, select: bool = False) -> None:
        if select or self._row:
            super().action_cursor_up(select)
        else:
            self.post_message(RowLeft(-1))

    def action_cursor_down(self, select: bool = False) -> None:
        if select or self._row < self.wrapped_document.height - 1:
            super().action_cursor_down(select)
        else:
            self.post_message(RowLeft(1))

    @property
    def _row(self) -> int:
        return self.wrapped_document.location_to_offset(self.cursor_location).y
