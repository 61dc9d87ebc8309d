"""Opens the library's file: checks it before touching anything, and migrates it.

A file that is damaged, foreign or from a newer version is rejected untouched: it is first inspected through a read-only
connection, because a writing one may change it even on closing (it moves the WAL into the file).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tui_chat.store import search_terms
from tui_chat.store.errors import LibraryError, code_of
from tui_chat.store.index_changes import index_changes
from tui_chat.store.library_check import check, check_magic, check_owner, foreign, newer, pragma, steadily
from tui_chat.store.read_only import (
    can_only_be_read,
    connect_read_only,
    in_memory,
    uri,
)
from tui_chat.store.schema_migrations import APPLICATION_ID, MIGRATIONS, statements

FILE_NAME = "conversations.db"
_STALE_S = 3600
"""Seconds after which an unfinished copy is left over from a killed run."""


Ident = tuple[int, int]
"""Device and inode of a file."""


class Database:
    """An open connection with its transactions. Used in one thread. `read_only`: every write is refused.

    `path` is the file that is written, None if there is none. The database remembers which conversations and drafts
    this run has used: they must not be lost if the file disappears (store/replaced_file.py).
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        version: int,
        name: str,
        path: Path | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        self.connection = connection
        self.version = version
        self.name = name
        self.read_only = read_only
        self.path = path
        self.opened_ns = time.monotonic_ns()
        self.files: dict[str, Ident] = {} if path is None else idents(path)
        self.held: dict[str, None] = {}
        """Ids of conversations in order of first use."""
        self.held_drafts: set[str] = set()
        self.held_titles: set[str] = set()
        """Ids of conversations that the user renamed in this run."""
        self.problem: Exception | None = None
        """Why nothing can be written, if that is known before the transaction."""
        self.recoverable = path is not None
        """Whether a damaged file can still be replaced by its readable part (store/library_recovery.py)."""
        self._busy_s: float | None = None

    def hold(self, conversation_id: str) -> None:
        self.held[conversation_id] = None

    def hold_draft(self, conversation_id: str) -> None:
        self.held_drafts.add(conversation_id)

    def hold_title(self, conversation_id: str) -> None:
        self.held_titles.add(conversation_id)

    def take_held(self, other: Database) -> None:
        """Remember what was used through another connection to the same library."""
        self.held, self.held_drafts, self.held_titles = other.held, other.held_drafts, other.held_titles

    def let_go(self, conversation_id: str) -> None:
        """Forget a conversation that the user has deleted: it must not come back."""
        self.held.pop(conversation_id, None)
        self.held_drafts.discard(conversation_id)
        self.held_titles.discard(conversation_id)

    def wait_for_others(self, busy_s: float) -> None:
        """Set how long the next operations wait for another process."""
        if busy_s != self._busy_s:
            self._busy_s = busy_s
            self.connection.execute(f"PRAGMA busy_timeout = {int(busy_s * 1000)}")

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        return self.connection.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction, all or nothing. `durable` waits for the disk, so it survives a power failure."""
        if self.problem is not None:
            raise self.problem
        connection = self.connection
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        # IMMEDIATE: a transaction that reads first and then writes can be refused without any waiting.
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._check_version()
            yield connection
            index_changes(connection)
            connection.execute("COMMIT")
        except BaseException:
            # A full disk has rolled back already.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _check_version(self) -> None:
        """Refuse to write if a newer version in another process has migrated the file."""
        if pragma(self.connection, "user_version") != self.version:
            raise newer(self.name)


def open_private() -> Database:
    """A library in memory, which is gone with the process."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _configure(connection, 0)
    _migrate(connection, MIGRATIONS)
    return Database(connection, len(MIGRATIONS), "in memory")


def open_file(path: Path, busy_s: float, migrations: tuple[str, ...] = MIGRATIONS) -> Database:
    """Open or create the library; one that cannot be written is opened for reading.

    Raises LibraryError, sqlite3.Error and OSError; the file is then unchanged.
    """
    if can_only_be_read(path):
        return _open_to_read(path, busy_s, migrations)
    return _open_to_write(path, busy_s, migrations)


def _open_to_read(path: Path, busy_s: float, migrations: tuple[str, ...]) -> Database:
    connection = steadily(path, busy_s, lambda: _recognized(path, busy_s, len(migrations)))
    try:
        if pragma(connection, "user_version") < len(migrations):
            connection = in_memory(connection)
            _migrate(connection, migrations)
        _configure(connection, busy_s)
        connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return Database(connection, len(migrations), str(path), read_only=True)


