"""Stores the branches that the user deleted, so that they can be restored unchanged.

Each function runs inside a transaction of the writer thread.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from tui_chat.core.conversation import Node
from tui_chat.store import attachments, portable
from tui_chat.store.rows import COLUMNS, PLACE, node_row
from tui_chat.store.value_repair import EPOCH

_INSERT = (
    f"INSERT INTO turns (row, {', '.join((*PLACE, *COLUMNS))}) VALUES (?, {', '.join('?' * len((*PLACE, *COLUMNS)))})"
)
_FIND = "SELECT row, turns, head FROM deleted_branches WHERE conversation = ? ORDER BY row DESC"


def keep(connection: sqlite3.Connection, owner: str, nodes: Collection[Node], head: str | None, deleted: int) -> None:
    """Move turns and everything below them out of a conversation into this store. `head` is what was shown."""
    sql = "SELECT id, row FROM turns WHERE conversation = ?"
    rows = dict(connection.execute(sql, (owner,)).fetchall())
    turns = json.dumps([{"row": rows.get(node.id), **portable.from_node(node)} for node in nodes], ensure_ascii=False)
    sql = "INSERT INTO deleted_branches (conversation, deleted, head, turns) VALUES (?, ?, ?, ?)"
    connection.execute(sql, (owner, deleted, head, turns))
    removed = [(owner, node.id) for node in nodes]
    connection.executemany("DELETE FROM turns WHERE conversation = ? AND id = ?", removed)


def last(connection: sqlite3.Connection, owner: str) -> tuple[str, str | None] | None:
    """The first turn of the branch that was deleted last, and what was shown of it; None if there is none."""
    found = connection.execute(_FIND, (owner,)).fetchone()
    return None if found is None else (json.loads(found[1])[0]["id"], found[2])


def turns_of(connection: sqlite3.Connection, owner: str) -> frozenset[str]:
    """The ids of a conversation's deleted turns."""
    found = connection.execute(_FIND, (owner,)).fetchall()
    return frozenset(item["id"] for _, turns, _ in found for item in json.loads(turns))


def bring_back(connection: sqlite3.Connection, owner: str, turn_id: str) -> bool:
    """Restore the deleted branch with this turn, and those above it. False if there is none."""
    for row, turns, _ in connection.execute(_FIND, (owner,)).fetchall():
        items = json.loads(turns)
        if any(item["id"] == turn_id for item in items):
            connection.execute("DELETE FROM deleted_branches WHERE row = ?", (row,))
            above = items[0]["parent"]
            sql = "SELECT 1 FROM turns WHERE conversation = ? AND id = ?"
            if above is not None and connection.execute(sql, (owner, above)).fetchone() is None:
                bring_back(connection, owner, above)
            _insert(connection, owner, items)
            return True
    return False


def copy(source: sqlite3.Connection, target: sqlite3.Connection, owner: str) -> None:
    """Copy a conversation's deleted branches into another library."""
    names = "conversation, deleted, head, turns"
    rows = source.execute(f"SELECT {names} FROM deleted_branches WHERE conversation = ? ORDER BY row", (owner,))
    for row in rows.fetchall():
        if target.execute("SELECT 1 FROM deleted_branches WHERE conversation = ? AND turns = ?", row[::3]).fetchone():
            continue
        target.execute(f"INSERT INTO deleted_branches ({names}) VALUES (?, ?, ?, ?)", row)


def _insert(connection: sqlite3.Connection, owner: str, items: Sequence[dict[str, Any]]) -> None:
    known = {items[0]["parent"]}
    nodes: list[Node] = []
    for item in items:
        nodes.append(portable.to_node(item, "turn", known))
        known.add(item["id"])
        # The row says where it stands among its siblings. In another library it may be taken.
        taken = connection.execute("SELECT 1 FROM turns WHERE row = ?", (item["row"],)).fetchone()
        connection.execute(_INSERT, (None if taken else item["row"], *node_row(owner, nodes[-1])))
    attached = [(node.id, node.turn.attachments) for node in nodes if node.turn.attachments]
    attachments.refer(connection, owner, attached, EPOCH)
