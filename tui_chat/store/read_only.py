"""Opens a library that cannot be written because its file, folder or file system is read-only.

SQLite needs to write even for reading: a library in WAL mode needs a file next to it. If that cannot be created, the
file is opened as immutable; if the WAL still holds turns, both are copied into memory.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from urllib.parse import quote


def can_only_be_read(path: Path) -> bool:
    """Whether there is a library whose file or folder cannot be written.

    Checked before SQLite opens it: SQLite notices only when a write fails, and leaves files that hinder the next start.
    """
    try:
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        return not writable and path.is_file() and path.stat().st_size > 0
    except OSError:
        return False


def connect_read_only(path: Path, busy_s: float) -> sqlite3.Connection:
    """A connection that reads the library as it is. Raises sqlite3.Error and OSError."""
    # Another process that has it open has made the files that are needed: with them, what it adds is seen, too.
    with contextlib.suppress(sqlite3.Error):
        return _connected(uri(path), busy_s)
    if holds_turns(wal_of(path)):
        return _copied(path)
    return _connected(uri(path, immutable=True), busy_s)


def in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A copy in memory; the connection is closed."""
    with contextlib.closing(connection):
        copy = sqlite3.connect(":memory:", isolation_level=None)
        connection.backup(copy)
    return copy


def uri(path: Path, *, immutable: bool = False) -> str:
    return f"file:{quote(str(path.absolute()))}?mode=ro{'&immutable=1' if immutable else ''}"


def wal_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def holds_turns(wal: Path) -> bool:
    return wal.exists() and wal.stat().st_size > 0


def _connected(name: str, busy_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(name, uri=True, timeout=busy_s, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _copied(path: Path) -> sqlite3.Connection:
    """Both files are copied briefly to a place where they can be joined, in a folder that only this user can enter."""
    with tempfile.TemporaryDirectory(prefix="tui-chat-") as folder:
        copy = Path(folder) / path.name
        for source, target in ((path, copy), (wal_of(path), wal_of(copy))):
            shutil.copyfile(source, target)
        return in_memory(sqlite3.connect(copy, isolation_level=None))
