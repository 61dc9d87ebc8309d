"""Imports the conversations of a file (ours, or another program's export) into the library.

A conversation keeps its id if that is free. If the id is taken by the same content, that conversation is opened; if
another program's export has grown, its new turns are added; else the file's becomes a copy with new ids, so that
neither is lost; they are the same at each import, so that it is recognized. Each is stored in one transaction, so that
stopping in between leaves the library whole.
"""

from __future__ import annotations

import asyncio
import codecs
import errno
import io
import threading
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from dataclasses import field, replace
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal

from tui_chat.core.conversation import Conversation
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.conversation_files import FileError, unreadable
from tui_chat.engine.exchange import Services
from tui_chat.engine.import_merge import ImportMerge, addition
from tui_chat.engine.text_encoding import decode_unmarked
from tui_chat.engine.user_paths import expanded
from tui_chat.regular_file import MIB, open_regular_file, read_regular_file
from tui_chat.store import portable
from tui_chat.store.ids import derived_ids
from tui_chat.store.importers import read_items
from tui_chat.store.importers.importer import Found, Rejected
from tui_chat.store.json_stream import BrokenJsonError
from tui_chat.store.portable import PortableError

MAX_ZIP = 16 * 1024 * MIB
MAX_MEMBER = 4 * 1024 * MIB
"""Bytes of an archive, and of an unpacked file in it. It is read piece by piece."""

AT_ONCE = 20
"""Conversations that are read at a time."""

