"""A file that another process is just making is not taken for a foreign one."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.support.forked import run
from tui_chat.store import library_check
from tui_chat.store.errors import LibraryError
from tui_chat.store.library_check import check, check_owner
from tui_chat.store.read_only import uri
from tui_chat.store.schema_migrations import MIGRATIONS

NEWEST = len(MIGRATIONS)
EMPTY = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA journal_mode = WAL')"
MAKE = """
import sys
from pathlib import Path
from tui_chat.store.database import open_file
open_file(Path(sys.argv[1]), 5).connection.close()
"""


def make(path: Path, program: str = MAKE) -> None:
    """In a process of its own: closing a file takes a process's locks on it away."""
    assert run(["-c", program, str(path)]).returncode == 0


def foreign(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")


def test_owner_is_told_from_one_state_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "conversations.db"
    make(path, EMPTY)
    assert path.stat().st_size, "made, and still without a table"
    pragma = library_check.pragma
    read: list[str] = []

    def interrupted(connection: sqlite3.Connection, name: str) -> int:
        found = pragma(connection, name)
        read.append(name)
        if len(read) == 2:  # before the tables are counted
            make(path)
        return found

    monkeypatch.setattr(library_check, "pragma", interrupted)
    with contextlib.closing(sqlite3.connect(uri(path), uri=True, isolation_level=None)) as connection:
        check_owner(connection, path, NEWEST)
        check_owner(connection, path, NEWEST)
    assert len(read) == 4


def test_file_that_changes_while_it_is_looked_at_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "conversations.db"
    foreign(path)
    state = library_check._state
    looks: list[object] = []

    def replaced(of: Path) -> list[tuple[int, ...]]:
        found = state(of)
        looks.append(found)
        if len(looks) == 2:  # after the first look, before the second
            of.unlink()
            make(of)
        return found

    monkeypatch.setattr(library_check, "_state", replaced)
    check(path, 5, NEWEST)
    assert len(looks) == 2


def test_foreign_file_that_stays_as_it_is_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    foreign(path)
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="not a library"):
        check(path, 60, NEWEST)
    assert path.read_bytes() == before


def test_file_that_never_stands_still_is_rejected_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "conversations.db"
    foreign(path)
    count = iter(range(10_000))
    monkeypatch.setattr(library_check, "_state", lambda of: [(next(count),)])
    with pytest.raises(LibraryError, match="not a library"):
        check(path, 0.1, NEWEST)
