"""The library of conversations: one SQLite file and all operations on it.

Nothing here blocks the event loop: one thread of its own does the work, in the order in which it was asked for.
"""

from __future__ import annotations

import builtins
import contextlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar

from tui_chat.core.attachment import Attachment
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.conversation_labels import ConversationLabels
from tui_chat.core.message import Turn
from tui_chat.store import (
    attachments,
    branches,
    external_changes,
    full_text_search,
    labels,
    models_used,
    reads,
    search_index,
    summaries,
    trash,
    writes,
)
from tui_chat.store.database import FILE_NAME, Database, is_interrupted, open_file, open_private
from tui_chat.store.errors import DamagedError, LibraryError, is_corrupt, only_read
from tui_chat.store.external_changes import Snapshot, Stamp
from tui_chat.store.full_text_search import Hit, Order, SearchStopped
from tui_chat.store.labels import Label
from tui_chat.store.summaries import OutlineItem, Summary
from tui_chat.store.worker import Call, Worker

__all__ = ["BUSY_S", "Call", "Hit", "Library", "LibraryError", "Order", "SearchStopped", "Summary"]

T = TypeVar("T")

BUSY_S = 5.0
"""How long a write waits for another process before the library counts as locked."""


def system_now() -> datetime:
    return datetime.now(UTC)


class Library:
    """`Library(folder)`, then `await open()`. `folder` is made if need be; None keeps everything in memory.

    Every operation begins when it is called, and raises LibraryError: await what it returns, or call `.now()` on it.
    """

    def __init__(
        self, folder: Path | None, *, busy_s: float = BUSY_S, now: Callable[[], datetime] = system_now
    ) -> None:
        self.path = None if folder is None else folder / FILE_NAME
        self._busy_s = busy_s
        self._clock = now
        self._worker = Worker(self.path, busy_s)
        self.news = self._worker.news
        """What happened to the file while nothing was watching it."""
        self.listing = ListedConversations(self._worker)
        self.drafts = SavedDrafts(self._worker)
        self.files = AttachedFiles(self._worker, now)
        self.trash = Trash(self._worker)
        self.prompts = SentPrompts(self._worker)
        self.models = ModelHistory(self._worker)
        self.labels = Labels(self._worker, now)
        self.branches = StoredBranches(self._worker, now)

    @classmethod
    def private(cls) -> Self:
        """A library in memory: nothing is written to disk, and it is gone when it is closed."""
        return cls(None)

    def open(self) -> Call[None]:
        """Open the file, making or migrating it where that is needed.

        Raises LibraryError for a file that is damaged, foreign, locked, from a newer version, or cannot be written;
        the file is then as it was.
        """
        opened = self._worker.open(self._opened)
        opened.future.add_done_callback(lambda _: _index_on(self._worker))
        return opened

    def _opened(self) -> Database:
        db = open_private() if self.path is None else _opened_file(self.path, self._busy_s, self._clock, self._worker)
        if db.read_only:
            return db
        # Not worth failing for: it is done at the next start.
        with contextlib.suppress(sqlite3.Error):
            writes.tidy(db)
            attachments.tidy(db, self._clock())
            trash.purge(db, self._clock())
        return db

    def close(self) -> Call[None]:
        """Do all that was asked for, then close. A closed library can be opened again."""
        return self._worker.close()

    @property
    def is_open(self) -> bool:
        return self._worker.is_open

    @property
    def read_only(self) -> bool:
        """Whether the open library can only be read, so that every write raises LibraryError."""
        return self._worker.read_only

    @property
    def notes(self) -> tuple[str, ...]:
        """Notices for the user about the open library."""
        return (only_read(self.path),) if self.read_only and self.path is not None else ()

    def watch(self, report: Callable[[str], None]) -> None:
        """`report` is called, in the library's own thread, with what happened to the file and the user must know."""
        self._worker.listen(report)

    def wait_for_others(self, busy_s: float) -> None:
        """From now on operations wait for another process so long."""
        self._busy_s = self._worker.busy_s = busy_s

    def write(self, work: Callable[[Database, datetime], T], busy_s: float | None = None) -> Call[T]:
        """Run a function of `store/writes` at the library's time, waiting `busy_s` for other processes."""
        now = self._clock()
        return self._worker.submit_within(self._busy_s if busy_s is None else busy_s, lambda db: work(db, now))

    def create(self, conversation: Conversation) -> Call[None]:
        """Put a conversation with all its turns into the library.

        One with the same id that has turns is an error; one without a turn is replaced.
        """
        return self.write(lambda db, now: writes.create(db, conversation, now))

    def begin(
        self,
        conversation: Conversation,
        nodes: Sequence[Node],
        drafts: Collection[str] = (),
        busy_s: float | None = None,
        shown: str | None = None,
    ) -> Call[None]:
        """Add the turns of an exchange, and the conversation where these are its first.

        All or nothing. The `drafts` that became the prompt are removed with it. `shown` is the head afterwards; None:
        the last of these.
        """
        return self.write(lambda db, now: writes.begin(db, conversation, nodes, drafts, now, shown), busy_s)

    def append(self, conversation_id: str, turn_id: str, text: str = "", reasoning: str = "") -> Call[None]:
        """Add pieces to a running answer (outcome None). Costs what the pieces cost, however long the answer is."""
        return self._worker.submit(writes.append, conversation_id, turn_id, text, reasoning)

    def finish(self, conversation_id: str, turn_id: str, turn: Turn) -> Call[None]:
        """Replace a turn by its final form; `turn.text` is the whole text, and the pieces are dropped for it."""
        return self.write(lambda db, now: writes.put_turn(db, conversation_id, turn_id, turn, now))

    def delete(self, conversation_id: str) -> Call[None]:
        """Move a conversation with its draft to the trash."""
        return self.write(lambda db, now: trash.delete(db, conversation_id, now))

    def load(self, conversation_id: str, running: Collection[str] = ()) -> Call[Conversation]:
        """A conversation as stored. An unfinished answer is INCOMPLETE, with all its pieces.

        `running` are ids of turns that this process is still writing: they keep the outcome None.
        """
        return self._worker.submit(reads.load, conversation_id, running)

    def contains(self, conversation_id: str) -> Call[bool]:
        return self._worker.submit(reads.contains, conversation_id)

    def latest(self) -> Call[str | None]:
        """The conversation that was changed last; None where there is none with a turn."""
        return self._worker.submit(summaries.latest)

    def list(self, limit: int = 100, offset: int = 0, *, counted: bool = True) -> Call[builtins.list[Summary]]:
        """Conversations with at least one turn, last changed first; those who need no number of turns are quicker."""
        return self._worker.submit(summaries.summaries, limit, offset, counted=counted)

    def summary(self, conversation_id: str) -> Call[Summary]:
        return self._worker.submit(summaries.summary, conversation_id)

    def resolve_prefix(self, prefix: str) -> Call[str]:
        """The one id that begins like this; LibraryError names the candidates where there are more."""
        return self._worker.submit(reads.resolve_prefix, prefix)

    def search(
        self,
        query: str,
        limit: int = 50,
        order: Order = "newest",
        stopped: Callable[[], bool] | None = None,
        *,
        one_each: bool = False,
    ) -> Call[builtins.list[Hit]]:
        """Turns that a query finds, in this order, then titles. Every text is a query (core/search_query.py).

        `one_each`: the first of each conversation.

        Raises SearchStopped once `stopped` says that the result is not wanted any more.
        """
        now = self._clock().astimezone()
        return self._worker.submit(full_text_search.search, query, limit, now, order, stopped, one_each=one_each)

    def stamp(self) -> Call[Stamp]:
        """Another value once another process has written."""
        return self._worker.submit(external_changes.stamp)

    def look(self, conversation_id: str, before: Snapshot) -> Call[Snapshot]:
        """Other processes' changes to a conversation since an earlier snapshot."""
        return self._worker.submit(external_changes.look, conversation_id, before)


