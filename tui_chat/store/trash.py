"""Deleted conversations: restorable for a while, then removed from the file for good.

A deleted conversation keeps all its rows, including its draft; only `conversations.deleted` says when it was deleted.
Moving the rows to other tables would rebuild the full-text index twice for nothing.

Each function takes the open database and runs in the writer thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from tui_chat.core.conversation import Conversation
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store.database import Database
from tui_chat.store.errors import LibraryError
from tui_chat.store.index_changes import index_changes
from tui_chat.store.library_reads import load, queue_prefix
from tui_chat.store.library_writes import micros, missing

KEEP_DAYS = 30
"""Days for which a deleted conversation can be restored."""

_SMALL_INDEX = 5_000
"""Pages of the full-text index that are merged at once: well under a second."""


def delete(db: Database, conversation_id: str, now: datetime) -> None:
    """Remove a conversation from lists and searches; `restore` brings it back for KEEP_DAYS."""
    owner = repair_surrogates(conversation_id)
    # The undo must work too where the library's file is replaced in between.
    db.hold(owner)
    with db.writing() as connection:
        sql = "UPDATE conversations SET deleted = ? WHERE id = ? AND deleted IS NULL"
        if connection.execute(sql, (micros(now), owner)).rowcount < 1:
            raise missing(connection, owner)


def restore(db: Database, conversation_id: str) -> None:
    """Restore a deleted conversation unchanged. One that is not deleted stays as it is."""
    owner = repair_surrogates(conversation_id)
    with db.writing() as connection:
        if connection.execute("UPDATE conversations SET deleted = NULL WHERE id = ?", (owner,)).rowcount < 1:
            raise LibraryError(
                f"The conversation {owner} cannot be brought back: it is not in the library.",
                f"Deleted conversations are kept for {KEEP_DAYS} days; `tui-chat delete --restore` lists them.",
            )
    db.hold(owner)


def load_deleted(db: Database, conversation_id: str) -> Conversation | None:
    try:
        return load(db, conversation_id, deleted=True)
    except LibraryError:
        return None


def purge(db: Database, now: datetime) -> None:
    """Remove for good what was deleted more than KEEP_DAYS ago, including branches."""
    oldest = micros(now - timedelta(days=KEEP_DAYS))
    found = [str(row[0]) for row in db.rows("SELECT id FROM conversations WHERE deleted < ?", oldest)]
    if found:
        remove(db, found)
    if db.rows("SELECT 1 FROM deleted_branches WHERE deleted < ? LIMIT 1", oldest):
        with db.writing() as connection:
            connection.execute("DELETE FROM deleted_branches WHERE deleted < ?", (oldest,))


def remove(db: Database, conversation_ids: Iterable[str]) -> None:
    """Remove conversations for good, whether or not they were deleted before. The file keeps nothing of them."""
    ids = [repair_surrogates(each) for each in conversation_ids]
    with db.writing() as connection:
        for owner in ids:
            connection.execute("DELETE FROM drafts WHERE conversation = ?", (owner,))
            queue = queue_prefix(owner)
            queued = (queue, f"{queue}\U0010ffff")
            connection.execute("DELETE FROM drafts WHERE conversation > ? AND conversation < ?", queued)
            connection.execute("DELETE FROM conversations WHERE id = ?", (owner,))
        index_changes(connection)
        _merge_index(connection)
    for owner in ids:
        db.let_go(owner)


def _merge_index(connection: sqlite3.Connection) -> None:
    """Drop removed words from the index, which keeps them until its pages are merged.

    In a large library that takes seconds, and is left to the index itself; FTS5's own option for it creates files that
    an older SQLite cannot read.
    """
    if connection.execute("SELECT count(*) FROM words_idx").fetchone()[0] < _SMALL_INDEX:
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
