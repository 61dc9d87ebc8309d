"""Detects changes that other processes made in the library, so that only changed conversations are read again."""

from __future__ import annotations

from tui_chat.core.conversation import Conversation
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store.database import Database
from tui_chat.store.errors import LibraryError
from tui_chat.store.library_reads import load

Stamp = tuple[int, int]
"""Changes when another process has written; our own writes do not change it."""

Fingerprint = tuple[object, ...]
"""A fingerprint that changes with a conversation and its running answers, without reading the conversation."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`glance` None: the conversation does not exist. `conversation` is read only if the glance has changed."""

    stamp: Stamp
    glance: Fingerprint | None = None
    conversation: Conversation | None = None


_GLANCE = """
SELECT updated, title, settings,
    (SELECT count(*) FROM turns t WHERE t.conversation = c.id),
    (SELECT max(p.row) FROM pieces p CROSS JOIN turns t ON t.row = p.turn WHERE t.conversation = c.id)
FROM conversations c WHERE id = ? AND deleted IS NULL
"""


def stamp(db: Database) -> Stamp:
    # Another connection starts its own count. Its id may be that of a closed one.
    return db.opened_ns, int(db.connection.execute("PRAGMA data_version").fetchone()[0])


def look(db: Database, conversation_id: str, before: Snapshot) -> Snapshot:
    """The changes since an earlier snapshot. An unfinished answer keeps the outcome None."""
    now = stamp(db)
    if now == before.stamp:
        return before
    found = db.connection.execute(_GLANCE, (conversation_id,)).fetchone()
    if found is None or found == before.glance:
        return Snapshot(now, found)
    sql = "SELECT id FROM turns WHERE conversation = ? AND outcome IS NULL"
    # In one transaction, so that no answer begins between the two: it would be taken for an abandoned one.
    db.connection.execute("BEGIN")
    try:
        running = [str(row[0]) for row in db.rows(sql, conversation_id)]
        return Snapshot(now, found, load(db, conversation_id, running))
    except LibraryError:
        return Snapshot(now)  # deleted in this moment
    finally:
        if db.connection.in_transaction:
            db.connection.execute("COMMIT")
