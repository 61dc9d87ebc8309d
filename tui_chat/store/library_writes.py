"""All functions that change the library, each one transaction.

Each function takes the open database and runs in the writer thread. Raises LibraryError and sqlite3.Error.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from tui_chat.core import serialize
from tui_chat.core.attachment import Attachment
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.conversation_labels import as_tag
from tui_chat.core.conversation_title import title_from
from tui_chat.core.message import Turn
from tui_chat.core.settings import Settings
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store import attachments, deleted_branches
from tui_chat.store.database import Database
from tui_chat.store.errors import LibraryError
from tui_chat.store.rows import COLUMNS, INSERT_TURN, moment, node_row, packed, to_row

_UPDATE_TURN = (
    f"UPDATE turns SET {', '.join(f'{name} = ?' for name in COLUMNS)} WHERE conversation = ? AND id = ? RETURNING row"
)


def create(db: Database, conversation: Conversation, now: datetime) -> None:
    """Store a conversation with all its turns. An existing one without a turn is replaced."""
    db.hold(conversation.id)
    with db.writing() as connection:
        _create(connection, conversation, now)


def begin(
    db: Database,
    conversation: Conversation,
    nodes: Sequence[Node],
    drafts: Collection[str],
    now: datetime,
    shown: str | None = None,
) -> None:
    """Add the turns of an exchange, and the conversation if these are its first. The last turn becomes the head, or
    `shown`.

    The `drafts` that became the prompt are removed in the same transaction: after a crash the text exists once, as a
    draft or as a prompt. With several transactions a prompt could be refused and stored all the same.
    """
    db.hold(conversation.id)
    with db.writing() as connection:
        if not conversation.nodes:
            # One without turns may be there, and may have been given a title since it was read.
            title = _one(connection, "SELECT title FROM conversations WHERE id = ?", repair_surrogates(conversation.id))
            _create(connection, conversation, now)
            if title is not None and title[0]:
                _set(connection, conversation.id, "title", title[0])
        for node in nodes:
            _add(connection, conversation.id, node, now)
        if shown is not None:
            _set(connection, conversation.id, "head", serialize.jsonable(shown))
        sent = [(repair_surrogates(draft),) for draft in drafts]
        connection.executemany("DELETE FROM drafts WHERE conversation = ?", sent)


def _create(connection: sqlite3.Connection, conversation: Conversation, now: datetime) -> None:
    conversation_id, labels = repair_surrogates(conversation.id), conversation.labels
    if _one(connection, "SELECT 1 FROM turns WHERE conversation = ? LIMIT 1", conversation_id):
        raise LibraryError(
            f"A conversation with the id {conversation_id} is in the library already.",
            "Open that one, or give this one another id.",
        )
    connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
    connection.execute(
        "INSERT INTO conversations (id, title, created, updated, settings, head, pinned, archived)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            conversation_id,
            repair_surrogates(conversation.title),
            moment(conversation.created),
            micros(_changed(conversation, now)),
            packed(serialize.from_settings(conversation.settings)),
            serialize.jsonable(conversation.head),
            *(None if when is None else micros(when) for when in (labels.pinned, labels.archived)),
        ),
    )
    tags = [(conversation_id, tag) for tag in map(as_tag, labels.tags) if tag]
    connection.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", tags)
    connection.executemany(INSERT_TURN, (node_row(conversation_id, node) for node in conversation.nodes.values()))
    attachments.refer(connection, conversation_id, _attached(conversation.nodes.values()), now)


def _add(connection: sqlite3.Connection, conversation_id: str, node: Node, now: datetime) -> None:
    _known_conversation(connection, conversation_id)
    if node.parent is not None and not _has_turn(connection, conversation_id, node.parent):
        raise _no_turn(conversation_id, node.parent)
    if _has_turn(connection, conversation_id, node.id):
        raise LibraryError(f"The turn {node.id} is in the library already.", "Give the new turn another id.")
    connection.execute(INSERT_TURN, node_row(conversation_id, node))
    attachments.refer(connection, conversation_id, _attached((node,)), now)
    # Another window may have deleted it. Adding a turn means it is still in use, so it comes back.
    connection.execute(
        "UPDATE conversations SET head = ?, updated = max(updated, ?), deleted = NULL WHERE id = ?",
        (node.id, micros(now), conversation_id),
    )
    if node.parent is None and node.turn.role == "user":
        connection.execute(
            "UPDATE conversations SET title = ? WHERE id = ? AND title = ''",
            (title_from(node.turn.text), conversation_id),
        )


def append(db: Database, conversation_id: str, turn_id: str, text: str = "", reasoning: str = "") -> None:
    """Add pieces to a running answer. The cost depends on the pieces alone."""
    db.hold(conversation_id)
    with db.writing(durable=False) as connection:
        cursor = connection.execute(
            "INSERT INTO pieces (turn, text, reasoning)"
            " SELECT row, ?, ? FROM turns WHERE conversation = ? AND id = ? AND outcome IS NULL",
            (repair_surrogates(text), repair_surrogates(reasoning), conversation_id, turn_id),
        )
        if cursor.rowcount < 1:
            _known_conversation(connection, conversation_id)
            if _has_turn(connection, conversation_id, turn_id):
                raise LibraryError(f"The turn {turn_id} has ended already.", "Nothing can be added to it.")
            raise _no_turn(conversation_id, turn_id)


def put_turn(db: Database, conversation_id: str, turn_id: str, turn: Turn, now: datetime) -> None:
    """Replace a turn as a whole, including its pieces. Its place in the tree stays."""
    db.hold(conversation_id)
    with db.writing() as connection:
        _known_conversation(connection, conversation_id)
        if not _has_turn(connection, conversation_id, turn_id):
            raise _no_turn(conversation_id, turn_id)
        row = _one(connection, _UPDATE_TURN, *to_row(turn), conversation_id, turn_id) or ()
        connection.execute("DELETE FROM pieces WHERE turn = ?", row)
        connection.execute(
            "UPDATE conversations SET updated = max(updated, ?) WHERE id = ?", (micros(now), conversation_id)
        )


def set_sent(db: Database, conversation_id: str, sent: Mapping[str, bool | None]) -> None:
    """Store the user's choice which turns are sent, by id; nothing else changes."""
    db.hold(conversation_id)
    with db.writing() as connection:
        for turn_id, value in sent.items():
            if not _has_turn(connection, conversation_id, turn_id):
                raise _no_turn(conversation_id, turn_id)
            row = (None if value is None else int(value), conversation_id, turn_id)
            connection.execute("UPDATE turns SET sent = ? WHERE conversation = ? AND id = ?", row)