def _recognized(path: Path, busy_s: float, newest: int) -> sqlite3.Connection:
    check_magic(path)
    connection = connect_read_only(path, busy_s)
    try:
        check_owner(connection, path, newest)
    except BaseException:
        connection.close()
        raise
    return connection


def _open_to_write(path: Path, busy_s: float, migrations: tuple[str, ...]) -> Database:
    _make_folder(path.parent)
    _make_file(path)
    if path.is_symlink() and not path.exists():
        hint = "Mend or remove the link, or choose another folder with --data-dir."
        raise LibraryError(f"{path} is a link to something that is not there.", hint)
    if not path.is_file():
        raise foreign(str(path))  # a folder; opening a pipe would wait for ever
    if path.stat().st_size:
        check(path, busy_s, len(migrations))
    connection = sqlite3.connect(path, timeout=busy_s, isolation_level=None)
    try:
        _configure(connection, busy_s)
        _use_wal(connection, busy_s)
        version = pragma(connection, "user_version")
        if 0 < version < len(migrations):
            _keep_copy(connection, path, version)
        _migrate(connection, migrations)
    except BaseException:
        connection.close()
        raise
    return Database(connection, len(migrations), str(path), path)


def is_interrupted(path: Path) -> bool:
    """Whether a recovery of the library (store/library_recovery.py) was killed before its last step."""
    return next(path.parent.glob(f"{path.stem}.recovered-*.db"), None) is not None


def idents(path: Path) -> dict[str, Ident]:
    """The files at the library's path now, by suffix: "" is the database itself."""
    found: dict[str, Ident] = {}
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            about = path.with_name(path.name + suffix).stat()
            found[suffix] = about.st_dev, about.st_ino
    return found


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A folder that holds other things is its owner's business; the file has a mode of its own.
    if stat.S_IMODE(folder.stat().st_mode) & 0o077 and not any(folder.iterdir()):
        with contextlib.suppress(OSError):
            folder.chmod(0o700)


def _make_file(path: Path) -> None:
    """Create the file with a private mode, which SQLite copies for the files next to it (-wal, -shm)."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            with contextlib.suppress(OSError):
                path.chmod(0o600)


def _configure(connection: sqlite3.Connection, busy_s: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {int(busy_s * 1000)}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    # SQLite's own cache of 2 MB stays. Lists and searches of 100,000 messages are no slower than with 32 MB, because
    # the system keeps the file too; but those 32 MB would fill up, and look like a leak, during a long conversation.
    # What is deleted is overwritten: a conversation may hold what must not be found later.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA journal_size_limit = 16000000")
    for segment in (search_terms.segmented, search_terms.segmented_with_marks):
        connection.create_function(segment.__name__, 1, partial(search_terms.on_value, segment), deterministic=True)
    connection.create_function("holds", 2, search_terms.holds, deterministic=True)


def _use_wal(connection: sqlite3.Connection, busy_s: float) -> None:
    """Switch to WAL, which does not wait for other processes by itself: two first starts may collide here."""
    deadline = time.monotonic() + busy_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if code_of(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
            time.sleep(0.01)


def _migrate(connection: sqlite3.Connection, migrations: tuple[str, ...]) -> None:
    """Run all missing steps in one transaction. It reads the version inside: another process may have been faster."""
    if pragma(connection, "user_version") == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = pragma(connection, "user_version")
        for step in migrations[version:]:
            for statement in statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _keep_copy(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Keep a copy of the file before a migration. Copying the file alone would lose what is still in the WAL.

    A run that was killed before migrating may have made the same copy.
    """
    copy = path.with_name(f"{path.stem}.v{version}.db")
    part = path.with_name(f"{path.stem}.v{version}.{os.getpid()}.part")
    for left in path.parent.glob(f"{path.stem}.v*.part"):
        if time.time() - left.stat().st_mtime > _STALE_S:
            left.unlink(missing_ok=True)
    if copy.exists():
        with contextlib.closing(sqlite3.connect(uri(copy, immutable=True), uri=True)) as made:
            if _age(made) == _age(connection):
                return
        copy = path.with_name(f"{path.stem}.v{version}.{time.time_ns() // 1_000_000_000}.db")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with contextlib.closing(sqlite3.connect(part)) as target:
            connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)


def _age(connection: sqlite3.Connection) -> list[object]:
    """Values that change with every conversation."""
    asked = "SELECT max(row) FROM turns", "SELECT count(*), max(updated) FROM conversations"
    return [connection.execute(sql).fetchone() for sql in asked]
