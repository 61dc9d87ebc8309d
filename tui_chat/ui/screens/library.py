"""The library on a screen of its own: find, open, rename, delete."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from tui_chat.ui.controllers.library import LibraryController
from tui_chat.ui.messages import DeleteAsked, LibraryOpened, LibrarySearched, PaneLeft, RenameAsked, UndoDeleteAsked
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.widgets.library_view import LibraryView


class LibraryScreen(Modal[str | None]):
    """Closes with the id of the conversation to open, or with None."""

    DEFAULT_CSS = """
    LibraryScreen {
        align: center middle;
        & > Vertical { width: 90; max-width: 96%; height: 90%; border: round $primary; border-title-color: $text-accent;
                       background: $surface; padding: 1 2; }
    }
    """

    def __init__(self, shelf: LibraryController) -> None:
        super().__init__()
        self._shelf = shelf

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Conversations"
            box.border_subtitle = "enter opens · ^r renames · del deletes · u undoes · esc closes"
            yield LibraryView()

    def on_mount(self) -> None:
        self.query_one(LibraryView).focus_search()
        self._fill()

    @on(LibrarySearched)
    def _fill(self) -> None:
        self.app.run_worker(self._shelf.fill(self.query_one(LibraryView)), group="library")

    @on(LibraryOpened)
    def _opened(self, message: LibraryOpened) -> None:
        self.dismiss(message.id)

    @on(PaneLeft)
    def _left(self) -> None:
        self.dismiss(None)

    @on(RenameAsked)
    def _rename(self, message: RenameAsked) -> None:
        self._shelf.rename(message.id, message.title, self.query_one(LibraryView))

    @on(DeleteAsked)
    def _delete(self, message: DeleteAsked) -> None:
        self._shelf.delete(message.id, message.title, self.query_one(LibraryView))

    @on(UndoDeleteAsked)
    def _undo_delete(self) -> None:
        self._shelf.undo_delete(self.query_one(LibraryView))
