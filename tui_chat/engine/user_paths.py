"""Resolves paths typed by the user. An impossible name is a return value, never an exception.

`expanduser` raises for an unknown user, `exists` and others for a name that is too long; callers should not need to
know.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path


def expanded(path: Path) -> Path:
    """The path with `~` expanded; unchanged if there is no such user, or no home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def short_path(path: Path) -> str:
    """The whole path, with `~` for the home folder."""
    try:
        whole, home = Path(os.path.normpath(expanded(path).absolute())), Path.home()
    except (OSError, ValueError, RuntimeError):  # a working folder that is gone, or no home
        return str(path)
    return str(Path("~") / whole.relative_to(home)) if whole.is_relative_to(home) else str(whole)


def is_there(path: Path) -> bool:
    try:
        return expanded(path).exists()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    try:
        return expanded(path).is_file()
    except (OSError, ValueError):
        return False


def file_named(typed: str) -> Path | None:
    """The existing file of this name, if any. It takes precedence over a conversation of this id."""
    path = expanded(Path(typed))
    return path if is_file(path) else None


def is_folder(path: Path) -> bool:
    try:
        return expanded(path).is_dir()
    except (OSError, ValueError):
        return False


def no_place(target: Path, error: OSError | ValueError) -> tuple[str, str] | None:
    """Why nothing can be created at `target`, if the folder is to blame: (what is wrong, what to do)."""
    code = error.errno if isinstance(error, OSError) else None
    folder = target.parent
    if code in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"you may not write in {folder}", "Choose another place, or allow it."
    if code not in (errno.ENOENT, errno.ENOTDIR):
        return None
    # Some folders take no files at all, and say of each that it is not there: /proc.
    if is_folder(folder):
        return f"nothing can be saved in {folder}", "Choose another place."
    if (user := no_user(target)) is not None:
        return user
    if is_there(folder):
        return f"{folder} is no folder", "Choose another place."
    return f"there is no folder {folder}", "Make it, or choose another place."


def no_user(path: Path) -> tuple[str, str] | None:
    """Why a path that still begins with somebody's home does not exist; as `no_place`."""
    name = path.parts[0] if path.parts else ""
    if not name.startswith("~"):
        return None
    return f"there is no user {name[1:]}", "Write the whole path, or ~/ for your own folder."


def cause(error: Exception) -> str:
    """The system's error message."""
    strerror = error.strerror if isinstance(error, OSError) else None
    return strerror or "its name is not possible here"
