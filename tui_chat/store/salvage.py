"""Reads a damaged library row by row, by every index that leads to a row, skipping what cannot be read.

Slow, and used only after SQLite has met the damage. Nothing here changes the file.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from tui_chat.store.database import Database
from tui_chat.store.errors import code_of, is_corrupt

T = TypeVar("T")

_CODES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR})
_SMALLEST_ROW = 64
"""Bytes of a turn that says nothing."""
_GIVE_UP = 20_000
"""Rows in a row that cannot be read, after which the rest of the table counts as lost."""


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is at fault: a page that makes no sense, or text that is no UTF-8."""
    return code_of(error) in _CODES or "Could not decode" in str(error)


@contextlib.contextmanager
def lenient(db: Database) -> Iterator[None]:
    """Read text that is no UTF-8, too. Not the rule: the replacement would run for every text of every row."""
    before = db.connection.text_factory
    db.connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        yield
    finally:
        db.connection.text_factory = before


def conversation_ids(db: Database) -> list[str]:
    """Every conversation that any table or index knows, those with turns by their last turn, newest first."""
    last: dict[str, int] = {}
    for row, owner, _ in _turns(db):
        last[owner] = max(row, last.get(owner, 0))
    for order in ("ASC", "DESC"):
        for sql in (
            f"SELECT id FROM conversations NOT INDEXED ORDER BY id {order}",
            f"SELECT id FROM conversations INDEXED BY conversations_updated ORDER BY updated {order}, id {order}",
        ):
            for (known,) in _until_damage(db, sql):
                if isinstance(known, str):
                    last.setdefault(known, 0)
    return sorted(last, key=lambda known: last[known], reverse=True)


def turn_rows(db: Database, conversation_id: str) -> list[tuple[int, str]]:
    """(row, id) of every turn of a conversation that any way leads to, oldest first."""
    found = {row: known for row, owner, known in _turns(db) if owner == conversation_id}
    return sorted(found.items())


def single(db: Database, columns: Iterable[str], row: int) -> dict[str, Any]:
    """What can be read of a turn: a long text may be lost while what precedes it is not."""
    found: dict[str, Any] = {}
    for column in columns:
        with _past_damage():
            for (value,) in db.connection.execute(f"SELECT {column} FROM turns WHERE row = ?", (row,)):
                found[column] = value
    return found


def values(db: Database, sql: str, *arguments: object) -> list[Any] | None:
    """All rows of a query; None where damage keeps them away."""
    try:
        return db.connection.execute(sql, arguments).fetchall()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return None


def _turns(db: Database) -> Iterator[tuple[int, str, str]]:
    """(row, conversation, id) of every turn, some of them several times."""
    for order in ("ASC", "DESC"):
        sql = (
            "SELECT row, conversation, id FROM turns INDEXED BY sqlite_autoindex_turns_1"
            f" ORDER BY conversation {order}, id {order}"
        )
        yield from filter(_is_turn, _until_damage(db, sql))
    sql = "SELECT row, conversation, id FROM turns NOT INDEXED WHERE row > ? ORDER BY row"
    yield from filter(_is_turn, _across_damage(db, sql, _last_row(db)))


def _is_turn(found: tuple[Any, ...]) -> bool:
    row, owner, known = found
    return isinstance(row, int) and isinstance(owner, str) and isinstance(known, str)


def _last_row(db: Database) -> int:
    for sql in ("SELECT seq FROM sqlite_sequence WHERE name = 'turns'", "SELECT max(row) FROM turns"):
        if (found := values(db, sql)) and isinstance(found[0][0], int):
            return found[0][0]
    pages, size = (db.rows(f"PRAGMA {name}")[0][0] for name in ("page_count", "page_size"))
    return int(str(pages)) * int(str(size)) // _SMALLEST_ROW


def _until_damage(db: Database, sql: str) -> Iterator[tuple[Any, ...]]:
    with _past_damage():
        yield from db.connection.execute(sql)


def _across_damage(db: Database, sql: str, last: int) -> Iterator[tuple[Any, ...]]:
    """Rows by number; behind one that cannot be read, each number is tried until one can."""
    at, missed = 0, 0
    while at <= last and missed < _GIVE_UP:
        try:
            for found in db.connection.execute(sql, (at,)):
                at, missed = found[0], 0
                yield found
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            at, missed = at + 1, missed + 1
        else:
            return


@contextlib.contextmanager
def _past_damage() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise


def tolerating(db: Database, read: Callable[[], T], instead: Callable[[], T | None]) -> T:
    """What `read` gives; where it meets damage, what `instead` gives, which reads text that is no UTF-8, too.

    The damage is raised where that finds nothing (None) either.
    """
    try:
        return read()
    except sqlite3.DatabaseError as error:
        # What is damaged is recovered first; only where that is not possible, it is read past the damage.
        if not is_damage(error) or (db.recoverable and is_corrupt(error)):
            raise
        with lenient(db):
            found = instead()
        if found is None:
            raise
        return found