PIECE = 2**18
_NO_CONTROLS = bytes(each for each in range(256) if each >= 32 or each in b"\t\n\r")
_READ = (".json", ".jsonl", ".md", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Opened:
    """`status`: *imported* under its own id, *extended* with what is new in a later export, *existing* already,
    *restored* from the deleted ones, or *copied* under new ids."""

    conversation: Conversation
    status: Literal["imported", "extended", "existing", "restored", "copied"]


@dataclass(slots=True)
class Imported:
    """The result of an import so far. `newest` is the conversation used last."""

    counts: dict[str, int] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    newest: Conversation | None = None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def words(self) -> str:
        """`1,230 imported, 4 already there, 2 cannot be read`."""
        names = {
            "imported": "imported",
            "extended": "extended",
            "existing": "already there",
            "restored": "brought back",
            "copied": "copied",
        }
        parts = [f"{self.counts[key]:,} {words}" for key, words in names.items() if self.counts.get(key)]
        parts += [f"{len(self.rejected):,} cannot be read"] if self.rejected else []
        return ", ".join(parts) or "nothing imported"

    def add(self, opened: Opened) -> None:
        self.counts[opened.status] = self.counts.get(opened.status, 0) + 1
        if self.newest is None or _last_spoken(opened.conversation) > _last_spoken(self.newest):
            self.newest = opened.conversation


@dataclass(frozen=True, slots=True)
class FileContents:
    """The contents of a file: how many conversations and messages, and the unreadable ones."""

    conversations: int
    messages: int
    rejected: tuple[Rejected, ...] = ()


async def open_file(services: Services, path: Path) -> Conversation:
    """Import the conversations of a file and return the one used last.

    Raises FileError, and LibraryError if the library refuses it.
    """
    imported = Imported()
    async for _ in import_file(services, path, imported):
        pass
    if imported.newest is None:
        first = imported.rejected[0]
        raise FileError(f"{path}: {first.title} is not valid: {first.reason}.", "Nothing was changed.")
    return imported.newest


async def import_file(services: Services, path: Path, imported: Imported) -> AsyncIterator[Opened | Rejected]:
    """Yield the conversations of a file, each once it is in the library; `imported` counts them. Raises as `open_file`.

    An unreadable one does not hold up the others.
    """
    async for each in _found_in(path):
        if isinstance(each, Rejected):
            imported.rejected.append(each)
            yield each
        else:
            opened = await _keep(services, each)
            imported.add(opened)
            yield opened


async def preview_file(path: Path, progress: Callable[[int], None] = lambda _: None) -> FileContents:
    """List a file's contents without importing it. Raises FileError.

    `progress` is called with the number of conversations so far.
    """
    conversations = messages = 0
    rejected: list[Rejected] = []
    async for each in _found_in(path):
        if isinstance(each, Rejected):
            rejected.append(each)
        else:
            conversations += 1
            messages += len(each.conversation.nodes)
            progress(conversations)
    return FileContents(conversations, messages, tuple(rejected))


async def _found_in(path: Path) -> AsyncIterator[Found | Rejected]:
    """Read in another thread, some at a time."""
    reader = _Reader(path)
    try:
        while batch := await asyncio.to_thread(reader.some):
            for each in batch:
                yield each
    finally:
        await asyncio.to_thread(reader.close)


class _Reader:
    """Reads the conversations of a file. Used by one thread at a time: a closed reader may still be at work."""

    def __init__(self, path: Path) -> None:
        self._found = _read(path)
        self._lock = threading.Lock()

    def some(self) -> list[Found | Rejected]:
        """The next conversations; empty at the end. Raises FileError."""
        with self._lock:
            return list(islice(self._found, AT_ONCE))

    def close(self) -> None:
        with self._lock:
            self._found.close()


def _read(path: Path) -> Generator[Found | Rejected, None, None]:
    target = expanded(path)
    try:
        with open_regular_file(target, MAX_ZIP) as file:
            when = min(datetime.fromtimestamp(max(target.stat().st_mtime, 0), UTC), datetime.now(UTC))
            if file.read(4) == b"PK\x03\x04":
                yield from _in_archive(path, file, when)
                return
        text = _decoded(read_regular_file(target, portable.MAX_BYTES), path)
    except OSError as error:
        raise _unread(path, error) from None
    began = False
    try:
        for each in read_items(iter((text,)), when, derived_ids, target.stem):
            began = True
            yield each
    except PortableError as error:
        if began:
            yield Rejected("The rest of the file", error.message)
            return
        raise FileError(f"{path}: {error.message}", "Nothing was changed.") from None


def _in_archive(path: Path, file: BinaryIO, when: datetime) -> Iterator[Found | Rejected]:
    """The conversations of all files in an archive that hold any; others (pictures and the like) are skipped."""
    found, problem = False, ""
    lost: list[Rejected] = []
    try:
        with zipfile.ZipFile(file) as archive:
            for about in archive.infolist():
                name = about.filename
                if about.is_dir() or not name.lower().endswith(_READ) or name.startswith("__MACOSX/"):
                    continue
                if about.file_size > MAX_MEMBER or about.flag_bits & 1:
                    yield Rejected(name, "it is too large" if about.file_size > MAX_MEMBER else "it is encrypted")
                    continue
                began = False
                try:
                    for each in read_items(_pieces(archive, about), when, derived_ids, PurePosixPath(name).stem):
                        began = found = True
                        yield each
                except (PortableError, UnicodeDecodeError) as error:
                    why = error.message if isinstance(error, PortableError) else "it is not UTF-8 text"
                    if began:
                        yield Rejected(f"The rest of {name}", why)
                    elif about.file_size and _is_damaged(error, name):
                        lost.append(Rejected(name, why))
                    problem = problem or f"{name}: {why}"
        if found:
            yield from lost
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, zlib.error) as error:
        if found:
            yield from lost
            yield Rejected("The rest of the archive", f"it is damaged ({error})")
            return
        raise FileError(f"{path} is a damaged archive ({error}).", "Download it again.") from None
    if not found:
        why = f" {problem}" if problem else ""
        raise FileError(f"{path} holds no conversations that can be read.{why}", "Nothing was changed.")


def _is_damaged(error: Exception, name: str) -> bool:
    """Whether a file in an archive is JSON that is broken, and not one about something else than conversations."""
    is_json = name.lower().endswith((".json", ".jsonl"))
    return is_json and isinstance(error, (BrokenJsonError, UnicodeDecodeError))


