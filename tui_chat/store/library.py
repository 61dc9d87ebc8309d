"""The library of conversations: one SQLite file and all operations on it.

Nothing here blocks the event loop: one thread does the work, in the order of the calls.
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
from tui_chat.core.message import Turn
from tui_chat.store import (
    attachments,
    branches,
    external_changes,
    full_text_search,
    labels,
    library_reads,
    library_writes,
    models_used,
    search_index,
    summaries,
    trash,
)
from tui_chat.store.database import FILE_NAME, Database, is_interrupted, open_file, open_private
from tui_chat.store.errors import DamagedError, LibraryError, is_corrupt, only_read
from tui_chat.store.full_text_search import Hit, Order, SearchStopped
from tui_chat.store.labels import Label
from tui_chat.store.summaries import Summary
from tui_chat.store.worker import Call, Operation, Worker

__all__ = ["BUSY_S", "Call", "Hit", "Library", "LibraryError", "Order", "SearchStopped", "Summary"]

T = TypeVar("T")

BUSY_S = 5.0
"""Seconds that a write waits for another process before the library counts as locked."""


def system_now() -> datetime:
    return datetime.now(UTC)


class Library:
    """`Library(folder)`, then `await open()`. `folder` is created if necessary; None keeps everything in memory.

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
        """Open the file, creating or migrating it if necessary.

        Raises LibraryError for a file that is damaged, foreign, locked, from a newer version, or cannot be written; the
        file is then unchanged.
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
            library_writes.tidy(db)
            attachments.tidy(db, self._clock())
            trash.purge(db, self._clock())
        return db

    def close(self) -> Call[None]:
        """Finish all earlier operations, then close. A closed library can be opened again."""
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
        """Call `report`, in the library's thread, with events about the file that the user must know."""
        self._worker.listen(report)

    def wait_for_others(self, busy_s: float) -> None:
        """Set how long operations wait for another process."""
        self._busy_s = self._worker.busy_s = busy_s

    def write(self, work: Callable[[Database, datetime], T], busy_s: float | None = None) -> Call[T]:
        """Run a function of `store/library_writes` with the library's time, waiting `busy_s` for other processes."""
        now = self._clock()
        return self._worker.submit_within(self._busy_s if busy_s is None else busy_s, lambda db: work(db, now))

    def create(self, conversation: Conversation) -> Call[None]:
        """Store a conversation with all its turns.

        An existing conversation of this id is an error if it has turns, and is replaced otherwise.
        """
        return self.write(lambda db, now: library_writes.create(db, conversation, now))

    def begin(
        self,
        conversation: Conversation,
        nodes: Sequence[Node],
        drafts: Collection[str] = (),
        busy_s: float | None = None,
        shown: str | None = None,
    ) -> Call[None]:
        """Add the turns of an exchange, and the conversation if these are its first.

        All or nothing. The `drafts` that became the prompt are removed with it. `shown` is the head afterwards; None:
        the last of these turns.
        """
        return self.write(lambda db, now: library_writes.begin(db, conversation, nodes, drafts, now, shown), busy_s)

    append = Operation(library_writes.append)
    """Add pieces to a running answer (outcome None). The cost does not depend on the answer's length."""

    def finish(self, conversation_id: str, turn_id: str, turn: Turn) -> Call[None]:
        """Replace a turn by its final form; `turn.text` is the whole text, and its pieces are dropped."""
        return self.write(lambda db, now: library_writes.put_turn(db, conversation_id, turn_id, turn, now))

    def delete(self, conversation_id: str) -> Call[None]:
        """Move a conversation with its draft to the trash."""
        return self.write(lambda db, now: trash.delete(db, conversation_id, now))

    load = Operation(library_reads.load)
    contains = Operation(library_reads.contains)
    latest = Operation(summaries.latest)

    def list(self, limit: int = 100, offset: int = 0, *, counted: bool = True) -> Call[builtins.list[Summary]]:
        """Conversations with at least one turn, last changed first; without counting turns it is faster."""
        return self._worker.submit(summaries.summaries, limit, offset, counted=counted)

    summary = Operation(summaries.summary)
    resolve_prefix = Operation(library_reads.resolve_prefix)

    def search(
        self,
        query: str,
        limit: int = 50,
        order: Order = "newest",
        stopped: Callable[[], bool] | None = None,
        *,
        one_each: bool = False,
    ) -> Call[builtins.list[Hit]]:
        """The turns that match a query in this order, then titles. Every text is a query (core/search_query.py).

        `one_each`: only the first of each conversation.

        Raises SearchStopped once `stopped` says that the result is no longer wanted.
        """
        now = self._clock().astimezone()
        return self._worker.submit(full_text_search.search, query, limit, now, order, stopped, one_each=one_each)

    stamp = Operation(external_changes.stamp)
    look = Operation(external_changes.look)


