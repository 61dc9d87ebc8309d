"""The library on a screen of its own: find, open, rename, delete."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from tui_chat.ui.controllers.library import LibraryController
from tui_chat.ui.key_hints import hints_of
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

    def __init__(self, controller: LibraryController, query: str = "") -> None:
        super().__init__()
        self._controller = controller
        self._query = query

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Conversations"
            box.border_subtitle = hints_of("enter open   ^r rename   del delete   ^z undo   esc close")
            yield LibraryView(self._query)

    def on_mount(self) -> None:
        self.query_one(LibraryView).focus_search()

    def _run(self, work: Coroutine[Any, Any, object]) -> None:
        self.app.run_worker(work, group="library")

    @on(LibrarySearched)
    def _searched(self, fact: LibrarySearched) -> None:
        self._run(self._controller.fill(fact.view))

    @on(LibraryOpened)
    def _opened(self, fact: LibraryOpened) -> None:
        self.dismiss(fact.id)

    @on(PaneLeft)
    def _left(self) -> None:
        self.dismiss(None)

    @on(RenameAsked)
    def _rename(self, fact: RenameAsked) -> None:
        self._run(self._controller.rename(fact.id, fact.title))

    @on(DeleteAsked)
    def _delete(self, fact: DeleteAsked) -> None:
        self._run(self._controller.delete(fact.id, fact.title, fact.view))

    @on(UndoDeleteAsked)
    def _undo_delete(self, fact: UndoDeleteAsked) -> None:
        self._run(self._controller.undo_delete(fact.view))
