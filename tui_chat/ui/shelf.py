"""The library in the interface: what is listed, opened, renamed and deleted. This file owns what happens to the open
conversation when another one is chosen or it is deleted itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_chat.engine.writes import TitleWrite
from tui_chat.render.safe import safe_line
from tui_chat.store.errors import LibraryError
from tui_chat.store.library import Hit, Summary
from tui_chat.ui.desk import Desk
from tui_chat.ui.row import Row

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen
    from tui_chat.ui.widgets.library_view import LibraryView

LISTED = 300
"""Conversations in a list. Older ones are found by searching, which looks at all."""

FOUND = 100


class Shelf:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: Desk) -> None:
        self._screen = screen
        self._desk = desk

    async def fill(self, view: LibraryView) -> None:
        """Show what the view's search line asks for."""
        query = view.query_text.strip()
        library = self._desk.session.services.library
        try:
            if query:
                rows = [self._found(hit) for hit in _one_each(await library.search(query, FOUND))]
            else:
                rows = [self._listed(summary) for summary in await library.list(LISTED)]
        except LibraryError as error:
            self._screen.report(error)
            return
        if view.is_mounted and view.query_text.strip() == query:
            view.show(rows)

    def _listed(self, summary: Summary) -> Row:
        session = self._desk.session
        return Row(
            summary.id,
            summary.title,
            summary.updated,
            summary.turns,
            summary.state,
            running=summary.id in session.running,
            open=summary.id == session.conversation.id,
        )

    def _found(self, hit: Hit) -> Row:
        session = self._desk.session
        return Row(
            hit.conversation_id,
            hit.title,
            hit.created,
            None,
            running=hit.conversation_id in session.running,
            open=hit.conversation_id == session.conversation.id,
            snippet=hit.snippet if hit.turn_id is not None else "",
            marks=hit.marks if hit.turn_id is not None else (),
        )

    async def open(self, conversation_id: str | None) -> None:
        """Open a conversation; None opens nothing. Answers under way go on, here and in the one that is left."""
        if conversation_id is None or conversation_id == self._desk.session.conversation.id:
            return
        if await self._screen.turns.open(conversation_id):
            self._screen.prompt.focus()
            self._screen.refresh_library()

    def rename(self, conversation_id: str, title: str, view: LibraryView) -> None:
        """Ask for a new title. An empty one changes nothing."""
        from tui_chat.ui.screens.ask_text import AskText

        def renamed(text: str | None) -> None:
            new = " ".join((text or "").split())
            if not new or new == safe_line(title):
                return
            session = self._desk.session
            if session.conversation.id == conversation_id:
                session.conversation.title = new
            session.services.unsaved.save(TitleWrite(conversation_id, new))
            self._screen.refresh_state()
            self._screen.later(self.fill(view), group="library")

        self._screen.app.push_screen(AskText("New title", safe_line(title)), renamed)

    def delete(self, conversation_id: str, title: str, view: LibraryView) -> None:
        """Delete a conversation after asking. One that is being answered is refused: its answer would be lost."""
        from tui_chat.ui.screens.confirm import Confirm

        if self._desk.session.is_busy(conversation_id):
            self._screen.say("This conversation is being answered. Stop the answer first, then delete it.")
            return

        def answered(wanted: bool | None) -> None:
            if wanted:
                self._screen.later(self._delete(conversation_id, view))

        question = f"Delete “{safe_line(title)}” with all its turns? This cannot be undone."
        self._screen.app.push_screen(Confirm(question, "Delete", "Keep"), answered)

    async def _delete(self, conversation_id: str, view: LibraryView) -> None:
        session = self._desk.session
        try:
            await session.services.library.delete(conversation_id)
        except LibraryError as error:
            self._screen.report(error)
            return
        session.services.unsaved.forget(conversation_id)
        if session.conversation.id == conversation_id:
            self._screen.turns.new()
        await self.fill(view)


def _one_each(hits: list[Hit]) -> list[Hit]:
    """The best hit of each conversation, in the order of the search."""
    seen: dict[str, Hit] = {}
    for hit in hits:
        seen.setdefault(hit.conversation_id, hit)
    return list(seen.values())
