"""Actions on one or more conversations of the library's list: pin, archive, tag, duplicate, delete."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from tui_chat.core.conversation import Conversation
from tui_chat.core.conversation_labels import as_tag
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.short_text import shortened
from tui_chat.engine.session import Session
from tui_chat.render.sanitize import safe_line
from tui_chat.store.errors import LibraryError
from tui_chat.store.labels import Label
from tui_chat.ui.library_row import ConversationList, LibraryRow
from tui_chat.ui.ports import Dialogs, Notifier, Post
from tui_chat.ui.widget_messages import LibraryChanged

EMPTY = "An empty conversation takes no tags yet: send a prompt first."
TITLE = 40
"""Characters of a title in the line that says what was done."""


class Deletes(Protocol):
    """Deletes conversations one by one; each can be restored."""

    async def delete(self, conversation_id: str, title: str, view: ConversationList) -> None: ...


@dataclass(eq=False)
class LibraryActions:
    _session: Session
    _deletes: Deletes
    _dialogs: Dialogs
    _notifier: Notifier
    _post: Post

    def __post_init__(self) -> None:
        self._library = self._session.services.library

    async def act(self, action: str, rows: Sequence[LibraryRow], view: ConversationList) -> None:
        """Do it, and say below the list what was done. Where some are not yet so, all become so; else none is."""
        ids = [row.id for row in rows]
        match action:
            case "pin":
                await self._label("pinned", ids, view, rows, on=not all(row.pinned for row in rows))
            case "archive":
                await self._label("archived", ids, view, rows, on=not all(row.archived for row in rows))
            case "tag":
                await self._tag(ids, rows, view)
            case "duplicate":
                await self._done(lambda: self._duplicate(ids), f"Duplicated {named(rows)}.", view)
            case "delete":
                for row in rows:
                    await self._deletes.delete(row.id, row.title, view)
                view.say(f"Deleted {named(rows)}. ctrl+z brings them back one by one.")

    async def _label(
        self, label: Label, ids: Sequence[str], view: ConversationList, rows: Sequence[LibraryRow], *, on: bool
    ) -> None:
        said = {
            ("pinned", True): f"Pinned {named(rows)}.",
            ("pinned", False): f"Unpinned {named(rows)}.",
            ("archived", True): f"Archived {named(rows)}. is:archived lists what is; there alt+a takes it back.",
            ("archived", False): f"Back from the archive: {named(rows)}.",
        }[label, on]
        await self._done(lambda: self._library.labels.set(ids, label, on=on), said, view)

    async def _tag(self, ids: Sequence[str], rows: Sequence[LibraryRow], view: ConversationList) -> None:
        """Ask for tags. Tags removed from the line are removed from the conversations."""
        try:
            tags_of = [summary.tags for summary in await self._library.listing.summaries(ids)]
        except LibraryError as error:
            self._notifier.report(error)
            return
        shared = [tag for tag in tags_of[0] if all(tag in tags for tags in tags_of)] if tags_of else []
        typed = await self._dialogs.ask_text(f"Tags of {named(rows)}", " ".join(shared))
        if typed is None:
            return
        tags = [tag for tag in map(as_tag, typed.replace(",", " ").split()) if tag]
        removed = [tag for tag in shared if tag not in tags]
        said = f"Tagged {named(rows)}: {' '.join(f'#{tag}' for tag in tags)}" if tags else f"No tags on {named(rows)}."
        await self._done(lambda: self._library.labels.tag(ids, tags, removed), said, view)

    async def _duplicate(self, ids: Sequence[str]) -> None:
        for conversation_id in ids:
            await self._library.labels.duplicate(conversation_id, self._session.services.new_id())

    async def _done(self, work: Callable[[], Awaitable[object]], said: str, view: ConversationList) -> None:
        try:
            await work()
        except LibraryError as error:
            self._notifier.report(error)
        else:
            view.say(said)
        self._post(LibraryChanged())

    async def ask_tags(self) -> None:
        """Ask for the tags of the open conversation."""
        conversation = self._session.conversation
        if not conversation.nodes:
            self._notifier.say(EMPTY)
            return
        try:
            known = await self._library.labels.tags_of(conversation.id)
        except LibraryError as error:
            self._notifier.report(error)
            return
        typed = await self._dialogs.ask_text("Tags of this conversation", " ".join(known))
        if typed is None:
            return
        kept = [tag for word in typed.replace(",", " ").split() if (tag := as_tag(word))]
        refused = await self._tag_one(conversation, [*kept, *(f"-{tag}" for tag in known if tag not in kept)])
        if refused is not None:
            self._notifier.say(refused)

    async def tag_open(self, words: str) -> str | None:
        """Give tags to the open conversation: `-name` takes one away, no words say which there are.

        A sentence where nothing was done.
        """
        return await self._tag_one(self._session.conversation, words.replace(",", " ").split())

    async def _tag_one(self, conversation: Conversation, typed: Sequence[str]) -> str | None:
        if not conversation.nodes:
            return EMPTY
        removed = [as_tag(word[1:]) for word in typed if word.startswith("-")]
        added = [as_tag(word) for word in typed if not word.startswith("-")]
        try:
            if typed:
                await self._library.labels.tag([conversation.id], added, removed)
                self._post(LibraryChanged())
            tags = await self._library.labels.tags_of(conversation.id)
        except LibraryError as error:
            return str(error)
        shown = " ".join(f"#{tag}" for tag in tags)
        self._notifier.say(f"Tags: {shown}" if tags else "No tags. /tag NAME gives one, /tag -NAME takes it away.")
        return None


def named(rows: Sequence[LibraryRow]) -> str:
    """One conversation by its title, several by their number."""
    return named_title(rows[0].title) if len(rows) == 1 else f"{len(rows)} conversations"


def named_title(title: str) -> str:
    """A title as quoted in a sentence."""
    shown = safe_line(title) or "(no title)"
    return f"“{shortened(shown, TITLE)}”"
