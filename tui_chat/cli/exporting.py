"""`tui-chat export`: to standard output, to one file, or to one file per conversation."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tui_chat.cli import output
from tui_chat.cli.listing import note_damage
from tui_chat.cli.options import USAGE, Options
from tui_chat.core.conversation import Conversation
from tui_chat.core.conversation_title import title_of
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.short_number import counted
from tui_chat.engine.conversation_files import FileError, write_file
from tui_chat.engine.user_paths import cause, expanded, is_folder, no_user
from tui_chat.export.formats import FORMATS
from tui_chat.store import portable
from tui_chat.store.library import Library, LibraryError

SUFFIXES = {"json": portable.SUFFIX, "md": ".md", "html": ".html"}
_NAMED = {".json": "json", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html"}
_NOT_IN_NAMES = lazy_pattern(r"[\W_]+")
_NAME_CHARS = 50


def run_export(library: Library, options: Options) -> int:
    """Export; returns the exit code: 1 if something could not be read, which is reported. Raises LibraryError."""
    ids = list(dict.fromkeys(library.resolve_prefix(prefix).now() for prefix in options.ids))
    if not options.ids:
        ids = [summary.id for summary in library.list(2**31, counted=False).now()]
    target = options.output
    kind = options.format or (_NAMED.get(Path(target).suffix.lower()) if target else None) or "json"
    if not ids:
        output.note("No conversation is saved yet; there is nothing to export.")
    readable = _Readable(library, ids)
    try:
        if target is not None and _is_folder(target):
            _one_each(readable, Path(target), kind)
            return readable.code
        if kind == "html" and len(ids) > 1:
            output.note(
                f"{len(ids)} conversations do not fit into one HTML page. Name one of them, or a folder: -o exported/"
            )
            return USAGE
        if target is None:
            return output.write(_together(readable, kind)) or readable.code
        if ids and (text := _as_file(readable, kind)) is not None:
            write_file(Path(target), text)
            output.note(f"wrote {target}")
    except FileError as error:
        output.note(str(error))
        return 1
    return readable.code


class _Readable:
    """The conversations of these ids that can be read; others are reported, and `code` is 1 then.

    An unreadable one must not keep the others from being saved: the file may be all that is left.
    """

    def __init__(self, library: Library, ids: Sequence[str]) -> None:
        self._library = library
        self.ids = ids
        self.code = 0

    def __iter__(self) -> Iterator[Conversation]:
        for known in self.ids:
            try:
                conversation = self._library.load(known).now()
            except LibraryError as error:
                note_damage([(known, [error.message])])
                self.code = 1
                continue
            if note_damage([(known, conversation.damage)]):
                self.code = 1
            yield conversation


def _is_folder(target: str) -> bool:
    return target.endswith(("/", os.sep)) or is_folder(Path(target))


def _text(kind: str) -> Callable[[Conversation], str]:
    return portable.dumps if kind == "json" else FORMATS[SUFFIXES[kind]]


def _together(found: _Readable, kind: str) -> Iterator[str]:
    """Several conversations as one text, piece by piece: one array, or one below the other."""
    if kind != "json":
        for index, conversation in enumerate(found):
            yield ("\n" if index else "") + _text(kind)(conversation)
        return
    separator = "\n"
    yield "["
    for conversation in found:
        yield separator + json.dumps(portable.to_plain(conversation), ensure_ascii=False, indent=1)
        separator = ",\n"
    yield "]\n" if separator == "\n" else "\n]\n"


def _as_file(found: _Readable, kind: str) -> str | None:
    """One conversation: the portable file itself, not a list. None if nothing can be read."""
    if len(found.ids) > 1:
        return "".join(_together(found, kind))
    return next((_text(kind)(conversation) for conversation in found), None)


def _one_each(found: _Readable, folder: Path, kind: str) -> None:
    folder = expanded(folder)
    if (user := no_user(folder)) is not None:
        raise FileError(f"The folder {folder} cannot be made: {user[0]}.", user[1])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise FileError(f"The folder {folder} cannot be made: {cause(error)}.", "Choose another place.") from None
    taken: set[str] = set()
    for conversation in found:
        name = _unique(file_name(title_of(conversation), conversation.id), taken)
        write_file(folder / f"{name}{SUFFIXES[kind]}", _text(kind)(conversation))
    output.note(f"wrote {counted(len(taken), 'file')} into {folder}")


def file_name(title: str, known: str) -> str:
    """A name for any file system: words of the title, then the id, which is unique and never changes."""
    words = _NOT_IN_NAMES.sub("-", title[:500]).strip("-")
    while len(words.encode("utf-8", "ignore")) > _NAME_CHARS:
        words = words[:-1]
    own = re.sub(r"[^0-9A-Za-z]+", "-", known).strip("-")[:40]
    return "-".join(part for part in (words.strip("-"), own) if part) or "conversation"


def _unique(name: str, taken: set[str]) -> str:
    """A unique name, also on file systems that ignore case."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found.casefold())
    return found
