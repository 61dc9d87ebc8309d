"""Follows the library when its file is deleted, moved or replaced while open.

SQLite keeps writing without an error into a file that has no name any more, and everything is gone when the program
ends. So each operation first checks whether the file at the library's path is still the open one. If not, the library
there is opened, or a new one created, and what this run has used is copied to it from the open file, which can still be
read. Nothing there is ever overwritten.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from typing import Any

from tui_chat.core.short_number import counted
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store import attachments, deleted_branches
from tui_chat.store.database import Database, idents
from tui_chat.store.errors import is_corrupt
from tui_chat.store.library_writes import pieces_of
from tui_chat.store.rows import COLUMNS, PLACE

_TURN = (*PLACE, *COLUMNS)
_CONVERSATION = ("id", "title", "created", "updated", "settings", "head", "deleted", "pinned", "archived")


def has_moved(db: Database) -> bool:
    """Whether another file, or none, is at the path of the open one."""
    if db.path is None:
        return False
    try:
        about = db.path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        # Its folder may not be looked into any more. The open file is still there, and so is its name.
        return False
    return (about.st_dev, about.st_ino) != db.files.get("")


def follow(db: Database, opener: Callable[[], Database]) -> tuple[Database, str]:
    """Open the library that is at the path now, and copy this run's data into it; and the notice for the user.

    Raises LibraryError, sqlite3.Error and OSError; `db` is open then, and can be followed again.
    """
    there = db.path is not None and "" in idents(db.path)
    _leave_place(db)
    new = opener()
    try:
        count = _copy_held(db, new)
    except BaseException:
        new.connection.close()
        raise
    with contextlib.suppress(sqlite3.Error):
        db.connection.close()
    what = "was replaced by another one" if there else "was deleted or moved away"
    many = counted(count, "conversation")
    kept = f"What you opened or wrote since the start ({many}) was copied to" if count else "All is saved to"
    return new, f"The library {db.name} {what} while tui-chat was running. {kept} {'that' if there else 'a new'} one."


def _leave_place(db: Database) -> None:
    """Move our files next to the database (-wal, -shm) out of the way of the one that is there now.

    SQLite would take them for its own, and write our log into another library. The log is first merged into our own
    file, so that it is complete wherever it was moved to.
    """
    with contextlib.suppress(sqlite3.Error):
        db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if db.path is None:
        return
    now = idents(db.path)
    for suffix in ("-wal", "-shm"):
        if suffix in now and now[suffix] == db.files.get(suffix):
            with contextlib.suppress(OSError):
                db.path.with_name(db.path.name + suffix).unlink()


def _copy_held(db: Database, new: Database) -> int:
    """Copy conversations and drafts; returns the number of conversations."""
    count = 0
    with new.writing() as target:
        for conversation_id in db.held:
            named = conversation_id in db.held_titles
            try:
                count += _copy(db.connection, target, repair_surrogates(conversation_id), named=named)
            except sqlite3.DatabaseError as error:
                if not is_corrupt(error):
                    raise
                continue  # the readable part of a damaged file was recovered when it was replaced
            new.hold(conversation_id)
            if named:
                new.hold_title(conversation_id)
        for owner in db.held_drafts:
            row = _row(db.connection, "SELECT conversation, text FROM drafts WHERE conversation = ?", owner)
            if row is not None:
                _copy_draft(target, *row)
                attachments.copy_files(db.connection, target, attachments.named_in(row[1]))
            new.hold_draft(owner)
    return count


def _copy_draft(target: sqlite3.Connection, owner: str, ours: str) -> None:
    """An earlier state of the same text is replaced; of two different ones both are kept, one below the other."""
    theirs = _row(target, "SELECT text FROM drafts WHERE conversation = ?", owner)
    if theirs is None or ours.startswith(theirs[0]):
        text = ours
    elif ours in theirs[0]:
        return
    else:
        text = f"{theirs[0]}\n\n{ours}"
    target.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?)", (owner, text))


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, conversation_id: str, *, named: bool) -> bool:
    """`named`: the user renamed it in this run, so that the title in the other library is older."""
    found = _row(source, f"SELECT {', '.join(_CONVERSATION)} FROM conversations WHERE id = ?", conversation_id)
    if found is None:
        return False
    marks = ", ".join("?" * len(_CONVERSATION))
    target.execute(f"INSERT OR IGNORE INTO conversations ({', '.join(_CONVERSATION)}) VALUES ({marks})", found)
    sql = f"SELECT row, {', '.join(_TURN)} FROM turns WHERE conversation = ? ORDER BY row"
    for row, *turn in source.execute(sql, (conversation_id,)).fetchall():
        _copy_turn(target, turn, pieces_of(source, row))
    attachments.copy(source, target, conversation_id)
    deleted_branches.copy(source, target, conversation_id)
    # The branch that the user is looking at, the time of the last change of either, and whether the user deleted it.
    target.execute(
        "UPDATE conversations SET head = ?, updated = max(updated, ?), deleted = ? WHERE id = ?",
        (found[5], found[3], found[6], conversation_id),
    )
    tags = source.execute("SELECT conversation, tag FROM tags WHERE conversation = ?", (conversation_id,)).fetchall()
    target.executemany("INSERT OR IGNORE INTO tags (conversation, tag) VALUES (?, ?)", tags)
    if named:
        target.execute("UPDATE conversations SET title = ? WHERE id = ?", (found[1], conversation_id))
    return found[6] is None


def _copy_turn(target: sqlite3.Connection, turn: list[Any], pieces: tuple[str, str]) -> None:
    values = dict(zip(_TURN, turn, strict=True))
    known = _row(
        target,
        "SELECT row, outcome, text, reasoning FROM turns WHERE conversation = ? AND id = ?",
        values["conversation"],
        values["id"],
    )
    if known is None:
        marks = ", ".join("?" * len(_TURN))
        row = target.execute(f"INSERT INTO turns ({', '.join(_TURN)}) VALUES ({marks})", turn).lastrowid
    else:
        row, outcome, text, reasoning = known
        before = pieces_of(target, row)
        ours = values["text"] + pieces[0], values["reasoning"] + pieces[1]
        # Only an earlier state of the same answer, as an older copy of the library has it, makes way for ours.
        if (
            outcome is not None
            or not ours[0].startswith(text + before[0])
            or not ours[1].startswith(reasoning + before[1])
        ):
            return
        names = ", ".join(f"{name} = ?" for name in COLUMNS)
        target.execute(f"UPDATE turns SET {names} WHERE row = ?", (*(values[name] for name in COLUMNS), row))
        target.execute("DELETE FROM pieces WHERE turn = ?", (row,))
    if any(pieces):
        target.execute("INSERT INTO pieces (turn, text, reasoning) VALUES (?, ?, ?)", (row, *pieces))


def _row(connection: sqlite3.Connection, sql: str, *values: object) -> tuple[Any, ...] | None:
    found: tuple[Any, ...] | None = connection.execute(sql, values).fetchone()
    return found
