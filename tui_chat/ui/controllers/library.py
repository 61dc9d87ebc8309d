"""The library in the interface: what is listed, opened, renamed, deleted and brought back. This file owns what happens
to the open conversation when another one is chosen or it is deleted itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_chat.render.safe import safe_line
from tui_chat.store.errors import LibraryError
from tui_chat.store.library import Hit, Summary
from tui_chat.ui.context import AppContext
from tui_chat.ui.row import Row

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen
    from tui_chat.ui.widgets.library_view import LibraryView

LISTED = 300
"""Conversations in a list. Older ones are found by searching, which looks at all."""

FOUND = 100

TITLE = 40
"""Characters of a title in the line that says what was deleted."""


@dataclass(frozen=True, slots=True)
class _Deleted:
    """A conversation that can be brought back. `was_open`: it was shown when it was deleted."""

    id: str
    title: str
    was_open: bool


class LibraryController:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: AppContext) -> None:
        self._screen = screen
        self._desk = desk
        self._deleting: set[str] = set()
        self._deleted: list[_Deleted] = []
        """What was deleted since the start, the last at the end."""

    async def refresh(self, view: LibraryView, point_at: str | None = None) -> None:
        """Fill this list, its highlight on a certain conversation, and the one in the pane."""
        pane = self._screen.library_view
        await self.fill(view, point_at)
        if pane is not None and pane is not view:
            await self.fill(pane)

    async def fill(self, view: LibraryView, point_at: str | None = None) -> None:
        """Show what the view's search line asks for."""
        query = _query(view)
        if query is None:
            return
        library = self._desk.session.services.library
        try:
            if query:
                rows = [self._found(hit) for hit in _one_each(await library.search(query, FOUND))]
            else:
                rows = [self._listed(summary) for summary in await library.list(LISTED)]
        except LibraryError as error:
            self._screen.report(error)
            return
        if _query(view) == query:
            view.show(rows, point_at)

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
            self._desk.session.rename(conversation_id, new)
            self._screen.refresh_state()
            self._screen.later(self.fill(view), group="library")

        self._screen.app.push_screen(AskText("New title", safe_line(title)), renamed)

    def delete(self, conversation_id: str, title: str, view: LibraryView) -> None:
        """Delete a conversation at once; `undo_delete` brings it back.

        One that is being answered here is refused: whoever stops the answer first knows what of it is kept.
        """
        if self._desk.session.is_busy(conversation_id):
            self._screen.say("This conversation is being answered. Stop the answer first, then delete it.")
        elif conversation_id not in self._deleting:  # the key may be struck twice before the list is drawn again
            self._deleting.add(conversation_id)
            self._screen.later(self._delete(conversation_id, title, view))

    async def _delete(self, conversation_id: str, title: str, view: LibraryView) -> None:
        session = self._desk.session
        neighbour = view.neighbour(conversation_id)
        try:
            await session.services.library.delete(conversation_id)
            # A prompt that was sent in it meanwhile has brought it back.
            if not session.is_busy(conversation_id):
                self._deleted_now(conversation_id, title, view)
        except LibraryError as error:
            neighbour = None
            self._screen.report(error)
        finally:
            self._deleting.discard(conversation_id)
        await self.refresh(view, neighbour)

    def _deleted_now(self, conversation_id: str, title: str, view: LibraryView) -> None:
        was_open = self._desk.session.conversation.id == conversation_id
        self._deleted.append(_Deleted(conversation_id, title, was_open))
        if was_open:
            self._screen.turns.new()
        _say(view, f"Deleted “{_short(title)}”. u undoes.")

    def undo_delete(self, view: LibraryView) -> None:
        """Bring back what was deleted last; called again, what was deleted before that."""
        if self._deleted:
            self._screen.later(self._restore(self._deleted.pop(), view))
        else:
            _say(view, "Nothing was deleted since the start. `tui-chat delete --restore` lists what was before.")

    async def _restore(self, deleted: _Deleted, view: LibraryView) -> None:
        session = self._desk.session
        try:
            await session.services.library.trash.restore(deleted.id)
        except LibraryError as error:
            self._deleted.insert(0, deleted)  # it can be tried again, after those that may work
            self._screen.report(error)
            return
        _say(view, f"“{_short(deleted.title)}” is back.")
        # Shown again where it was shown, unless the user has begun something else.
        if deleted.was_open and not session.conversation.nodes and not self._screen.prompt.text:
            await self._screen.turns.open(deleted.id)
        await self.refresh(view, deleted.id)


def _query(view: LibraryView) -> str | None:
    """What the search line asks for; None where the list is closed."""
    return view.query_text.strip() if view.is_attached else None


def _say(view: LibraryView, text: str) -> None:
    if view.is_attached:
        view.say(text)


def _short(title: str) -> str:
    shown = safe_line(title) or "(no title)"
    return shown if len(shown) <= TITLE else f"{shown[: TITLE - 1]}…"


def _one_each(hits: list[Hit]) -> list[Hit]:
    """The best hit of each conversation, in the order of the search."""
    seen: dict[str, Hit] = {}
    for hit in hits:
        seen.setdefault(hit.conversation_id, hit)
    return list(seen.values())