def set_head(db: Database, conversation_id: str, turn_id: str | None) -> None:
    db.hold(conversation_id)
    with db.writing() as connection:
        if turn_id is not None and not _has_turn(connection, conversation_id, turn_id):
            raise _no_turn(conversation_id, turn_id)
        _set(connection, conversation_id, "head", turn_id)


def name_branch(db: Database, conversation_id: str, turn_id: str, name: str) -> None:
    """Name the branch that a turn begins; "" removes the name."""
    db.hold(conversation_id)
    with db.writing() as connection:
        if not _has_turn(connection, conversation_id, turn_id):
            raise _no_turn(conversation_id, turn_id)
        row = (repair_surrogates(name) or None, conversation_id, turn_id)
        connection.execute("UPDATE turns SET name = ? WHERE conversation = ? AND id = ?", row)


def set_title(db: Database, conversation_id: str, title: str) -> None:
    db.hold(conversation_id)
    with db.writing() as connection:
        _set(connection, conversation_id, "title", repair_surrogates(title))
    db.hold_title(conversation_id)


def set_settings(db: Database, conversation_id: str, settings: Settings) -> None:
    db.hold(conversation_id)
    with db.writing() as connection:
        _set(connection, conversation_id, "settings", packed(serialize.from_settings(settings)))


