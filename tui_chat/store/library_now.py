"""The library for those who cannot await: the same operations, each done when it returns.

They take their turn in the same order as the awaited ones; a synchronous `finally` uses them.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Turn
from tui_chat.core.settings import Settings
from tui_chat.store import find, reads, summaries, trash, writes
from tui_chat.store.database import FILE_NAME, Database, open_file, open_private
from tui_chat.store.errors import only_read
from tui_chat.store.find import Hit
from tui_chat.store.summaries import Summary
from tui_chat.store.worker import Worker

BUSY_S = 5.0
"""How long a write waits for another process before the library counts as locked."""


def system_now() -> datetime:
    return datetime.now(UTC)


class LibraryNow:
    """`folder` is made if need be; None keeps everything in memory. Every method raises LibraryError."""

    def __init__(
        self, folder: Path | None, *, busy_s: float = BUSY_S, now: Callable[[], datetime] = system_now
    ) -> None:
        self.path = None if folder is None else folder / FILE_NAME
        self._busy_s = busy_s
        self._clock = now
        self._worker = Worker(self.path, busy_s)

    @property
    def read_only(self) -> bool:
        """Whether the open library can only be read, so that every write raises LibraryError."""
        return self._worker.read_only

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user is to know about the open library."""
        return (only_read(self.path),) if self.read_only and self.path is not None else ()

    def _opened(self) -> Database:
        db = open_private() if self.path is None else open_file(self.path, self._busy_s)
        if db.read_only:
            return db
        # Not worth failing for: it is done at the next start.
        with contextlib.suppress(sqlite3.Error):
            writes.tidy(db)
            trash.purge(db, self._clock())
        return db

    def open_now(self) -> None:
        self._worker.open(self._opened).result()

    def close_now(self) -> None:
        """Do all that was asked for, then close. A closed library can be opened again."""
        closing = self._worker.close()
        if closing is not None:
            closing.result()

    def watch(self, told: Callable[[str], None]) -> None:
        """`told` is called, in the library's own thread, with what happened to the file and the user must know."""
        self._worker.told = told

    @property
    def is_open(self) -> bool:
        return self._worker.is_open

    def wait_for_others(self, busy_s: float) -> None:
        """From now on operations wait for another process so long."""
        self._busy_s = self._worker.busy_s = busy_s

    def start(self, work: Callable[[Database, datetime], None], busy_s: float) -> Future[None]:
        """Ask for a write (one of `store/writes`) that waits for another process so long, and wait for nothing."""
        now = self._clock()
        return self._worker.submit_within(busy_s, lambda db: work(db, now))

    def create_now(self, conversation: Conversation) -> None:
        self._worker.submit(writes.create, conversation, self._clock()).result()

    def begin_now(self, conversation: Conversation, nodes: Sequence[Node], drafts: Collection[str] = ()) -> None:
        self._worker.submit(writes.begin, conversation, nodes, drafts, self._clock()).result()

    def add_turn_now(self, conversation_id: str, node: Node) -> None:
        self._worker.submit(writes.add_turn, conversation_id, node, self._clock()).result()

    def append_now(self, conversation_id: str, turn_id: str, text: str = "", reasoning: str = "") -> None:
        self._worker.submit(writes.append, conversation_id, turn_id, text, reasoning).result()

    def finish_now(self, conversation_id: str, turn_id: str, turn: Turn) -> None:
        self._worker.submit(writes.put_turn, conversation_id, turn_id, turn, self._clock()).result()

    def update_turn_now(self, conversation_id: str, turn_id: str, turn: Turn) -> None:
        self.finish_now(conversation_id, turn_id, turn)

    def set_sent_now(self, conversation_id: str, sent: Mapping[str, bool | None]) -> None:
        self._worker.submit(writes.set_sent, conversation_id, sent).result()

    def set_head_now(self, conversation_id: str, turn_id: str | None) -> None:
        self._worker.submit(writes.set_head, conversation_id, turn_id).result()

    def set_title_now(self, conversation_id: str, title: str) -> None:
        self._worker.submit(writes.set_title, conversation_id, title).result()

    def set_settings_now(self, conversation_id: str, settings: Settings) -> None:
        self._worker.submit(writes.set_settings, conversation_id, settings).result()

    def set_draft_now(self, conversation_id: str, text: str) -> None:
        self._worker.submit(writes.set_draft, conversation_id, text).result()

    def draft_now(self, conversation_id: str) -> str:
        return self._worker.submit(reads.draft, conversation_id).result()

    def delete_now(self, conversation_id: str) -> None:
        self._worker.submit(trash.delete, conversation_id, self._clock()).result()

    def restore_now(self, conversation_id: str) -> None:
        self._worker.submit(trash.restore, conversation_id).result()

    def remove_now(self, conversation_ids: Collection[str]) -> None:
        """Remove conversations from the file for good, deleted before or not."""
        self._worker.submit(trash.remove, conversation_ids).result()

    def deleted_now(self) -> list[Summary]:
        """The deleted conversations that can be brought back, last deleted first."""
        return self._worker.submit(summaries.deleted_summaries).result()

    def load_now(self, conversation_id: str, running: Collection[str] = ()) -> Conversation:
        return self._worker.submit(reads.load, conversation_id, running).result()

    def contains_now(self, conversation_id: str) -> bool:
        return self._worker.submit(reads.contains, conversation_id).result()

    def latest_now(self) -> str | None:
        return self._worker.submit(summaries.latest).result()

    def list_now(self, limit: int = 100, offset: int = 0) -> list[Summary]:
        return self._worker.submit(summaries.summaries, limit, offset).result()

    def summary_now(self, conversation_id: str) -> Summary:
        return self._worker.submit(summaries.summary, conversation_id).result()

    def resolve_prefix_now(self, prefix: str) -> str:
        return self._worker.submit(reads.resolve_prefix, prefix).result()

    def resolve_deleted_now(self, prefix: str) -> str:
        """The id of the one deleted conversation that begins like this. Raises as `resolve_prefix_now`."""
        return self._worker.submit(reads.resolve_prefix, prefix, deleted=True).result()

    def search_now(self, query: str, limit: int = 50) -> list[Hit]:
        return self._worker.submit(find.search, query, limit).result()
