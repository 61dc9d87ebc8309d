"""The library of conversations: one SQLite file. This file owns the operations that others call.

Nothing here blocks the event loop: one thread of its own does the work, in the order in which it was asked for.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Mapping, Sequence
from typing import Self

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Turn
from tui_chat.core.settings import Settings
from tui_chat.store import external_changes, find, reads, summaries, trash, writes
from tui_chat.store.errors import LibraryError
from tui_chat.store.external_changes import Snapshot, Stamp
from tui_chat.store.find import Hit
from tui_chat.store.library_now import LibraryNow
from tui_chat.store.summaries import Summary
from tui_chat.store.worker import outcome_of

__all__ = ["Hit", "Library", "LibraryError", "Summary"]


class Library(LibraryNow):
    """`Library(folder)`, then `await open()`. Every method raises LibraryError and has a `*_now` twin that waits.

    A caller that is cancelled while it awaits a write leaves the write to be done.
    """

    @classmethod
    def private(cls) -> Self:
        """A library in memory: nothing is written to disk, and it is gone when it is closed."""
        return cls(None)

    async def open(self) -> None:
        """Open the file, making or migrating it where that is needed.

        Raises LibraryError for a file that is damaged, foreign, locked, from a newer version, or cannot be written;
        the file is then as it was.
        """
        await outcome_of(self._worker.open(self._opened))

    async def close(self) -> None:
        """Do all that was asked for, then close. A closed library can be opened again."""
        closing = self._worker.close()
        if closing is not None:
            await outcome_of(closing)

    async def create(self, conversation: Conversation) -> None:
        """Put a conversation with all its turns into the library.

        One with the same id that has turns is an error; one without a turn is replaced.
        """
        await outcome_of(self._worker.submit(writes.create, conversation, self._clock()))

    async def begin(
        self,
        conversation: Conversation,
        nodes: Sequence[Node],
        drafts: Collection[str] = (),
        busy_s: float | None = None,
    ) -> None:
        """Add the turns of an exchange, each below the one before, and the conversation where these are its first.

        All or nothing. The `drafts` that became the prompt go with it. `busy_s` is how long another process is
        waited for.
        """
        wait = self._busy_s if busy_s is None else busy_s
        work = self._worker.submit_within(wait, writes.begin, conversation, nodes, drafts, self._clock())
        await outcome_of(work)

    async def add_turn(self, conversation_id: str, node: Node) -> None:
        """Add a turn below its parent and make it the head. The first prompt names a conversation without a title."""
        await outcome_of(self._worker.submit(writes.add_turn, conversation_id, node, self._clock()))

    async def append(self, conversation_id: str, turn_id: str, text: str = "", reasoning: str = "") -> None:
        """Add pieces to a running answer (outcome None). Costs what the pieces cost, however long the answer is."""
        await outcome_of(self._worker.submit(writes.append, conversation_id, turn_id, text, reasoning))

    async def finish(self, conversation_id: str, turn_id: str, turn: Turn) -> None:
        """Replace a turn by its final form; `turn.text` is the whole text, and the pieces are dropped for it."""
        await outcome_of(self._worker.submit(writes.put_turn, conversation_id, turn_id, turn, self._clock()))

    async def update_turn(self, conversation_id: str, turn_id: str, turn: Turn) -> None:
        """Replace a turn whole, like `finish`: for late verdicts and the like."""
        await self.finish(conversation_id, turn_id, turn)

    async def set_sent(self, conversation_id: str, sent: Mapping[str, bool | None]) -> None:
        """The user's word on which turns are sent, by their ids; nothing else of them changes, also while they run."""
        await outcome_of(self._worker.submit(writes.set_sent, conversation_id, sent))

    async def set_head(self, conversation_id: str, turn_id: str | None) -> None:
        await outcome_of(self._worker.submit(writes.set_head, conversation_id, turn_id))

    async def set_title(self, conversation_id: str, title: str) -> None:
        """Name a conversation; "" goes back to its first prompt."""
        await outcome_of(self._worker.submit(writes.set_title, conversation_id, title))

    async def set_settings(self, conversation_id: str, settings: Settings) -> None:
        await outcome_of(self._worker.submit(writes.set_settings, conversation_id, settings))

    async def set_draft(self, conversation_id: str, text: str) -> None:
        """Keep what was typed and not sent; "" takes it away. The id "" stands for a conversation not begun."""
        await outcome_of(self._worker.submit(writes.set_draft, conversation_id, text))

    async def draft(self, conversation_id: str) -> str:
        """What was typed in a conversation and not sent, "" if nothing."""
        return await outcome_of(self._worker.submit(reads.draft, conversation_id))

    async def delete(self, conversation_id: str) -> None:
        """Delete a conversation with its draft. `restore` brings it back for thirty days."""
        await outcome_of(self._worker.submit(trash.delete, conversation_id, self._clock()))

    async def restore(self, conversation_id: str) -> None:
        """Bring a deleted conversation back as it was."""
        await outcome_of(self._worker.submit(trash.restore, conversation_id))

    async def load_deleted(self, conversation_id: str) -> Conversation | None:
        """A deleted conversation as it was kept; None where there is no deleted one of this id."""
        return await outcome_of(self._worker.submit(trash.load_deleted, conversation_id))

    async def load(self, conversation_id: str, running: Collection[str] = ()) -> Conversation:
        """A conversation as it was kept. An answer that nobody finished is INCOMPLETE, with all its pieces.

        `running` are ids of turns that this process is still writing: they keep the outcome None.
        """
        return await outcome_of(self._worker.submit(reads.load, conversation_id, running))

    async def stamp(self) -> Stamp:
        """Another value once another process has written."""
        return await outcome_of(self._worker.submit(external_changes.stamp))

    async def look(self, conversation_id: str, before: Snapshot) -> Snapshot:
        """What other processes have done to a conversation since an earlier look."""
        return await outcome_of(self._worker.submit(external_changes.look, conversation_id, before))

    async def contains(self, conversation_id: str) -> bool:
        return await outcome_of(self._worker.submit(reads.contains, conversation_id))

    async def latest(self) -> str | None:
        """The conversation that was changed last; None where there is none with a turn."""
        return await outcome_of(self._worker.submit(summaries.latest))

    async def list(self, limit: int = 100, offset: int = 0) -> list[Summary]:
        """Conversations with at least one turn, last changed first."""
        return await outcome_of(self._worker.submit(summaries.summaries, limit, offset))

    async def summary(self, conversation_id: str) -> Summary:
        return await outcome_of(self._worker.submit(summaries.summary, conversation_id))

    async def resolve_prefix(self, prefix: str) -> str:
        """The one id that begins like this; LibraryError names the candidates where there are more."""
        return await outcome_of(self._worker.submit(reads.resolve_prefix, prefix))

    async def search(self, query: str, limit: int = 50) -> builtins.list[Hit]:
        """Turns that hold all words of the query, newest first, then titles. Every text is a query."""
        return await outcome_of(self._worker.submit(find.search, query, limit))