def _opened_file(path: Path, busy_s: float, clock: Callable[[], datetime], worker: Worker) -> Database:
    """A sound library opens without loading what recovers others."""
    if not is_interrupted(path):
        try:
            return open_file(path, busy_s)
        except (LibraryError, sqlite3.DatabaseError) as error:
            if not isinstance(error, DamagedError) and not is_corrupt(error):
                raise
    from tui_chat.store.library_recovery import open_sound

    db, words = open_sound(path, busy_s, clock().astimezone())
    if words is not None:
        worker.tell(words)
    return db


def _index_on(worker: Worker, done: Future[bool] | None = None) -> None:
    """Bring the index up to date slice by slice, each behind what else is asked for by then."""
    if done is not None and (done.exception() is not None or not done.result()):
        return
    with contextlib.suppress(LibraryError):  # closed: the next start continues
        call = worker.submit(search_index.proceed if done is not None else search_index.waiting)
        call.future.add_done_callback(lambda found: _index_on(worker, found))


class ListedConversations:
    """What a list of thousands of conversations shows, in two parts."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def outline(self) -> Call[builtins.list[OutlineItem]]:
        """All that are not archived, in the order in which they are shown."""
        return self._worker.submit(summaries.outline)

    def summaries(self, conversation_ids: Collection[str]) -> Call[builtins.list[Summary]]:
        """Those of these conversations that are there, without the number of their turns."""
        return self._worker.submit(summaries.summaries_of, conversation_ids)


class SavedDrafts:
    """Unsent texts by conversation. The id "" is a conversation not begun."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def get(self, conversation_id: str) -> Call[str]:
        """The draft; "" where there is none."""
        return self._worker.submit(reads.draft, conversation_id)

    def below(self, prefix: str) -> Call[builtins.list[tuple[str, str]]]:
        """The drafts whose names begin like this, as (name, text), in the order of their names."""
        return self._worker.submit(reads.drafts_below, prefix)

    def set(self, conversation_id: str, text: str) -> Call[None]:
        """Keep a draft; "" removes it."""
        return self._worker.submit(writes.set_draft, conversation_id, text)


