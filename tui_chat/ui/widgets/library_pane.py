"""The library pane at the side of the conversation."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui_chat.ui.key_hints import key_rows
from tui_chat.ui.widget_messages import LibrarySearched
from tui_chat.ui.widgets.library_view import LibraryView
from tui_chat.ui.widgets.pane_edge import PaneEdge

KEYS = "enter open   ^r rename   del delete   ^t tag   alt+p pin"


class LibraryPane(Vertical):
    """A `LibraryView` at the left edge; its facts go up to the chat screen."""

    DEFAULT_CSS = """
    LibraryPane { width: 34; max-width: 45%; background: $surface; padding: 0 0 0 1; }
    LibraryPane .keys { height: 2; dock: bottom; }
    """

    def compose(self) -> ComposeResult:
        yield PaneEdge("library", "right")
        yield LibraryView()
        yield Static(classes="keys")

    def on_mount(self) -> None:
        self.post_message(LibrarySearched(self.view))

    def on_resize(self) -> None:
        self.query_one(".keys", Static).update(key_rows(KEYS, self.size.width - 4, 2))

    def focus_first(self) -> None:
        self.view.focus_search()

    @property
    def view(self) -> LibraryView:
        return self.query_one(LibraryView)
