"""Rebuilds the full-text index of an older library in slices, newest turns first.

Each slice is a transaction that also records its progress, so a killed process loses one slice at most. Only texts that
are segmented differently are indexed again: a library in English is only read.
"""

from __future__ import annotations

import sqlite3
import time

from tui_chat.store.database import Database
from tui_chat.store.index_changes import index_changes
from tui_chat.store.search_terms import segmented

SLICE_S = 0.02
"""Seconds of a slice: the longest that other operations wait for it."""

_ROWS = 50


def waiting(db: Database) -> bool:
    """Whether there are turns to index again, including those that another program has changed."""
    return bool(db.rows("SELECT 1 FROM indexing UNION ALL SELECT 1 FROM unindexed LIMIT 1"))


def proceed(db: Database, seconds: float = SLICE_S) -> bool:
    """Index one slice. False if nothing is left, or nothing can be done now: the next start continues."""
    if db.read_only:
        return False
    until = time.monotonic() + seconds
    try:
        more = True
        with db.writing(durable=False) as connection:
            index_changes(connection)  # another program may have changed what comes next
            while more and time.monotonic() < until:
                more = _rows(connection)
    except sqlite3.Error:
        return False
    return more


def _rows(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT below FROM indexing").fetchone()
    if found is None:
        return False
    sql = "SELECT row, CAST(text AS BLOB) FROM turns WHERE row < ? ORDER BY row DESC LIMIT ?"
    rows = connection.execute(sql, (found[0], _ROWS)).fetchall()
    for row, stored in rows:
        text = _decoded(stored)
        if text is not None and (made := segmented(text)) != text:
            connection.execute("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", (row, text))
            connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row, made))
    if len(rows) < _ROWS:
        connection.execute("DELETE FROM indexing")
        return False
    connection.execute("UPDATE indexing SET below = ?", (rows[-1][0],))
    return True


def _decoded(stored: object) -> str | None:
    """The stored text; None for anything else in a damaged file."""
    try:
        return stored.decode() if isinstance(stored, bytes) else None
    except UnicodeDecodeError:
        return None
