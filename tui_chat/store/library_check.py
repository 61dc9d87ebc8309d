"""Tells a library from any other file before anything is written to it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tui_chat.store.errors import DamagedError, LibraryError, code_of
from tui_chat.store.read_only import holds_turns, uri, wal_of
from tui_chat.store.schema_migrations import APPLICATION_ID

_QUICKLY_CHECKED = 16_000_000
"""Bytes of a library that can be checked in some hundredths of a second."""
_LOOK_AGAIN_S = 0.02
"""Seconds between two looks at a file that seems not to be ours. A file's time of change advances in steps of up to
10 ms: two changes within one step would look like one."""
_MAGIC = b"SQLite format 3\0"


T = TypeVar("T")


def check(path: Path, busy_s: float, newest: int) -> None:
    """Reject a file that is not ours. Raises LibraryError, sqlite3.Error and OSError."""
    steadily(path, busy_s, lambda: _look(path, busy_s, newest))


def steadily(path: Path, busy_s: float, look: Callable[[], T]) -> T:
    """What `look` finds in the file, which it rejects only by two looks at the same state.

    Another process may just be making the file, or moving turns into it: one look can then see parts of two states.
    """
    deadline = time.monotonic() + busy_s
    rejected: list[tuple[int, ...]] | None = None
    while True:
        before = _state(path)
        try:
            return look()
        except (LibraryError, sqlite3.Error):
            if rejected == before == _state(path) or time.monotonic() >= deadline:
                raise
        rejected = before
        time.sleep(_LOOK_AGAIN_S)


def _state(path: Path) -> list[tuple[int, ...]]:
    """What changes with the contents of the file and its log."""
    found: list[tuple[int, ...]] = []
    for file in (path, wal_of(path)):
        with contextlib.suppress(OSError):
            about = file.stat()
            found.append((about.st_ino, about.st_size, about.st_mtime_ns))
    return found


def _look(path: Path, busy_s: float, newest: int) -> None:
    """Even a read-only connection creates files next to a library that nobody has open; an immutable one does not."""
    if path.is_file():
        check_magic(path)
    with_log = holds_turns(wal_of(path))
    name = uri(path, immutable=not with_log)
    with contextlib.closing(sqlite3.connect(name, uri=True, timeout=busy_s, isolation_level=None)) as connection:
        try:
            check_owner(connection, path, newest)
            if with_log:
                _check_log(connection, path)
        except sqlite3.Error as error:
            # A file whose creation was cut short needs a writer to put it right.
            if code_of(error) == sqlite3.SQLITE_READONLY and os.access(path, os.W_OK):
                return
            raise


def _check_log(connection: sqlite3.Connection, path: Path) -> None:
    """Reject a log that belongs to another file (after restoring a copy, say): SQLite would write it into this one.

    In a large library this takes too long for a start; there the damage is found later.
    """
    if path.stat().st_size < _QUICKLY_CHECKED:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise DamagedError(*_foreign_words(str(path)))


def check_magic(path: Path) -> None:
    """SQLite would take a file of a few bytes for an empty one and overwrite it."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise DamagedError(*_foreign_words(str(path)))


def has_our_mark(path: Path) -> bool:
    """Whether the file's header says that it is a library, whatever happened to the rest."""
    with path.open("rb") as file:
        return file.read(72)[68:] == APPLICATION_ID.to_bytes(4, "big")


def check_owner(connection: sqlite3.Connection, path: Path, newest: int) -> None:
    """Raises LibraryError for a file of another program or a newer version, sqlite3.Error for what is no database."""
    connection.execute("BEGIN")  # one state of the file for all three
    version = pragma(connection, "user_version")
    ours = pragma(connection, "application_id") == APPLICATION_ID
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    connection.execute("COMMIT")
    if ours and version > newest:
        raise newer(str(path))
    if not ours and (tables or version):
        raise foreign(str(path))


def newer(name: str) -> LibraryError:
    return LibraryError(
        f"The library {name} was written by a newer version of tui-chat.",
        "Upgrade tui-chat and start it again, or choose another folder with --data-dir. The file was left as it is.",
    )


def foreign(name: str) -> LibraryError:
    return LibraryError(*_foreign_words(name))


def _foreign_words(name: str) -> tuple[str, str]:
    return (
        f"{name} is damaged, or is not a library of tui-chat.",
        "Move it to another place, or choose another folder with --data-dir. The file was left as it is.",
    )


def pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
