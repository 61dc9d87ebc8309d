"""Translates SQLite's and the system's errors about a library into plain sentences."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from tui_chat.store.library_error import LibraryError

__all__ = [
    "DamagedError",
    "LibraryError",
    "code_of",
    "explain",
    "is_bad_text",
    "is_corrupt",
    "is_unreadable",
    "only_read",
]


class DamagedError(LibraryError):
    """The file is damaged, or belongs to another program."""


_LOCKED = ("is locked by another program", "Close what else uses it, then try again. Nothing in it was changed.")
_FULL = ("could not be written because the disk is full", "Make room, then try again. What was saved before is intact.")
_READ_ONLY = (
    "cannot be written",
    "Make the file and its folder writable, or choose another folder with --data-dir.",
)
_DAMAGED = (
    "is damaged, or is not a library of tui-chat",
    "It was left as it is. Move it to another place to begin with a new library, or restore a copy of it.",
)
_DISK = ("could not be read or written", "Check its disk, then try again.")
_NO_FTS = (
    "needs a Python whose SQLite has full-text search (FTS5)",
    "Install a Python from python.org, your system or uv; they have it.",
)

_BY_CODE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_AUTH: _READ_ONLY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_IOERR: _DISK,
}

_BY_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
    errno.EIO: _DISK,
}


def only_read(path: Path) -> str:
    """The notice at the start for a read-only library."""
    return f"The library {path} can only be read: nothing that is typed now can be sent or saved. {_READ_ONLY[1]}"


def code_of(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 if the Python module itself raised."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_bad_text(error: sqlite3.Error) -> bool:
    """Whether a text in the file is not UTF-8; the rest of the file may be whole."""
    return "Could not decode" in str(error)


def is_corrupt(error: BaseException) -> bool:
    """Whether SQLite reports the file as damaged."""
    return isinstance(error, sqlite3.Error) and code_of(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_unreadable(error: sqlite3.Error) -> bool:
    """Whether the disk could not read a part of the file."""
    return getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ)


def explain(error: sqlite3.Error | OSError, path: Path | None) -> LibraryError:
    """Explain any failure of SQLite or the system in one sentence, with one next step. `path` None is a private
    library."""
    name = "The library in memory" if path is None else f"The library {path}"
    if isinstance(error, OSError):
        cause = error.strerror or type(error).__name__
        what, hint = _BY_ERRNO.get(error.errno or 0, (f"cannot be used ({cause})", _READ_ONLY[1]))
        return LibraryError(f"{name} {what}.", hint)
    if "no such module" in str(error):
        what, hint = _NO_FTS
        return LibraryError(f"{name} {what}.", hint)
    what, hint = _BY_CODE.get(code_of(error), (f"could not be used ({error})", _DISK[1]))
    if what == _DISK[0]:
        what = f"{what} ({error})"
    return LibraryError(f"{name} {what}.", hint, locked=what == _LOCKED[0])
