"""Reads conversations from the library.

Each function takes the open database and runs in the writer thread, so it sees all that was written before it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, replace
from functools import partial
from typing import Any

from tui_chat.core import serialize
from tui_chat.core.attachment import Attachment
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.conversation_labels import ConversationLabels
from tui_chat.core.message import Outcome
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store import attachments, salvage
from tui_chat.store.database import Database
from tui_chat.store.errors import LibraryError
from tui_chat.store.rows import COLUMNS, Reader
from tui_chat.store.salvage import tolerating
from tui_chat.store.value_repair import EPOCH, as_moment, as_settings, as_text, as_updated, is_id
from tui_chat.store.writes import is_deleted, no_conversation

_CANDIDATES = 5


def load(db: Database, conversation_id: str, running: Collection[str] = (), *, deleted: bool = False) -> Conversation:
    """A conversation with all turns. An unfinished answer is INCOMPLETE, with all its pieces.

    `running` names turns that are still being written by this process; they keep the outcome None. What cannot be read
    is replaced by what is nearest, or left out, and named in the conversation's `damage`. `deleted` reads a deleted
    conversation, and only that.
    """
    make = partial(_load, db, conversation_id, frozenset(running))

    def instead() -> Conversation | None:
        found = _salvaged(db, conversation_id, deleted)
        return None if found is None else make(found)

    return tolerating(db, lambda: make(_rows(db, conversation_id, deleted)), instead)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A conversation's rows. `lost` are the ids of unreadable turns."""

    own: tuple[Any, ...]
    turns: Iterable[tuple[Any, ...]]
    pieces: Mapping[int, tuple[str, str]]
    lost: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    files: Mapping[str, tuple[Attachment, ...]] = field(default_factory=dict)
    damaged_files: tuple[str, ...] = ()
    labels: ConversationLabels = ConversationLabels()


_OWN = "SELECT created, title, settings, head, deleted FROM conversations WHERE id = ?"
_PLACE = ("name", "id", "parent", "row")
_ONE_TURN = f"SELECT {', '.join((*COLUMNS, *_PLACE))} FROM turns WHERE row = ?"


def _rows(db: Database, conversation_id: str, deleted: bool) -> _Rows:
    own = db.connection.execute(_OWN, (conversation_id,)).fetchone()
    if own is None:
        raise no_conversation(conversation_id)
    _check_deleted(conversation_id, own, deleted)
    db.hold(conversation_id)
    sql = f"SELECT {', '.join((*COLUMNS, *_PLACE))} FROM turns WHERE conversation = ? ORDER BY row"
    files, lost = attachments.of_conversation(db, conversation_id)
    turns = db.connection.execute(sql, (conversation_id,))
    return _Rows(
        own,
        turns,
        _pieces(db, conversation_id),
        damaged_files=tuple(lost),
        files=files,
        labels=labels_of(db, conversation_id),
    )


def _check_deleted(conversation_id: str, own: tuple[Any, ...], wanted: bool) -> None:
    if (own[-1] is not None) != wanted:
        raise no_conversation(conversation_id) if wanted else is_deleted(conversation_id)


def _salvaged(db: Database, conversation_id: str, deleted: bool) -> _Rows | None:
    """The same from a damaged file; None where nothing was said that can be read."""
    owns = salvage.values(db, _OWN, conversation_id)
    known = salvage.turn_rows(db, conversation_id)
    if owns == [] and not known:
        raise no_conversation(conversation_id)
    if owns:
        _check_deleted(conversation_id, owns[0], deleted)
    turns, lost = [], []
    for row, turn_id in known:
        found = salvage.values(db, _ONE_TURN, row)
        if not found:
            single = salvage.single(db, (*COLUMNS, *_PLACE), row)
            if "role" not in single:
                lost.append(turn_id)
                continue
            found = [tuple({"id": turn_id, "row": row, **single}.get(name) for name in (*COLUMNS, *_PLACE))]
        turns += found
    if not turns:
        return None
    try:
        pieces = _pieces(db, conversation_id)
    except sqlite3.DatabaseError:
        pieces = {}
    damage = () if owns else ("its title, settings and shown branch cannot be read",)
    files, no_files = attachments.of_conversation(db, conversation_id)
    own = owns[0] if owns else (None, "", "{}", None, None)
    return _Rows(own, turns, pieces, tuple(lost), damage, files, tuple(no_files))


