"""The library as a screen: find, open, rename, tag, pin, archive, delete, with a preview if there is room."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from tui_chat.ui.controllers.library import LibraryController
from tui_chat.ui.key_hints import fitting_hints
from tui_chat.ui.library_row import OpenAt
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.textual_fixes.covered_containers import Covered, CoveredHorizontal, CoveredVertical
from tui_chat.ui.widget_messages import (
    ConversationsAction,
    DeleteAsked,
    LibraryOpened,
    LibrarySearched,
    PaneLeft,
    RenameAsked,
    UndoDeleteAsked,
)
from tui_chat.ui.widgets.library_preview import LibraryPreview
from tui_chat.ui.widgets.library_rows import LibraryRows
from tui_chat.ui.widgets.library_search_line import LibrarySearchLine
from tui_chat.ui.widgets.library_view import LibraryView

KEYS = (
    ("enter", "open"),
    ("^r", "rename"),
    ("del", "delete"),
    ("^z", "undo"),
    ("^t", "tag"),
    ("alt+p", "pin"),
    ("alt+a", "archive"),
    ("alt+d", "duplicate"),
    ("alt+s", "order"),
    ("ins", "select"),
    ("esc", "close"),
)
"""In the order in which they give way where there is not enough room, but for the last one."""

KEYS_IN_TRASH = (("enter", "bring back and open"), ("alt+t", "back"), ("esc", "close"))

WIDE = 110
"""Cells of the screen from which on there is a preview."""

PAINTED_AFTER = 0.25
"""Seconds that the first painting waits for the rows at most. They are there in a tenth of that, and an empty list
costs as much to paint as the list itself."""

PREVIEW_AFTER = 0.06
"""Seconds on one row until it is read: held down, an arrow key passes over those in between."""


class LibraryScreen(Covered, Modal[OpenAt | None]):
    """Closes with what is to be opened, or with None."""

    DEFAULT_CSS = """
    LibraryScreen {
        align: center middle;
        & > #box { width: 90; max-width: 96%; height: 90%; border: round $primary; border-title-color: $text-accent;
                   border-title-style: bold; background: $surface; padding: 1 1 0 2; }
        & LibraryView { width: 1fr; }
        & LibraryPreview { display: none; }
        &.-wide > #box { width: 150; }
        &.-wide LibraryPreview { display: block; }
    }
    """

    def __init__(self, controller: LibraryController, query: str = "") -> None:
        super().__init__()
        self._controller = controller
        self._query = query
        self._previewing: Timer | None = None
        self._said: tuple[int, bool] | None = None
        """The width and the kind of list that the box says something of."""

    def compose(self) -> ComposeResult:
        self.set_class(self.app.size.width >= WIDE, "-wide")  # before the first layout, or there are two
        with CoveredVertical(id="box"), CoveredHorizontal():
            yield LibraryView(self._query)
            yield LibraryPreview()

    async def on_mount(self) -> None:
        self._say()
        view = self.query_one(LibraryView)
        view.focus_search()
        filled = asyncio.Event()
        self._run(self._fill(view, filled))
        if not self._query:  # a search may take its time
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(filled.wait(), PAINTED_AFTER)

    async def _fill(self, view: LibraryView, filled: asyncio.Event) -> None:
        try:
            await self._controller.fill(view)
        finally:
            filled.set()

    def on_resize(self) -> None:
        self.set_class(self.size.width >= WIDE, "-wide")
        self._say()
        self._pointed()

    def _say(self) -> None:
        """The title of the list, and its keys."""
        width, in_trash = self.app.size.width, self.query_one(LibrarySearchLine).in_trash
        if (width, in_trash) != self._said:
            self._said = width, in_trash
            box, room = self.query_one("#box"), min(150 if width >= WIDE else 90, width * 96 // 100) - 6
            box.border_title = "Deleted conversations, kept for 30 days" if in_trash else "Conversations"
            box.border_subtitle = fitting_hints(KEYS_IN_TRASH if in_trash else KEYS, room)

    def _run(self, work: Coroutine[Any, Any, object]) -> None:
        self.app.run_worker(work, group="library")

    @on(LibraryRows.RowPointed)
    def _pointed(self) -> None:
        if self._previewing is not None:
            self._previewing.stop()
        if self.has_class("-wide"):
            self._previewing = self.set_timer(PREVIEW_AFTER, lambda: self._run(self._preview()))

    async def _preview(self) -> None:
        rows = next(iter(self.query(LibraryRows)), None)
        row = None if rows is None else rows.pointed
        messages = [] if row is None else await self._controller.preview(row)
        # The screen may be closing by now.
        for shown in self.query(LibraryPreview):
            if rows is not None and rows.pointed_id == (row and row.id):
                shown.show(messages, "" if row is None else row.found)

    @on(LibrarySearched)
    def _searched(self, fact: LibrarySearched) -> None:
        self._say()
        self._run(self._controller.fill(fact.view))

    @on(LibraryOpened)
    def _opened(self, fact: LibraryOpened) -> None:
        if fact.deleted:
            self._run(self._controller.open_spot(fact.spot, deleted=True))
            self.dismiss(None)
        else:
            self.dismiss(fact.spot)

    @on(PaneLeft)
    def _left(self) -> None:
        self.dismiss(None)

    @on(RenameAsked)
    def _rename(self, fact: RenameAsked) -> None:
        self._run(self._controller.rename(fact.id, fact.title))

    @on(DeleteAsked)
    def _delete(self, fact: DeleteAsked) -> None:
        self._run(self._controller.delete(fact.id, fact.title, fact.view))

    @on(ConversationsAction)
    def _act(self, fact: ConversationsAction) -> None:
        self._run(self._controller.actions.act(fact.action, fact.rows, fact.view))

    @on(UndoDeleteAsked)
    def _undo_delete(self, fact: UndoDeleteAsked) -> None:
        self._run(self._controller.undo_delete(fact.view))
