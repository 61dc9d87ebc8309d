"""Deletes branches of a conversation, and restores them.

Each function takes the open database and runs in the writer thread.
"""

from __future__ import annotations

from datetime import datetime

from tui_chat.core.conversation import Conversation
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store import deleted_branches
from tui_chat.store.database import Database
from tui_chat.store.library_reads import load
from tui_chat.store.library_writes import micros


def delete(db: Database, conversation_id: str, turn_id: str, head: str | None, now: datetime) -> None:
    """Remove a turn and everything below it from a conversation; `restore` brings them back. `head` is shown
    afterwards."""
    owner = repair_surrogates(conversation_id)
    with db.writing() as connection:
        found = _read(db, owner)
        if turn_id not in found.nodes:
            return
        gone = found.below(turn_id)
        nodes = [node for node in found.nodes.values() if node.id in gone]
        shown = found.head if found.head in gone else None
        deleted_branches.keep(connection, owner, nodes, shown, micros(now))
        connection.execute("UPDATE conversations SET head = ? WHERE id = ?", (head, owner))


def restore(db: Database, conversation_id: str, *, show: bool) -> tuple[Conversation, str] | None:
    """Restore the branch that was deleted last: the resulting conversation, and the branch's first turn.

    None if there is none. `show`: show it again if it was shown.
    """
    owner = repair_surrogates(conversation_id)
    with db.writing() as connection:
        last = deleted_branches.last(connection, owner)
        if last is None:
            return None
        deleted_branches.bring_back(connection, owner, last[0])
        if show and last[1] is not None:
            connection.execute("UPDATE conversations SET head = ? WHERE id = ?", (last[1], owner))
        return _read(db, owner), last[0]


def _read(db: Database, owner: str) -> Conversation:
    """The conversation as stored: an answer that another process is writing has no outcome yet."""
    running = db.rows("SELECT id FROM turns WHERE conversation = ? AND outcome IS NULL", owner)
    return load(db, owner, [str(row[0]) for row in running])


def deleted_turns(db: Database, conversation_id: str) -> frozenset[str]:
    """The ids of the turns on deleted branches."""
    return deleted_branches.turns_of(db.connection, repair_surrogates(conversation_id))
