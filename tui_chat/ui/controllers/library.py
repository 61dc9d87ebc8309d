"""Lists, opens, renames, deletes and restores conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from datetime import datetime
from typing import Protocol
from weakref import WeakKeyDictionary

from tui_chat.core.message import Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.search_query import parse
from tui_chat.engine.session import Session
from tui_chat.render.sanitize import safe_line
from tui_chat.store.errors import LibraryError
from tui_chat.store.library import Hit, Order, SearchStopped, Summary
from tui_chat.ui.controllers.library_actions import LibraryActions, named_title
from tui_chat.ui.lazy_library_rows import LazyLibraryRows
from tui_chat.ui.library_row import ConversationList, LibraryRow, OpenAt
from tui_chat.ui.ports import Dialogs, Jobs, Notifier, Opens, Post, PromptText
from tui_chat.ui.widget_messages import LibraryChanged

PREVIEWED = 4
"""Messages in a preview."""

FOUND = 100

LEAST_ID = 8
"""Characters of an id below which a word is none."""


class LibraryDialogs(Dialogs, Protocol):
    async def library(self, controller: LibraryController, query: str) -> OpenAt | None:
        """What to open; None for nothing. `query` is put into the search field."""
        ...


class Conversations(Opens, Protocol):
    def new(self) -> None: ...


class ShowsTurns(Protocol):
    async def show_turn(self, node_id: str) -> None: ...


class Finds(Protocol):
    """Marks a text in the open conversation."""

    def mark(self, query: str, conversation_id: str) -> None: ...


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
    _shows: ShowsTurns
    _finds: Finds
    _asked: WeakKeyDictionary[ConversationList, int] = field(default_factory=WeakKeyDictionary, init=False)
    """Fill requests per list: a search replaced by a later one is abandoned."""
    _deleting: set[str] = field(default_factory=set, init=False)
    _deleted: list[_Deleted] = field(default_factory=list, init=False)
    """Conversations deleted since the start, newest last."""

    def __post_init__(self) -> None:
        self._library = self._session.services.library
        self.actions = LibraryActions(self._session, self, self._dialogs, self._notifier, self._post)

    async def choose(self, query: str = "") -> None:
        """Find, open, rename and delete conversations, on a screen of its own."""
        if (spot := await self._dialogs.library(self, query)) is not None:
            await self.open_spot(spot)

    async def open_named(self, words: str) -> str | None:
        """Open the conversation with this id, or the only one with these words; if there are several, let the user
        choose."""
        try:
            known = await self._by_id(words)
            hits = [] if known else await self._library.search(words, FOUND)
        except LibraryError as error:
            return str(error)
        found = {known} if known else {hit.conversation_id for hit in hits}
        if not found:
            return f"No saved conversation contains “{words}”. /open alone lists them all."
        if len(found) > 1:
            await self.choose(words)
        else:
            await self.open(found.pop())
        return None

    async def _by_id(self, words: str) -> str | None:
        """The conversation whose id has this prefix, if the words can be one."""
        if len(words) < LEAST_ID or " " in words:
            return None
        try:
            return await self._library.resolve_prefix(words)
        except LibraryError:
            return None

    def refresh(self) -> None:
        """Refresh the visible lists."""
        for view in self._lists():
            self._jobs.run(self.fill(view), group="library")

    async def fill(self, view: ConversationList, point_at: str | None = None) -> None:
        """Show what the view's search line asks for, the highlight on a certain conversation."""
        query, order = view.wanted, view.order
        if query is None:
            return
        number = self._asked[view] = self._asked.get(view, 0) + 1
        try:
            if query:
                await self._fill_found(view, query, order, point_at, lambda: self._asked.get(view) != number)
            else:
                await self._fill_all_of(view, point_at, number)
        except SearchStopped:
            pass
        except LibraryError as error:
            self._notifier.report(error)

    async def _fill_found(
        self, view: ConversationList, query: str, order: Order, point_at: str | None, stopped: Callable[[], bool]
    ) -> None:
        hints = parse(query, datetime.now().astimezone()).hints
        rows = self._found(await self._library.search(query, FOUND, order, stopped, one_each=True), query)
        if view.wanted == query and not stopped():
            view.show(rows, point_at, hints)

    async def _fill_all_of(self, view: ConversationList, point_at: str | None, number: int) -> None:
        """All conversations that are not archived."""
        listing = self._library.listing
        rows = LazyLibraryRows(await listing.outline(), listing.summaries, self._listed, self._session.conversation.id)
        await rows.read(view.in_view)
        if not view.wanted and self._asked.get(view) == number:
            view.show(rows, point_at)

    async def preview(self, row: LibraryRow) -> list[tuple[str, str]]:
        """The messages around what was found in a conversation, else its last ones, each with who said it."""
        try:
            library = self._library
            conversation = await (library.trash.load(row.id) if row.deleted else self._session.load(row.id))
        except LibraryError:
            return []
        if conversation is None:
            return []
        found = conversation.nodes.get(row.turn or "")
        shown = conversation.path(found.id if found is not None else None)[-PREVIEWED:]
        return [(_who(node.turn), node.turn.text) for node in shown]

    async def recent(self, count: int) -> list[LibraryRow]:
        """The conversations that were changed last. Raises LibraryError."""
        return [self._listed(summary) for summary in await self._library.list(count, counted=False)]

    async def _fill_all(self, view: ConversationList, point_at: str | None) -> None:
        await self.fill(view, point_at)
        for other in self._lists():
            if other is not view:
                await self.fill(other)

    def _listed(self, summary: Summary) -> LibraryRow:
        return LibraryRow(
            summary.id,
            summary.title,
            summary.updated,
            summary.state,
            running=bool(self._session.exchanges(summary.id)),
            unread=summary.id in self._session.unread,
            open=summary.id == self._session.conversation.id,
            pinned=summary.pinned,
            archived=summary.archived,
            tags=summary.tags,
        )

    def _found(self, hits: Sequence[Hit], query: str) -> list[LibraryRow]:
        deleted = "deleted" in parse(query, datetime.now().astimezone()).places
        return [self._hit(hit, deleted=deleted) for hit in hits]

    def _hit(self, hit: Hit, *, deleted: bool) -> LibraryRow:
        return LibraryRow(
            hit.conversation_id,
            hit.title,
            hit.created,
            running=bool(self._session.exchanges(hit.conversation_id)),
            unread=hit.conversation_id in self._session.unread,
            open=hit.conversation_id == self._session.conversation.id,
            snippet=hit.snippet if hit.turn_id is not None else "",
            marks=hit.marks if hit.turn_id is not None else (),
            turn=hit.turn_id,
            deleted=deleted,
            more=hit.others,
        )

    async def open_spot(self, spot: OpenAt, *, deleted: bool = False) -> None:
        """Open a conversation at a message, with a text in it marked; one in the trash is brought back first."""
        if deleted:
            try:
                await self._library.trash.restore(spot.id)
            except LibraryError as error:
                self._notifier.report(error)
                return
            self._post(LibraryChanged())
        await self.open(spot.id)
        if spot.turn is not None and self._session.conversation.id == spot.id:
            await self._shows.show_turn(spot.turn)
            if spot.text:
                self._finds.mark(spot.text, spot.id)

    async def open(self, conversation_id: str | None) -> None:
        """Open a conversation; None opens nothing. Running answers continue, here and in the conversation left
        behind."""
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

    async def rename_open(self) -> None:
        """Ask for another title of the open conversation."""
        conversation = self._session.conversation
        if conversation.nodes:
            await self.rename(conversation.id, conversation.title)
        else:
            self._notifier.say("An empty conversation has no title yet: send a prompt first.")

    async def delete_open(self) -> None:
        """Delete the open conversation at once; an empty one takes its place."""
        conversation = self._session.conversation
        if not conversation.nodes:
            self._notifier.say("This conversation is empty: there is nothing to delete.")
        elif self._may_delete(conversation.id) and await self._delete_one(conversation.id, conversation.title):
            self._notifier.inform(
                f"Deleted {named_title(conversation.title)}. “Deleted conversations” in the palette brings it back."
            )
            self._post(LibraryChanged())

    def _may_delete(self, conversation_id: str) -> bool:
        if busy := self._session.is_busy(conversation_id):
            self._notifier.say("This conversation is being answered. Stop the answer first, then delete it.")
        return not busy

    async def delete(self, conversation_id: str, title: str, view: ConversationList) -> None:
        """Delete a conversation at once; `undo_delete` brings it back.

        One that is being answered here is refused: the user should stop the answer first and see what is kept.
        """
        # The key may be struck twice before the list is drawn again.
        if self._may_delete(conversation_id) and conversation_id not in self._deleting:
            self._deleting.add(conversation_id)
            try:
                point_at = await self._delete(conversation_id, title, view)
            finally:
                self._deleting.discard(conversation_id)
            await self._fill_all(view, point_at)

    async def _delete(self, conversation_id: str, title: str, view: ConversationList) -> str | None:
        """The conversation to point at in its place."""
        neighbour = view.neighbour(conversation_id)
        if await self._delete_one(conversation_id, title):
            view.say(f"Deleted {named_title(title)}. ctrl+z undoes.")
        return neighbour

    async def _delete_one(self, conversation_id: str, title: str) -> bool:
        """False where it is still there."""
        try:
            await self._library.delete(conversation_id)
        except LibraryError as error:
            self._notifier.report(error)
            return False
        if self._session.is_busy(conversation_id):
            return False  # a prompt that was sent in it meanwhile has brought it back
        self._session.unread.discard(conversation_id)
        was_open = self._session.conversation.id == conversation_id
        self._deleted.append(_Deleted(conversation_id, title, was_open))
        if was_open:
            self._conversations.new()
        return True

    async def undo_delete(self, view: ConversationList) -> None:
        """Restore the conversation deleted last; called again, the one deleted before it."""
        if not self._deleted:
            view.say("Nothing was deleted since the start. alt+t lists what was before.")
            return
        deleted = self._deleted.pop()
        try:
            await self._library.trash.restore(deleted.id)
        except LibraryError as error:
            self._deleted.insert(0, deleted)  # it can be tried again, after those that may work
            self._notifier.report(error)
            return
        view.say(f"{named_title(deleted.title)} is back.")
        # Shown again where it was shown, unless the user has begun something else.
        if deleted.was_open and not self._session.conversation.nodes and not self._prompt.text:
            await self._conversations.open(deleted.id)
        await self._fill_all(view, deleted.id)


def _who(turn: Turn) -> str:
    return "you" if turn.role == "user" else turn.model or turn.role
