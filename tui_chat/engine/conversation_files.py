"""Saves conversations and other results to files that the user names."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tui_chat.core.conversation import Conversation
from tui_chat.engine.user_paths import cause, expanded, no_place
from tui_chat.regular_file import OPEN_DATABASE, is_open_database
from tui_chat.store import portable
from tui_chat.store.atomic_write import write_atomic
from tui_chat.store.library import Library, LibraryError

Formats = Mapping[str, Callable[[Conversation], str]]
"""Suffix → function that turns a conversation into a file's text (`export/formats.FORMATS`)."""


class FileError(Exception):
    """A file could not be read or written, and nothing was changed. `message` says what and why, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint


def unreadable(path: Path, error: OSError) -> FileError:
    """Why a file cannot be read, for what `read_regular_file` raises."""
    match error.errno:
        case errno.ENOENT:
            return FileError(f"There is no file {path}.", "Check the name.")
        case errno.EISDIR:
            return FileError(f"{path} is a folder.", "Name a file in it.")
        case errno.ESPIPE:
            return FileError(
                f"{path} is not a regular file but {error.strerror}.", "Save its contents to a file first."
            )
        case errno.EBUSY:
            return FileError(f"{path} is {error.strerror}.", "Export what you need with that program.")
        case _:
            return FileError(f"{path} cannot be read: {cause(error)}.", "Check its name and its permissions.")


async def save_file(conversation: Conversation, path: Path, formats: Formats, library: Library | None = None) -> None:
    """Write a conversation in the format of the suffix: `.chat.json`, `.json`, or one of `formats`.

    `library` supplies its labels. An existing file is replaced as a whole or left untouched. Raises FileError.
    """
    # Turns may come while the other thread reads them.
    still = replace(conversation, nodes=dict(conversation.nodes), _children={})
    if library is not None:
        with suppress(LibraryError):  # closed: what was known of it when it was read is in the file
            still.labels = await library.labels.of(conversation.id)
    await asyncio.to_thread(save_file_now, still, path, formats)


def save_file_now(conversation: Conversation, path: Path, formats: Formats) -> None:
    """`save_file` for callers that cannot await."""
    made = {**formats, ".json": portable.dumps}.get(path.suffix.lower())
    if made is None:
        known = [portable.SUFFIX, *formats]
        raise FileError(
            f"{path} cannot be saved: its name does not say in which format.",
            f"End the name with {', '.join(known[:-1])} or {known[-1]}.",
        )
    write_file(path, made(conversation))


def write_file(path: Path, text: str | bytes) -> None:
    """Replace a file with this text (as UTF-8) or these bytes, or leave it untouched. Raises FileError.

    `~` is the home folder.
    """
    target = expanded(path)
    try:
        # A device must not be replaced by a file: /dev/null would be gone for everybody.
        if target.exists() and not target.is_file():
            what = "a folder" if target.is_dir() else "not a regular file"
            raise FileError(f"{path} cannot be written: it is {what}.", "Choose another name.")
        if is_open_database(target):
            raise FileError(f"{path} cannot be written: it is {OPEN_DATABASE}.", "Choose another name.")
        write_atomic(target, text)
    except (OSError, ValueError) as error:
        raise _unwritten(path, target, error) from None


def _unwritten(path: Path, target: Path, error: OSError | ValueError) -> FileError:
    code = error.errno if isinstance(error, OSError) else None
    if (found := no_place(target, error)) is not None:
        return FileError(f"{path} cannot be written: {found[0]}.", found[1])
    if code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FileError(f"{path} cannot be written: the disk is full.", "Make room, then try again.")
    return FileError(f"{path} cannot be written: {cause(error)}.", "Choose another name or place.")
