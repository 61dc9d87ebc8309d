"""The library pane at the side of the conversation."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from tui_chat.ui.widgets.library_view import LibraryView
from tui_chat.ui.widgets.pane_edge import PaneEdge


class LibraryPane(Vertical):
    """A `LibraryView` at the left edge; its facts go up to the chat screen."""

    DEFAULT_CSS = """
    LibraryPane { width: 34; max-width: 45%; background: $surface; padding: 0 0 0 1; }
    """

    def compose(self) -> ComposeResult:
        yield PaneEdge("library", "right")
        yield LibraryView()

    @property
    def view(self) -> LibraryView:
        return self.query_one(LibraryView)