def _pieces(archive: zipfile.ZipFile, about: zipfile.ZipInfo) -> Iterator[str]:
    """The text of an archived file, unpacked up to its declared size."""
    with archive.open(about) as start:
        encoding = _encoding(start.read(4))
    with archive.open(about) as raw, io.TextIOWrapper(raw, encoding=encoding) as text:
        while piece := text.read(PIECE):
            yield piece


def _unread(path: Path, error: OSError) -> FileError:
    if error.errno == errno.EFBIG:
        size = f"at most {portable.MAX_BYTES // MIB} MiB can be read, and more in a zip"
        return FileError(f"{path} is too large for a conversation: {size}.", "Pick another file, or split it.")
    return unreadable(path, error)


def _decoded(data: bytes, path: Path) -> str:
    """The text, if it is one. Some programs write JSON in the encoding of their system."""
    try:
        return data.decode(_encoding(data[:4]))
    except UnicodeDecodeError as error:
        if data[:1] in b"[{" and not data.translate(None, _NO_CONTROLS):
            return decode_unmarked(data)[0]
        raise FileError(
            f"{path} is not UTF-8 text (byte {error.start} cannot be read).",
            "Pick another file, or save it as UTF-8.",
        ) from None


def _encoding(start: bytes) -> str:
    """UTF-8, or what a text begins like: some Windows shells write UTF-16 with `>`, not all of them with its mark."""
    if start in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    match [byte == 0 for byte in start]:
        case [False, True, False, True]:
            return "utf-16-le"
        case [True, False, True, False]:
            return "utf-16-be"
        case _:
            return "utf-8-sig"


async def _keep(services: Services, found: Found) -> Opened:
    """Store a conversation, or what is new in it. Where its id belongs to another one, it becomes a copy, whose ids are
    the same at each import."""
    conversation = found.conversation
    for number in count(1):
        if not await services.library.contains(conversation.id):
            await services.library.create(conversation)
            return Opened(conversation, "imported" if conversation is found.conversation else "copied")
        if (opened := await _added(services, conversation, found.is_own)) is not None:
            return opened
        copy_ids = derived_ids([found.conversation.id, number])
        conversation = await asyncio.to_thread(_copied, found.conversation, copy_ids)
    raise AssertionError("a count has no end")


async def _added(services: Services, conversation: Conversation, is_own: bool) -> Opened | None:
    """Add what is new to the conversation of this id; None if that is another one."""
    library = services.library
    deleted = await library.trash.load(conversation.id)
    known = deleted or await library.load(conversation.id)
    # Off the loop: of a long conversation this takes seconds.
    if is_own:
        more = ImportMerge((), (), known.head) if await asyncio.to_thread(known.__eq__, conversation) else None
    else:
        unwanted = await library.branches.deleted_turns(known.id)
        more = await asyncio.to_thread(addition, known, conversation, unwanted, services.new_id)
    if more is None:
        return None
    if deleted is not None:
        await library.trash.restore(known.id)
    if not more.nodes and not more.grown:
        return Opened(known, "existing" if deleted is None else "restored")
    for turn_id, turn in more.grown:
        await library.finish(known.id, turn_id, turn)
    if more.nodes:
        await library.begin(known, more.nodes, shown=more.head)
    return Opened(await library.load(known.id), "extended")


def _copied(conversation: Conversation, new_id: Callable[[], str]) -> Conversation:
    own_id = new_id()  # before those of the turns, whose number grows
    ids = {old: new_id() for old in conversation.nodes}
    nodes = {
        ids[node.id]: replace(node, id=ids[node.id], parent=None if node.parent is None else ids[node.parent])
        for node in conversation.nodes.values()
    }
    head = None if conversation.head is None else ids[conversation.head]
    return replace(conversation, id=own_id, nodes=nodes, head=head, _children={})


def _last_spoken(conversation: Conversation) -> datetime:
    return max((node.turn.created for node in conversation.nodes.values()), default=conversation.created)