def _opened_file(path: Path, busy_s: float, clock: Callable[[], datetime], worker: Worker) -> Database:
    """Open an undamaged library without importing the code that recovers others."""
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
    """Update the index slice by slice, each after the operations requested meanwhile."""
    if done is not None and (done.exception() is not None or not done.result()):
        return
    with contextlib.suppress(LibraryError):  # closed: the next start continues
        call = worker.submit(search_index.proceed if done is not None else search_index.waiting)
        call.future.add_done_callback(lambda found: _index_on(worker, found))


class _Part:
    """Operations on one kind of what the library holds."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker


class _DatedPart(_Part):
    """Operations that store when they were done."""

    def __init__(self, worker: Worker, now: Callable[[], datetime]) -> None:
        super().__init__(worker)
        self._now = now


class ListedConversations(_Part):
    """What a list of thousands of conversations shows, in two parts."""

    outline = Operation(summaries.outline)
    summaries = Operation(summaries.summaries_of)


class SavedDrafts(_Part):
    """Unsent texts by conversation. The id "" is a conversation that has not begun."""

    get = Operation(library_reads.draft)
    below = Operation(library_reads.drafts_below)
    set = Operation(library_writes.set_draft)


class AttachedFiles(_DatedPart):
    """The texts of unsent prompts."""

    def keep(self, attached: Collection[Attachment]) -> Call[None]:
        """Store the contents of files, so that a prompt may refer to them by hash."""
        return self._worker.submit(attachments.keep, attached, self._now())

    contents = Operation(attachments.contents)


class Labels(_DatedPart):
    """What the user says about whole conversations. It does not affect when they were last used."""

    def set(self, conversation_ids: Collection[str], label: Label, *, on: bool = True) -> Call[None]:
        """Pin or archive conversations, or undo that."""
        return self._worker.submit(labels.set_label, conversation_ids, label, self._now() if on else None)

    def tag(self, conversation_ids: Collection[str], add: Iterable[str], remove: Iterable[str] = ()) -> Call[None]:
        return self._worker.submit(labels.set_tags, conversation_ids, tuple(add), tuple(remove))

    def duplicate(self, conversation_id: str, new_id: str) -> Call[None]:
        """Copy a conversation to the top of the list."""
        return self._worker.submit(labels.duplicate, conversation_id, new_id, self._now())

    of = Operation(library_reads.labels_of)
    tags_of = Operation(labels.tags_of)
    all_tags = Operation(labels.all_tags)


class StoredBranches(_DatedPart):
    """Branches of conversations, which can be deleted and restored for thirty days."""

    def delete(self, conversation_id: str, turn_id: str, head: str | None) -> Call[None]:
        """Remove a turn and everything below it from a conversation; `head` is shown afterwards."""
        return self._worker.submit(branches.delete, conversation_id, turn_id, head, self._now())

    deleted_turns = Operation(branches.deleted_turns)
    restore = Operation(branches.restore)


class ModelHistory(_Part):
    """Which models have answered."""

    used = Operation(models_used.models_used)


class SentPrompts(_Part):
    """The prompts of all conversations."""

    def find(self, query: str, limit: int = 50) -> Call[builtins.list[tuple[str, str]]]:
        """Prompts that contain all words of the query, with their conversations' titles, newest first.

        An empty query returns the latest.
        """
        return self._worker.submit(full_text_search.prompts, query, limit)


class Trash(_Part):
    """Deleted conversations, which can be restored for thirty days."""

    restore = Operation(trash.restore)
    remove = Operation(trash.remove)
    list = Operation(summaries.deleted_summaries)
    load = Operation(trash.load_deleted)

    def resolve_prefix(self, prefix: str) -> Call[str]:
        """The id of the one deleted conversation with this prefix."""
        return self._worker.submit(library_reads.resolve_prefix, prefix, deleted=True)
