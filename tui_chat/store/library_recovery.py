"""Builds a new library from the readable part of a damaged one, and sets the damaged file aside.

Nothing is deleted, and being killed halfway loses nothing: the new library is built in a file of its own, the damaged
one is copied to another name, and only then does the new one take its place, in one step. `finish` takes that step if
an earlier run was killed before it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tui_chat.store.database import Database, Ident, idents, open_file, open_private
from tui_chat.store.errors import DamagedError, LibraryError, is_corrupt
from tui_chat.store.library_check import has_our_mark
from tui_chat.store.read_only import can_only_be_read, uri, wal_of
from tui_chat.store.recovered_rows import Recovered, put_records
from tui_chat.store.sqlite_pages import Pages, open_pages

STALE_S = 3600
"""Seconds after which an unfinished new library is left over from a killed run."""


def open_sound(path: Path, busy_s: float, now: datetime) -> tuple[Database, str | None]:
    """Open the library, rebuilt from its readable rows if it is damaged; and the notice for the user in that case.

    Raises as `open_file`.
    """
    words = finish(path)
    try:
        return open_file(path, busy_s), words
    except (LibraryError, sqlite3.DatabaseError) as error:
        if not (isinstance(error, DamagedError) or is_corrupt(error)):
            raise
        try:
            if can_only_be_read(path):
                return readable_copy(path)
            words, take_place = recover(path, now)
        except LibraryError:
            raise error from None
    take_place()
    return open_file(path, busy_s), words


def recover(path: Path, now: datetime) -> tuple[str, Callable[[], None]]:
    """Build the replacement. Returns the notice for the user, and a function that puts the new library in the damaged
    one's place: no connection of this process may be open then.

    Raises LibraryError if the file is not ours, sqlite3.Error and OSError; everything is then unchanged.
    """
    before = idents(path)
    part = path.with_name(f"{path.stem}.recovering-{os.getpid()}.db")
    _remove(part)
    try:
        found = _read_into(path, part)
        if not found.ours and not has_our_mark(path):
            raise LibraryError(f"{path} holds no conversation that can be read.", "")
        if idents(path).get("") != before.get(""):
            raise LibraryError(f"{path} was recovered by another window.", "")
        aside = _set_aside(path, now)
        ready = _ready_name(path, before[""])
        part.replace(ready)
    except BaseException:
        _remove(part)
        raise
    words = f"The library {path} was damaged. {found.words} The damaged file was kept as {aside.name}, beside it."
    return words, lambda: _take_place(ready, path)


def readable_copy(path: Path) -> tuple[Database, str]:
    """The readable part of a damaged library that cannot be replaced, in memory and read-only; and the notice for the
    user. Raises LibraryError if the file is not ours, sqlite3.Error and OSError."""
    copy = open_private()
    try:
        found = _fill(copy, path)
        if not found.ours and not has_our_mark(path):
            raise LibraryError(f"{path} holds no conversation that can be read.", "")
        copy.connection.execute("PRAGMA query_only = ON")
    except BaseException:
        copy.connection.close()
        raise
    copy.read_only = True
    return copy, f"The library {path} is damaged, and could not be replaced. {found.words}"


def finish(path: Path) -> str | None:
    """Finish what a killed run left. Returns the notice for the user; None if there was nothing to do."""
    for ready in path.parent.glob(f"{path.stem}.recovered-*.db"):
        there = idents(path).get("")
        if there is None or _ready_name(path, there) == ready:
            _take_place(ready, path)
            kept = sorted(path.parent.glob(f"{path.stem}.damaged-*.db"))
            name = f" as {kept[-1].name}, beside it" if kept else ""
            return f"The library {path} was damaged. What could be read is in a new one; the old file was kept{name}."
    return None


def _read_into(path: Path, part: Path) -> Recovered:
    target = open_file(part, 0)
    with contextlib.closing(target.connection):
        found = _fill(target, path)
        target.connection.execute("PRAGMA journal_mode = DELETE")
    with part.open("rb") as written:
        os.fsync(written.fileno())
    return found


def _fill(target: Database, path: Path) -> Recovered:
    wal = wal_of(path)
    with path.open("rb") as file:
        if wal.exists() and _is_sound(path):
            # The log is the trouble: it belongs to another file. What only it has comes behind.
            pages = open_pages(file, None)
            logged = open_pages(file, wal).newer
            found = put_records(target, [pages.records(), Pages(file, pages.size, 0, logged).records()])
        else:
            pages = open_pages(file, wal)
            found = put_records(target, [pages.records()])
        found.lacks_end = pages.lack_end
        return found


def _is_sound(path: Path) -> bool:
    """Whether the file without its log is undamaged."""
    try:
        with contextlib.closing(sqlite3.connect(uri(path, immutable=True), uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def _set_aside(path: Path, now: datetime) -> Path:
    """Copy the file and its log. A hard link would not do: a program that has the file open may still change it."""
    name = f"{path.stem}.damaged-{now:%Y%m%d-%H%M%S}"
    aside = path.with_name(f"{name}.db")
    count = 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{name}-{count}.db")
    for source, target in ((wal_of(path), wal_of(aside)), (path, aside)):
        if source.exists():
            with contextlib.closing(
                os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
            ) as out:
                with source.open("rb") as file:
                    shutil.copyfileobj(file, out)
                out.flush()
                os.fsync(out.fileno())
    return aside


def _ready_name(path: Path, ident: Ident) -> Path:
    """The new library's name identifies the file that it replaces: another file may have been put there meanwhile."""
    return path.with_name(f"{path.stem}.recovered-{ident[0]:x}-{ident[1]:x}.db")


def _take_place(ready: Path, path: Path) -> None:
    # The log belongs to the damaged file: SQLite would write it into the new one.
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    ready.replace(path)
    for part in path.parent.glob(f"{path.stem}.recovering-*.db*"):
        with contextlib.suppress(OSError):
            if time.time() - part.stat().st_mtime > STALE_S:
                part.unlink()


def _remove(part: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)
