"""Rebuilds the full-text index of an older library in slices, newest turns first.

Each slice is a transaction that also records its progress, so a killed process loses one slice at most. Only texts that
are segmented differently are indexed again: a library in English is only read.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

from tui_chat.store.database import Database
from tui_chat.store.index_changes import index_changes
from tui_chat.store.search_terms import segmented_with_marks, without_marks

SLICE_S = 0.02
"""Seconds of a slice: the longest that other operations wait for it."""

_ROWS = 50


def waiting(db: Database) -> bool:
    """Whether there are turns to index again, including those that another program has changed."""
    tables = ("indexing", "indexing_marks", "unindexed")
    return any(db.rows(f"SELECT 1 FROM {table} LIMIT 1") for table in tables)


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


def _segment(text: str) -> tuple[str, str]:
    return text, segmented_with_marks(text)


def _leave_out_marks(text: str) -> tuple[str, str]:
    bare = without_marks(text)
    return (text, text) if bare == text else (segmented_with_marks(text), segmented_with_marks(bare))


_PASSES = (("indexing", _segment), ("indexing_marks", _leave_out_marks))
"""Which table holds the row that a pass has come down to, and the forms of a text in the index before and after it. A
pass begins when the one before it is through."""


def _rows(connection: sqlite3.Connection) -> bool:
    for table, forms in _PASSES:
        found = connection.execute(f"SELECT below FROM {table}").fetchone()
        if found is not None:
            _pass(connection, table, found[0], forms)
            return True
    return False


def _pass(connection: sqlite3.Connection, table: str, below: int, forms: Callable[[str], tuple[str, str]]) -> None:
    sql = "SELECT row, CAST(text AS BLOB) FROM turns WHERE row < ? ORDER BY row DESC LIMIT ?"
    rows = connection.execute(sql, (below, _ROWS)).fetchall()
    for row, stored in rows:
        before, after = (None, None) if (text := _decoded(stored)) is None else forms(text)
        if before != after:
            connection.execute("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", (row, before))
            connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row, after))
    if len(rows) < _ROWS:
        connection.execute(f"DELETE FROM {table}")
    else:
        connection.execute(f"UPDATE {table} SET below = ?", (rows[-1][0],))


def _decoded(stored: object) -> str | None:
    """The stored text; None for anything else in a damaged file."""
    try:
        return stored.decode() if isinstance(stored, bytes) else None
    except UnicodeDecodeError:
        return None
