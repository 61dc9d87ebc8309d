"""Opens conversation files into the library, and saves conversations to files.

A file's conversation keeps its id where that is free. Where it is taken by the same content, that one is opened; else
the file's becomes a copy with ids of its own, so that neither is lost.
"""

from __future__ import annotations

import asyncio
import codecs
import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from tui_chat.core.conversation import Conversation, Node
from tui_chat.engine.exchange import Services
from tui_chat.engine.user_paths import cause, expanded, no_place
from tui_chat.regular_file import MIB, read_regular_file
from tui_chat.store import portable
from tui_chat.store.atomic_write import write_atomic
from tui_chat.store.importers import read_conversations
from tui_chat.store.portable import PortableError

Formats = Mapping[str, Callable[[Conversation], str]]
"""Suffix → what makes a file's text of a conversation (`export/files.FORMATS`)."""


class FileError(Exception):
    """A file could not be read or written, and nothing was changed. `message` says what and why, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Opened:
    """`status`: *imported* under its own id, *existing* in the library already, *restored* because it was a deleted
    one, *copied* under ids of its own."""

    conversation: Conversation
    status: Literal["imported", "existing", "restored", "copied"]


async def open_file(services: Services, path: Path) -> Conversation:
    """The conversation of a file, in the library; of several, the one in which was last spoken.

    Raises FileError, and LibraryError where the library cannot take it.
    """
    opened = await import_file(services, path)
    return max((item.conversation for item in opened), key=_last_spoken)


async def import_file(services: Services, path: Path) -> list[Opened]:
    """All conversations of a file, in the library. An invalid one keeps the whole file out. Raises as `open_file`."""
    found = await asyncio.to_thread(_read, path, services.new_id)
    return [await _keep(services, conversation) for conversation in found]


async def save_file(conversation: Conversation, path: Path, formats: Formats) -> None:
    """Write a conversation in the format that the suffix names: `.chat.json`, `.json`, or one of `formats`.

    A file that is there is replaced whole, or stays as it was. Raises FileError.
    """
    # Turns may come while the other thread reads them.
    still = Conversation(
        conversation.id,
        conversation.created,
        conversation.title,
        conversation.settings,
        dict(conversation.nodes),
        conversation.head,
    )
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
    """Replace a file whole by this text (in UTF-8) or these bytes, or leave it as it was. Raises FileError.

    `~` is the home folder.
    """
    target = expanded(path)
    try:
        # A device must not be replaced by a file: /dev/null would be gone for everybody.
        if target.exists() and not target.is_file():
            what = "a folder" if target.is_dir() else "not a regular file"
            raise FileError(f"{path} cannot be written: it is {what}.", "Choose another name.")
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


def _read(path: Path, new_id: Callable[[], str]) -> list[Conversation]:
    target = expanded(path)
    try:
        data = read_regular_file(target, portable.MAX_BYTES)
        changed = target.stat().st_mtime
    except OSError as error:
        raise _unread(path, error) from None
    when = min(datetime.fromtimestamp(max(changed, 0), UTC), datetime.now(UTC))
    try:
        return read_conversations(_decoded(data, path), when, new_id)
    except PortableError as error:
        raise FileError(f"{path}: {error.message}", "Nothing was changed.") from None


def _unread(path: Path, error: OSError) -> FileError:
    match error.errno:
        case errno.ENOENT:
            return FileError(f"There is no file {path}.", "Check the name.")
        case errno.EISDIR:
            return FileError(f"{path} is a folder.", "Name a file in it.")
        case errno.ESPIPE:
            return FileError(
                f"{path} is not a regular file but {error.strerror}.", "Save its contents to a file first."
            )
        case errno.EFBIG:
            size = f"at most {portable.MAX_BYTES // MIB} MiB can be read"
            return FileError(f"{path} is too large for a conversation: {size}.", "Pick another file, or split it.")
        case _:
            return FileError(f"{path} cannot be read: {cause(error)}.", "Check its name and its permissions.")


def _decoded(data: bytes, path: Path) -> str:
    """UTF-8, or UTF-16 where its mark is at the beginning: some Windows shells write that by `>`."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{path} is not UTF-8 text (byte {error.start} cannot be read).",
            "Pick another file, or save it as UTF-8.",
        ) from None


async def _keep(services: Services, conversation: Conversation) -> Opened:
    library = services.library
    if not await library.contains(conversation.id):
        await library.create(conversation)
        return Opened(conversation, "imported")
    deleted = await library.trash.load(conversation.id)
    known = deleted or await library.load(conversation.id)
    # Off the loop: of a long conversation this takes seconds.
    if await asyncio.to_thread(known.__eq__, conversation):
        if deleted is None:
            return Opened(known, "existing")
        await library.trash.restore(known.id)
        return Opened(known, "restored")
    copy = await asyncio.to_thread(_copied, conversation, services.new_id)
    await library.create(copy)
    return Opened(copy, "copied")


def _copied(conversation: Conversation, new_id: Callable[[], str]) -> Conversation:
    ids = {old: new_id() for old in conversation.nodes}
    nodes = {
        ids[node.id]: Node(ids[node.id], None if node.parent is None else ids[node.parent], node.turn)
        for node in conversation.nodes.values()
    }
    head = None if conversation.head is None else ids[conversation.head]
    return Conversation(new_id(), conversation.created, conversation.title, conversation.settings, nodes, head)


def _last_spoken(conversation: Conversation) -> datetime:
    return max((node.turn.created for node in conversation.nodes.values()), default=conversation.created)
