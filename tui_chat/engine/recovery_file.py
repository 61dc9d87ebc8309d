"""Saves what the library could not store to a recovery file, which `tui-chat import` and *Open file* read.

It holds each conversation with unsaved changes, as a whole, and each unsent text as a conversation with that one
prompt.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.conversation_title import title_from
from tui_chat.core.message import Turn
from tui_chat.engine.conversation_files import FileError, write_file
from tui_chat.engine.exchange import Services
from tui_chat.engine.unsaved_write_kinds import DraftWrite, Write
from tui_chat.store import portable


def words_of(writes: Iterable[Write]) -> str:
    """The unsaved things as words for a sentence, each once."""
    names = list(dict.fromkeys(write.words for write in writes))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def recoverable(services: Services, writes: Sequence[Write]) -> list[Conversation]:
    """The conversations with unsaved changes."""
    found: dict[str, Conversation] = {}
    typed: list[Conversation] = []
    for write in writes:
        if isinstance(write, DraftWrite):
            if write.text.strip():
                typed.append(_as_conversation(services, write.text))
        elif write.conversation is not None and write.conversation.nodes:
            found[write.conversation.id] = write.conversation
    return [*found.values(), *typed]


def _as_conversation(services: Services, text: str) -> Conversation:
    now = services.clock.now()
    made = Conversation(services.new_id(), now, f"Not sent: {title_from(text)}")
    made.add(Node(services.new_id(), None, Turn("user", text, now)))
    return made


def write_recovery(services: Services, writes: Sequence[Write], path: Path) -> None:
    """Write everything unsaved to this file. Raises FileError."""
    found = [portable.to_plain(conversation) for conversation in recoverable(services, writes)]
    text = json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=1) + "\n"
    write_file(path, text)


def file_name(services: Services) -> str:
    return f"tui-chat-unsaved-{services.clock.now():%Y%m%d-%H%M%S}{portable.SUFFIX}"


def last_try(services: Services, seconds: float = 1.0) -> str | None:
    """Retry once more, then write a recovery file; for a run that ends without asking the user. Returns the text to
    print.

    None if everything is saved.
    """
    left = services.unsaved.flush_now(seconds)
    if not left:
        return None
    problem = services.unsaved.problem()
    cause = f"{problem.message} " if problem is not None else ""
    if not recoverable(services, left):
        return f"{cause}Not saved: {words_of(left)}."
    name = file_name(services)
    folders = [] if services.library.path is None else [services.library.path.parent]
    for folder in (*folders, Path(tempfile.gettempdir())):
        with contextlib.suppress(FileError):
            write_recovery(services, left, folder / name)
            return f"{cause}Not saved there: {words_of(left)}. It is in {folder / name}; `tui-chat import` reads it."
    return f"{cause}Not saved, and there is no room for a file with it either: {words_of(left)}."
