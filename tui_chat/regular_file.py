"""Reads a file named by the user or a setting; all such files are opened here.

A path may lead to anything: opening a named pipe waits for a writer, /dev/zero has no end, and a disk image fills the
memory. So only regular files of a bounded size are read, and opening one never waits.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

MIB = 2**20

OPEN_DATABASE = "a database that a program has open"

_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))
_CHUNK = 2**16

_KINDS = (
    (stat.S_ISDIR, errno.EISDIR, "a folder"),
    (stat.S_ISFIFO, errno.ESPIPE, "a named pipe"),
    (stat.S_ISSOCK, errno.ESPIPE, "a socket"),
    (lambda _mode: True, errno.ESPIPE, "a device"),
)


def read_regular_file(path: Path, limit: int) -> bytes:
    """All bytes of the file. Raises OSError and nothing else.

    Its `strerror` is a phrase for a message, and its `errno` distinguishes the cases: EISDIR for a folder, ESPIPE for
    what else is no regular file, EFBIG for more than `limit` bytes, EINVAL for a name that no file can have, EBUSY for
    a database that a program has open.
    """
    with open_regular_file(path, limit) as file:
        return _read(file.fileno(), limit)


def open_regular_file(path: Path, limit: int) -> BinaryIO:
    """The file, to be read from its beginning and closed by the caller. Raises as `read_regular_file`."""
    try:
        # Looked at before it is opened, too: opening alone rewinds a tape and fails on a socket without a reason.
        _check(path.stat(), limit)
        if is_open_database(path):
            raise OSError(errno.EBUSY, OPEN_DATABASE)
        handle = os.open(path, _FLAGS)
    except ValueError:
        raise OSError(errno.EINVAL, "its name is not possible here") from None
    try:
        _check(os.fstat(handle), limit)
    except BaseException:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def is_open_database(path: Path) -> bool:
    """Whether this is a SQLite database in use, such as the open library, or the file with its locks.

    It must not even be read: a POSIX process loses all its locks on a file as soon as it closes any handle of it, and
    without SQLite's lock another process that ends deletes the log into which this one goes on writing.
    """
    path = path.resolve()
    return path.with_name(path.name.removesuffix("-shm") + "-shm").exists()


def _check(about: os.stat_result, limit: int) -> None:
    if not stat.S_ISREG(about.st_mode):
        code, what = next((code, what) for matches, code, what in _KINDS if matches(about.st_mode))
        raise OSError(code, what)
    if about.st_size > limit:
        raise _too_large(f"a file of {about.st_size / MIB:.0f} MiB", limit)


def _read(handle: int, limit: int) -> bytes:
    """Read up to the limit, counting the bytes: files of /proc have no size."""
    data = bytearray()
    while chunk := os.read(handle, _CHUNK):
        data += chunk
        if len(data) > limit:
            raise _too_large("a file without a size", limit)
    return bytes(data)


def _too_large(what: str, limit: int) -> OSError:
    return OSError(errno.EFBIG, f"{what}, more than {limit / MIB:.0f} MiB")
