"""What can be in the way of writing the library: another process, or a disk without room.

Both are the real thing: a second connection that holds the write lock, and SQLite's own limit on the number of pages.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tui_chat.store.database import Database
from tui_chat.store.library import Library


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another process holds the library while the block runs."""
    with contextlib.closing(sqlite3.connect(folder / "conversations.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    """Every change of what is in the library fails while the block runs, as on a full disk."""
    path = folder / "conversations.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as meddler:
        for table, event in REFUSED:
            meddler.execute(
                f"CREATE TRIGGER full_{table}_{event} BEFORE {event} ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
    yield
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as meddler:
        for table, event in REFUSED:
            meddler.execute(f"DROP TRIGGER full_{table}_{event}")


REFUSED = [(table, event) for table in ("turns", "pieces", "drafts", "conversations") for event in ("INSERT", "UPDATE")]


@contextlib.contextmanager
def no_room(library: Library) -> Iterator[None]:
    """SQLite itself says that the disk is full as soon as the file would have to grow."""

    def now(db: Database, _when: datetime) -> None:
        db.rows(f"PRAGMA max_page_count = {db.rows('PRAGMA page_count')[0][0]}")

    def later(db: Database, _when: datetime) -> None:
        db.rows("PRAGMA max_page_count = 1000000")

    library.write(now, 1).now()
    yield
    library.write(later, 1).now()