class AttachedFiles:
    """The texts of unsent prompts."""

    def __init__(self, worker: Worker, now: Callable[[], datetime]) -> None:
        self._worker = worker
        self._now = now

    def keep(self, attached: Collection[Attachment]) -> Call[None]:
        """Keep what files hold, so that a prompt may refer to them by their hashes."""
        return self._worker.submit(attachments.keep, attached, self._now())

    def contents(self, hashes: Collection[str]) -> Call[dict[str, bytes]]:
        """The files with these hashes; missing ones are left out."""
        return self._worker.submit(attachments.contents, hashes)


class Labels:
    """What the user says of whole conversations. None of it changes when they were last used."""

    def __init__(self, worker: Worker, clock: Callable[[], datetime]) -> None:
        self._worker = worker
        self._clock = clock

    def set(self, conversation_ids: Collection[str], label: Label, *, on: bool = True) -> Call[None]:
        """Pin or archive conversations, or take that back."""
        return self._worker.submit(labels.set_label, conversation_ids, label, self._clock() if on else None)

    def tag(self, conversation_ids: Collection[str], add: Iterable[str], remove: Iterable[str] = ()) -> Call[None]:
        """Give tags to conversations, and take others away."""
        return self._worker.submit(labels.set_tags, conversation_ids, tuple(add), tuple(remove))

    def duplicate(self, conversation_id: str, new_id: str) -> Call[None]:
        """Put a copy of a conversation in front of all others."""
        return self._worker.submit(labels.duplicate, conversation_id, new_id, self._clock())

    def of(self, conversation_id: str) -> Call[ConversationLabels]:
        return self._worker.submit(reads.labels_of, conversation_id)

    def tags_of(self, conversation_id: str) -> Call[builtins.list[str]]:
        return self._worker.submit(labels.tags_of, conversation_id)

    def all_tags(self) -> Call[builtins.list[tuple[str, int]]]:
        """Every tag with the number of its conversations, the most used first."""
        return self._worker.submit(labels.all_tags)


class StoredBranches:
    """Branches of conversations, which can be deleted and brought back for thirty days."""

    def __init__(self, worker: Worker, clock: Callable[[], datetime]) -> None:
        self._worker = worker
        self._clock = clock

    def delete(self, conversation_id: str, turn_id: str, head: str | None) -> Call[None]:
        """Take a turn and all below it out of a conversation; `head` is shown from then on."""
        return self._worker.submit(branches.delete, conversation_id, turn_id, head, self._clock())

    def deleted_turns(self, conversation_id: str) -> Call[frozenset[str]]:
        """The ids of the turns on deleted branches of a conversation."""
        return self._worker.submit(branches.deleted_turns, conversation_id)

    def restore(self, conversation_id: str, *, show: bool) -> Call[tuple[Conversation, str] | None]:
        """Bring back the branch that was deleted last: the conversation as it is then, and the branch's first turn.

        None where there is none. `show`: what was shown of it is shown again.
        """
        return self._worker.submit(branches.restore, conversation_id, show=show)


class ModelHistory:
    """Which models have answered."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def used(self) -> Call[builtins.list[tuple[str, str]]]:
        """(endpoint, model) of the newest answers, the last used first."""
        return self._worker.submit(models_used.models_used)


class SentPrompts:
    """The prompts of all conversations."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def find(self, query: str, limit: int = 50) -> Call[builtins.list[tuple[str, str]]]:
        """Those that hold all words of the query, with the titles of their conversations, newest first.

        An empty query finds the last ones.
        """
        return self._worker.submit(full_text_search.prompts, query, limit)


class Trash:
    """Deleted conversations, which can be brought back for thirty days."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def restore(self, conversation_id: str) -> Call[None]:
        """Bring a deleted conversation back as it was."""
        return self._worker.submit(trash.restore, conversation_id)

    def remove(self, conversation_ids: Collection[str]) -> Call[None]:
        """Remove these conversations from the file for good, deleted before or not."""
        return self._worker.submit(trash.remove, conversation_ids)

    def list(self) -> Call[builtins.list[Summary]]:
        """The deleted conversations, last deleted first."""
        return self._worker.submit(summaries.deleted_summaries)

    def load(self, conversation_id: str) -> Call[Conversation | None]:
        """A deleted conversation as it was kept; None where there is no deleted one of this id."""
        return self._worker.submit(trash.load_deleted, conversation_id)

    def resolve_prefix(self, prefix: str) -> Call[str]:
        """The id of the one deleted conversation that begins like this."""
        return self._worker.submit(reads.resolve_prefix, prefix, deleted=True)
