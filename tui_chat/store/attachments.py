"""Stores attached files in the library, each content once, keyed by its hash.

Each function takes the open database and runs in the writer thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from tui_chat.core import serialize
from tui_chat.core.attachment import Attachment, digest
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store.database import Database
from tui_chat.store.value_repair import as_text

FRESH_S = 24 * 3600
"""Seconds for which an unreferenced file is kept: the prompt that holds it may not be written yet."""

_HASH = lazy_pattern(r"(?<=attachment:)[0-9a-f]{64}")

_COLUMNS = "attachments.name, attachments.media_type, attachments.size, attachments.sha256, files.data"


def keep(db: Database, attachments: Collection[Attachment], now: datetime) -> None:
    """Store the contents of files in a prompt."""
    with db.writing() as connection:
        _keep(connection, attachments, now)


def refer(
    connection: sqlite3.Connection,
    conversation_id: str,
    turns: Iterable[tuple[str, Sequence[Attachment]]],
    now: datetime,
) -> None:
    """Record, inside a transaction, which stored files belong to these turns."""
    for turn_id, attachments in turns:
        _keep(connection, attachments, now)
        connection.executemany(
            "INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    conversation_id,
                    turn_id,
                    place,
                    repair_surrogates(each.name),
                    repair_surrogates(each.media_type),
                    each.size,
                    each.sha256,
                )
                for place, each in enumerate(attachments)
            ],
        )


def _keep(connection: sqlite3.Connection, attachments: Iterable[Attachment], now: datetime) -> None:
    connection.executemany(
        "INSERT INTO files VALUES (?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET added = excluded.added",
        [(each.sha256, round(now.timestamp()), each.data) for each in attachments],
    )


def contents(db: Database, hashes: Collection[str]) -> dict[str, bytes]:
    """The files with these hashes; missing ones are left out."""
    found: dict[str, bytes] = {}
    for sha256 in hashes:
        for (data,) in db.rows("SELECT data FROM files WHERE sha256 = ?", sha256):
            if isinstance(data, bytes):
                found[sha256] = data
    return found


def of_conversation(db: Database, conversation_id: str) -> tuple[Mapping[str, tuple[Attachment, ...]], list[str]]:
    """A conversation's files by turn id, and a phrase for each that cannot be read."""
    sql = (
        f"SELECT attachments.turn, {_COLUMNS} FROM attachments LEFT JOIN files USING (sha256)"
        " WHERE attachments.conversation = ? ORDER BY attachments.turn, attachments.place"
    )
    found: dict[str, tuple[Attachment, ...]] = {}
    damage: list[str] = []
    for turn, name, media_type, size, sha256, data in db.connection.execute(sql, (conversation_id,)):
        if not isinstance(data, bytes) or digest(data) != sha256:
            damage.append(f"turn {turn}: the attached file {serialize.shown(as_text(name))} cannot be read")
            continue
        length = size if isinstance(size, int) else len(data)
        attached = Attachment(as_text(name), as_text(media_type), length, sha256, data)
        found[turn] = (*found.get(turn, ()), attached)
    return found, damage


def named_in(text: str) -> list[str]:
    """The hashes in a draft."""
    return _HASH.findall(text)


def copy(source: sqlite3.Connection, target: sqlite3.Connection, conversation_id: str) -> None:
    """Copy a conversation's files into another library that already has its turns."""
    sql = "SELECT * FROM attachments WHERE conversation = ?"
    rows = source.execute(sql, (conversation_id,)).fetchall()
    copy_files(source, target, [row[-1] for row in rows])
    target.executemany("INSERT OR IGNORE INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def copy_files(source: sqlite3.Connection, target: sqlite3.Connection, hashes: Collection[str]) -> None:
    for sha256 in hashes:
        rows = source.execute("SELECT * FROM files WHERE sha256 = ?", (sha256,)).fetchall()
        target.executemany("INSERT OR IGNORE INTO files VALUES (?, ?, ?)", rows)


def tidy(db: Database, now: datetime) -> None:
    """Remove files attached to prompts that were never sent and that no prompt refers to any more."""
    sql = (
        "SELECT sha256 FROM files WHERE added < ? AND NOT EXISTS"
        " (SELECT 1 FROM attachments WHERE attachments.sha256 = files.sha256)"
        " AND NOT EXISTS (SELECT 1 FROM drafts WHERE instr(drafts.text, files.sha256))"
    )
    unused = db.rows(sql, round(now.timestamp()) - FRESH_S)
    if unused:
        with db.writing() as connection:
            connection.executemany("DELETE FROM files WHERE sha256 = ?", unused)
