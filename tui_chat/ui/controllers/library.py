"""The library in the interface: what is listed, opened, renamed, deleted and brought back. This file owns what happens
to the open conversation when another one is chosen or it is deleted itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from tui_chat.engine.session import Session
from tui_chat.render.safe import safe_line
from tui_chat.store.errors import LibraryError
from tui_chat.store.library import Hit, Summary
from tui_chat.ui.library_row import ConversationList, Row
from tui_chat.ui.messages import LibraryChanged
from tui_chat.ui.ports import Dialogs, Jobs, Notifier, Opens, Post, PromptText

LISTED = 300
"""Conversations in a list. Older ones are found by searching, which looks at all."""

FOUND = 100

LEAST_ID = 8
"""Characters of an id below which a word is none."""

TITLE = 40
"""Characters of a title in the line that says what was deleted."""


class LibraryDialogs(Dialogs, Protocol):
    async def library(self, controller: LibraryController, query: str) -> str | None:
        """The id of the conversation to open; None for none. `query` stands in the search line."""
        ...


class Conversations(Opens, Protocol):
    def new(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Deleted:
    """A conversation that can be brought back. `was_open`: it was shown when it was deleted."""

    id: str
    title: str
    was_open: bool


@dataclass(eq=False)
class LibraryController:
    """`lists` gives the lists that are on the screen."""

    _session: Session
    _conversations: Conversations
    _prompt: PromptText
    _lists: Callable[[], Iterable[ConversationList]]
    _dialogs: LibraryDialogs
    _notifier: Notifier
    _jobs: Jobs
    _post: Post
    _deleting: set[str] = field(default_factory=set, init=False)
    _deleted: list[_Deleted] = field(default_factory=list, init=False)
    """What was deleted since the start, the last at the end."""

    def __post_init__(self) -> None:
        self._library = self._session.services.library

    async def choose(self, query: str = "") -> None:
        """Find, open, rename and delete conversations, on a screen of its own."""
        await self.open(await self._dialogs.library(self, query))

    async def open_named(self, words: str) -> str | None:
        """Open the conversation with this id, or the only one with these words; a choice where there are more.

        A sentence where there is none.
        """
        try:
            known = await self._by_id(words)
            hits = [] if known else await self._library.search(words, FOUND)
        except LibraryError as error:
            return f"{error.message} {error.hint}"
        found = {known} if known else {hit.conversation_id for hit in hits}
        if not found:
            return f"No saved conversation has “{words}”. /open alone lists them all."
        if len(found) > 1:
            await self.choose(words)
        else:
            await self.open(found.pop())
        return None

    async def _by_id(self, words: str) -> str | None:
        """The conversation whose id begins like this, where it can be one."""
        if len(words) < LEAST_ID or " " in words:
            return None
        try:
            return await self._library.resolve_prefix(words)
        except LibraryError:
            return None

    def refresh(self) -> None:
        """Bring the lists that are on the screen up to date."""
        for view in self._lists():
            self._jobs.run(self.fill(view), group="library")

    async def fill(self, view: ConversationList, point_at: str | None = None) -> None:
        """Show what the view's search line asks for, the highlight on a certain conversation."""
        query = view.wanted
        if query is None:
            return
        try:
            if query:
                rows = [self._found(hit) for hit in _one_each(await self._library.search(query, FOUND))]
            else:
                rows = await self.recent(LISTED)
        except LibraryError as error:
            self._notifier.report(error)
            return
        if view.wanted == query:
            view.show(rows, point_at)

    async def recent(self, count: int) -> list[Row]:
        """The conversations that were changed last. Raises LibraryError."""
        return [self._listed(summary) for summary in await self._library.list(count)]

    async def _fill_all(self, view: ConversationList, point_at: str | None) -> None:
        await self.fill(view, point_at)
        for other in self._lists():
            if other is not view:
                await self.fill(other)

    def _listed(self, summary: Summary) -> Row:
        return Row(
            summary.id,
            summary.title,
            summary.updated,
            summary.turns,
            summary.state,
            running=bool(self._session.exchanges(summary.id)),
            unread=summary.id in self._session.unread,
            open=summary.id == self._session.conversation.id,
        )

    def _found(self, hit: Hit) -> Row:
        return Row(
            hit.conversation_id,
            hit.title,
            hit.created,
            None,
            running=bool(self._session.exchanges(hit.conversation_id)),
            unread=hit.conversation_id in self._session.unread,
            open=hit.conversation_id == self._session.conversation.id,
            snippet=hit.snippet if hit.turn_id is not None else "",
            marks=hit.marks if hit.turn_id is not None else (),
        )

    async def open(self, conversation_id: str | None) -> None:
        """Open a conversation; None opens nothing. Answers under way go on, here and in the one that is left."""
        if conversation_id is None or conversation_id == self._session.conversation.id:
            return
        if await self._conversations.open(conversation_id):
            self._prompt.focus()

    async def rename(self, conversation_id: str, title: str) -> None:
        """Ask for a new title. An empty one changes nothing."""
        new = " ".join((await self._dialogs.ask_text("New title", safe_line(title)) or "").split())
        if new and new != safe_line(title):
            self._session.rename(conversation_id, new)
            self._post(LibraryChanged())

    async def delete(self, conversation_id: str, title: str, view: ConversationList) -> None:
        """Delete a conversation at once; `undo_delete` brings it back.

        One that is being answered here is refused: whoever stops the answer first knows what of it is kept.
        """
        if self._session.is_busy(conversation_id):
            self._notifier.say("This conversation is being answered. Stop the answer first, then delete it.")
        elif conversation_id not in self._deleting:  # the key may be struck twice before the list is drawn again
            self._deleting.add(conversation_id)
            try:
                point_at = await self._delete(conversation_id, title, view)
            finally:
                self._deleting.discard(conversation_id)
            await self._fill_all(view, point_at)

    async def _delete(self, conversation_id: str, title: str, view: ConversationList) -> str | None:
        """The conversation to point at in its place."""
        neighbour = view.neighbour(conversation_id)
        try:
            await self._library.delete(conversation_id)
        except LibraryError as error:
            self._notifier.report(error)
            return None
        if self._session.is_busy(conversation_id):
            return neighbour  # a prompt that was sent in it meanwhile has brought it back
        self._session.unread.discard(conversation_id)
        was_open = self._session.conversation.id == conversation_id
        self._deleted.append(_Deleted(conversation_id, title, was_open))
        if was_open:
            self._conversations.new()
        view.say(f"Deleted “{_short(title)}”. ctrl+z undoes.")
        return neighbour

    async def undo_delete(self, view: ConversationList) -> None:
        """Bring back what was deleted last; called again, what was deleted before that."""
        if not self._deleted:
            view.say("Nothing was deleted since the start. `tui-chat delete --restore` lists what was before.")
            return
        deleted = self._deleted.pop()
        try:
            await self._library.trash.restore(deleted.id)
        except LibraryError as error:
            self._deleted.insert(0, deleted)  # it can be tried again, after those that may work
            self._notifier.report(error)
            return
        view.say(f"“{_short(deleted.title)}” is back.")
        # Shown again where it was shown, unless the user has begun something else.
        if deleted.was_open and not self._session.conversation.nodes and not self._prompt.text:
            await self._conversations.open(deleted.id)
        await self._fill_all(view, deleted.id)


def _short(title: str) -> str:
    shown = safe_line(title) or "(no title)"
    return shown if len(shown) <= TITLE else f"{shown[: TITLE - 1]}…"


def _one_each(hits: list[Hit]) -> list[Hit]:
    """The best hit of each conversation, in the order of the search."""
    seen: dict[str, Hit] = {}
    for hit in hits:
        seen.setdefault(hit.conversation_id, hit)
    return list(seen.values())
