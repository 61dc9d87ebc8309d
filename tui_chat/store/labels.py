"""The labels of conversations: pinned, archived, tags.

They do not affect when a conversation was last used. Each function takes the open database and runs in the writer
thread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from tui_chat.core.conversation_labels import ConversationLabels, as_tag
from tui_chat.core.conversation_title import title_of
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store import library_reads, library_writes
from tui_chat.store.database import Database
from tui_chat.store.library_reads import load
from tui_chat.store.library_writes import micros, missing
from tui_chat.store.value_repair import as_text

Label = Literal["pinned", "archived"]


def set_label(db: Database, conversation_ids: Collection[str], label: Label, now: datetime | None) -> None:
    """Pin or archive conversations, or (`now` None) undo that. A missing conversation is an error, and changes
    nothing."""
    with db.writing() as connection:
        for owner in map(repair_surrogates, conversation_ids):
            sql = f"UPDATE conversations SET {label} = ? WHERE id = ?"
            if connection.execute(sql, (None if now is None else micros(now), owner)).rowcount < 1:
                raise missing(connection, owner)
    for owner in conversation_ids:
        db.hold(owner)


def set_tags(db: Database, conversation_ids: Collection[str], add: Iterable[str], remove: Iterable[str] = ()) -> None:
    added, removed = ([tag for tag in map(as_tag, tags) if tag] for tags in (add, remove))
    with db.writing() as connection:
        for owner in map(repair_surrogates, conversation_ids):
            if connection.execute("SELECT 1 FROM conversations WHERE id = ?", (owner,)).fetchone() is None:
                raise missing(connection, owner)
            connection.executemany("DELETE FROM tags WHERE conversation = ? AND tag = ?", [(owner, t) for t in removed])
            connection.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", [(owner, tag) for tag in added])
    for owner in conversation_ids:
        db.hold(owner)


def duplicate(db: Database, conversation_id: str, new_id: str, now: datetime) -> None:
    """Copy a conversation, including its tags, to the top of the list."""
    found = load(db, conversation_id)
    title = title_of(found)
    labels = ConversationLabels(tags=found.labels.tags)
    copy = replace(found, id=new_id, title=f"Copy of {title}" if title else "", labels=labels, damage=())
    library_writes.create(db, copy, now)
    with db.writing() as connection:
        connection.execute("UPDATE conversations SET updated = ? WHERE id = ?", (micros(now), new_id))


def tags_of(db: Database, conversation_id: str) -> list[str]:
    return list(library_reads.labels_of(db, repair_surrogates(conversation_id)).tags)


def all_tags(db: Database) -> list[tuple[str, int]]:
    """Every tag with the number of its conversations, most used first."""
    sql = (
        "SELECT g.tag, count(*) FROM tags g JOIN conversations c ON c.id = g.conversation WHERE c.deleted IS NULL"
        " GROUP BY g.tag ORDER BY count(*) DESC, g.tag"
    )
    return [(as_text(tag), int(str(count))) for tag, count in db.rows(sql)]