def _load(db: Database, conversation_id: str, running: frozenset[str], rows: _Rows) -> Conversation:
    nodes, wrong = _nodes(rows, running)
    created, title, stored, head, _ = rows.own
    lost = (f"turn {turn_id} cannot be read" for turn_id in rows.lost)
    damage = [*rows.damage, *lost, *wrong, *rows.damaged_files]
    settings, whole = as_settings(stored)
    if not whole:
        damage.append("settings that are unknown or make no sense")
    if not isinstance(title, str):
        damage.append(f"title was {serialize.shown(title)}")
    began = as_moment(created)
    if began is None or not isinstance(created, str):
        if not rows.damage:
            damage.append(f"created was {serialize.shown(created)}")
        began = began or next((node.turn.created for node in nodes.values()), EPOCH)
    if (head is not None and head not in nodes) or rows.damage:
        if not rows.damage:
            damage.append(f"the shown turn {serialize.shown(head)} is not there")
        head = next(reversed(nodes), None)
    return Conversation(conversation_id, began, as_text(title), settings, nodes, head, rows.labels, tuple(damage))


def labels_of(db: Database, conversation_id: str) -> ConversationLabels:
    """What the user said of a conversation."""
    found = db.rows("SELECT pinned, archived FROM conversations WHERE id = ?", conversation_id)
    pinned, archived = map(as_updated, found[0]) if found else (None, None)
    tags = db.rows("SELECT tag FROM tags WHERE conversation = ? ORDER BY tag", conversation_id)
    return ConversationLabels(pinned, archived, tuple(as_text(row[0]) for row in tags))


def _nodes(rows: _Rows, running: frozenset[str]) -> tuple[dict[str, Node], list[str]]:
    """The turns, parents first, and what is wrong with them.

    A parent was always written before its turn. Where it was not (it is lost, or the parents run in a circle) the turn
    hangs below the one that was written before it, which it nearly always did.
    """
    reader = Reader()
    nodes: dict[str, Node] = {}
    damage: list[str] = []
    before: str | None = None
    for row in rows.turns:
        number, pieces = row[-1], rows.pieces.get(row[-1], ("", ""))
        turn = reader.turn(row, pieces=pieces)
        node_id, parent = row[-3], row[-2]
        wrong = list(reader.wrong)
        if not is_id(node_id) or node_id in nodes:
            wrong.append(f"id was {serialize.shown(node_id)}")
            node_id = f"row-{number}"
        if parent is not None and parent not in nodes:
            wrong.append(f"its parent {serialize.shown(parent)} is not there")
            parent = before
        if rows.files and node_id in rows.files:
            turn = replace(turn, attachments=rows.files[node_id])
        if turn.outcome is None and turn.role == "assistant" and node_id not in running:
            turn = replace(turn, outcome=Outcome.INCOMPLETE)
        damage += [f"turn {node_id}: {what}" for what in wrong]
        nodes[node_id] = Node(node_id, parent, turn, as_text(row[-4]))
        before = node_id
    return nodes, damage


def _pieces(db: Database, conversation_id: str) -> dict[int, tuple[str, str]]:
    """Text and reasoning by the turn's row. CROSS JOIN makes SQLite begin with `pieces`, which is nearly empty."""
    sql = (
        "SELECT turn, pieces.text, pieces.reasoning FROM pieces CROSS JOIN turns ON turns.row = pieces.turn"
        " WHERE turns.conversation = ? ORDER BY pieces.row"
    )
    found: dict[int, tuple[list[str], list[str]]] = {}
    for turn, text, reasoning in db.connection.execute(sql, (conversation_id,)):
        texts, reasonings = found.setdefault(turn, ([], []))
        texts.append(as_text(text))
        reasonings.append(as_text(reasoning))
    return {turn: ("".join(texts), "".join(reasonings)) for turn, (texts, reasonings) in found.items()}