def set_draft(db: Database, conversation_id: str, text: str) -> None:
    """Store unsent text; "" deletes it."""
    db.hold_draft(conversation_id)
    with db.writing(durable=False) as connection:
        key = repair_surrogates(conversation_id)
        if text:
            connection.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?)", (key, repair_surrogates(text)))
        else:
            connection.execute("DELETE FROM drafts WHERE conversation = ?", (key,))


def tidy(db: Database) -> None:
    """Merge the pieces of unfinished answers (their process was killed) into the turns, so that search finds them.

    An answer that another process is still writing may be among them; text and later pieces read the same as before.
    """
    turns = [row[0] for row in db.rows("SELECT DISTINCT turn FROM pieces")]
    for turn in turns:
        with db.writing() as connection:
            text, reasoning = pieces_of(connection, turn)
            # Joined here: SQLite's own || stops at a NUL.
            before = _one(connection, "SELECT text, reasoning FROM turns WHERE row = ?", turn)
            if before is not None:
                values = (str(before[0]) + text, str(before[1]) + reasoning, turn)
                connection.execute("UPDATE turns SET text = ?, reasoning = ? WHERE row = ?", values)
                connection.execute("DELETE FROM pieces WHERE turn = ?", (turn,))


def pieces_of(connection: sqlite3.Connection, turn: object) -> tuple[str, str]:
    rows = connection.execute("SELECT text, reasoning FROM pieces WHERE turn = ? ORDER BY row", (turn,)).fetchall()
    return "".join(row[0] for row in rows), "".join(row[1] for row in rows)


def no_conversation(conversation_id: str) -> LibraryError:
    return LibraryError(
        f"There is no conversation {conversation_id} in the library.",
        "`tui-chat list` shows what is there.",
    )


def is_deleted(conversation_id: str) -> LibraryError:
    return LibraryError(
        f"The conversation {conversation_id} was deleted.",
        f"`tui-chat delete --restore {conversation_id}` brings it back.",
    )


def missing(connection: sqlite3.Connection, conversation_id: str) -> LibraryError:
    """Why the conversation of this id cannot be used."""
    found = _one(connection, "SELECT 1 FROM conversations WHERE id = ?", conversation_id)
    return no_conversation(conversation_id) if found is None else is_deleted(conversation_id)


def _no_turn(conversation_id: str, turn_id: str) -> LibraryError:
    return LibraryError(
        f"There is no turn {turn_id} in the conversation {conversation_id}.",
        "Open the conversation again.",
    )


def _attached(nodes: Iterable[Node]) -> Iterator[tuple[str, Sequence[Attachment]]]:
    """The turns with files, by their ids in the library."""
    return ((repair_surrogates(node.id), node.turn.attachments) for node in nodes if node.turn.attachments)


def _changed(conversation: Conversation, now: datetime) -> datetime:
    """When a conversation was last changed: an imported one keeps its time, and none is in the future."""
    times = [node.turn.created for node in conversation.nodes.values() if node.turn.created.tzinfo is not None]
    return min(max(times, default=now), now)


def micros(when: datetime) -> int:
    return round(when.timestamp() * 1_000_000)


def _set(connection: sqlite3.Connection, conversation_id: str, column: str, value: object) -> None:
    sql = f"UPDATE conversations SET {column} = ? WHERE id = ?"
    if connection.execute(sql, (value, conversation_id)).rowcount < 1:
        raise no_conversation(conversation_id)


def _known_conversation(connection: sqlite3.Connection, conversation_id: str) -> None:
    if _one(connection, "SELECT 1 FROM conversations WHERE id = ?", conversation_id) is None:
        raise no_conversation(conversation_id)


def _has_turn(connection: sqlite3.Connection, conversation_id: str, turn_id: str) -> bool:
    """Whether the turn exists. Another window may have deleted its branch, which using it restores."""
    sql = "SELECT 1 FROM turns WHERE conversation = ? AND id = ?"
    if _one(connection, sql, conversation_id, turn_id) is not None:
        return True
    return deleted_branches.bring_back(connection, conversation_id, turn_id)


def _one(connection: sqlite3.Connection, sql: str, *values: object) -> tuple[object, ...] | None:
    row: tuple[object, ...] | None = connection.execute(sql, values).fetchone()
    return row
