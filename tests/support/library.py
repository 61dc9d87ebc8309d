"""Single writes to a library, which the app makes only as part of something larger, and what another process finds."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.settings import Settings
from tui_chat.store import library_writes
from tui_chat.store.database import Database
from tui_chat.store.library import Call, Library


def raw_connection(path: Path) -> sqlite3.Connection:
    """A connection to a library's file that no module of ours stands in front of; each statement commits."""
    return sqlite3.connect(path, isolation_level=None)


def on_disk(folder: Path, conversation_id: str) -> Conversation:
    """What another process would find there now."""
    other = Library(folder)
    other.open().now()
    try:
        return other.load(conversation_id).now()
    finally:
        other.close().now()


def add_turn(library: Library, conversation_id: str, node: Node) -> Call[None]:
    """Add a turn below its parent and make it the head, as another program may."""

    def add(db: Database, now: datetime) -> None:
        db.hold(conversation_id)
        with db.writing() as connection:
            library_writes._add(connection, conversation_id, node, now)

    return library.write(add)


def set_sent(library: Library, conversation_id: str, sent: Mapping[str, bool | None]) -> Call[None]:
    return library.write(lambda db, _now: library_writes.set_sent(db, conversation_id, sent))


def set_head(library: Library, conversation_id: str, turn_id: str | None) -> Call[None]:
    return library.write(lambda db, _now: library_writes.set_head(db, conversation_id, turn_id))


def set_title(library: Library, conversation_id: str, title: str) -> Call[None]:
    return library.write(lambda db, _now: library_writes.set_title(db, conversation_id, title))


def set_settings(library: Library, conversation_id: str, settings: Settings) -> Call[None]:
    return library.write(lambda db, _now: library_writes.set_settings(db, conversation_id, settings))