def contains(db: Database, conversation_id: str) -> bool:
    """Whether there is such a conversation with at least one turn, deleted or not."""
    return bool(db.rows("SELECT 1 FROM turns WHERE conversation = ? LIMIT 1", repair_surrogates(conversation_id)))


def draft(db: Database, conversation_id: str) -> str:
    """The conversation's unsent text; "" if there is none."""
    found = db.rows("SELECT text FROM drafts WHERE conversation = ?", repair_surrogates(conversation_id))
    db.hold_draft(conversation_id)
    return str(found[0][0]) if found else ""


def queue_prefix(conversation_id: str) -> str:
    """How the names of the drafts begin that wait to be sent in a conversation."""
    return f"queue/{repair_surrogates(conversation_id)}/"


def drafts_below(db: Database, prefix: str) -> list[tuple[str, str]]:
    """The drafts whose names begin like this, and their texts, in the order of the names."""
    sql = "SELECT conversation, text FROM drafts WHERE conversation > ? AND conversation < ? ORDER BY conversation"
    found = [(str(name), str(text)) for name, text in db.rows(sql, prefix, f"{prefix}\U0010ffff")]
    for name, _ in found:
        db.hold_draft(name)
    return found


def resolve_prefix(db: Database, prefix: str, *, deleted: bool = False) -> str:
    """The one id of a conversation (`deleted`: of a deleted one) that begins like this.

    Raises LibraryError where there is none or more than one.
    """
    wanted = repair_surrogates(prefix).strip()
    found = _ids(db, wanted, deleted)
    if not found:
        raise _no_such_id(wanted, deleted, len(_ids(db, wanted, not deleted)) == 1)
    if wanted in found:
        return wanted
    if len(found) > 1:
        names = ", ".join(found[:_CANDIDATES]) + (" and more" if len(found) > _CANDIDATES else "")
        raise LibraryError(f'More than one id begins with "{wanted}": {names}.', "Give more characters of the id.")
    return found[0]


def _no_such_id(wanted: str, deleted: bool, elsewhere: bool) -> LibraryError:
    if deleted:
        hint = "It is in the library." if elsewhere else "`tui-chat delete --restore` lists what can be brought back."
        return LibraryError(f'No deleted conversation has an id that begins with "{wanted}".', hint)
    if elsewhere:
        return LibraryError(
            f'The conversation whose id begins with "{wanted}" was deleted.',
            f"`tui-chat delete --restore {wanted}` brings it back.",
        )
    return LibraryError(
        f'No conversation has an id that begins with "{wanted}".', "`tui-chat list` shows the ids there are."
    )


def _ids(db: Database, wanted: str, deleted: bool) -> list[str]:
    if not wanted:
        return []
    return tolerating(db, lambda: _begin_with(db, wanted, deleted), lambda: _salvaged_ids(db, wanted, deleted))


def _begin_with(db: Database, wanted: str, deleted: bool) -> list[str]:
    state = "deleted IS NOT NULL" if deleted else "deleted IS NULL"
    if db.rows(f"SELECT 1 FROM conversations WHERE id = ? AND {state}", wanted):
        return [wanted]
    # Ids are ASCII, made by us or read from a file; comparing lower case forgives what was typed in capitals.
    sql = (
        f"SELECT id FROM conversations WHERE substr(lower(id), 1, ?) = lower(?) AND {state}"
        " ORDER BY updated DESC, id LIMIT ?"
    )
    return [as_text(row[0]) for row in db.rows(sql, len(wanted), wanted, _CANDIDATES + 1)]


def _salvaged_ids(db: Database, wanted: str, deleted: bool) -> list[str]:
    trash = {row[0] for row in salvage.values(db, "SELECT id FROM conversations WHERE deleted IS NOT NULL") or ()}
    return [
        known
        for known in salvage.conversation_ids(db)
        if known.lower().startswith(wanted.lower()) and (known in trash) == deleted
    ]
