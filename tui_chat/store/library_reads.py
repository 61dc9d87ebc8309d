"""Reads conversations from the library.

Each function takes the open database and runs in the writer thread, so it sees all earlier writes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tui_chat.core import serialize
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.conversation_labels import ConversationLabels
from tui_chat.core.message import Outcome
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store import attachments
from tui_chat.store.database import Database
from tui_chat.store.errors import LibraryError
from tui_chat.store.library_writes import is_deleted, no_conversation
from tui_chat.store.rows import COLUMNS, RowReader
from tui_chat.store.value_repair import EPOCH, as_moment, as_settings, as_text, as_updated, is_id

_CANDIDATES = 5


def load(db: Database, conversation_id: str, running: Collection[str] = (), *, deleted: bool = False) -> Conversation:
    """Load a conversation with all turns. An unfinished answer is INCOMPLETE, with all its pieces.

    `running` names turns that this process is still writing; they keep the outcome None. Invalid values are replaced by
    the nearest valid ones, or left out, and named in the conversation's `damage`. `deleted` loads a deleted
    conversation, and only that.
    """
    own = db.connection.execute(_OWN, (conversation_id,)).fetchone()
    if own is None:
        raise no_conversation(conversation_id)
    created, title, stored, head, when_deleted = own
    if (when_deleted is not None) != deleted:
        raise no_conversation(conversation_id) if deleted else is_deleted(conversation_id)
    db.hold(conversation_id)
    nodes, damage = _nodes(db, conversation_id, frozenset(running))
    settings, whole = as_settings(stored)
    if not whole:
        damage.append("settings that are unknown or make no sense")
    if not isinstance(title, str):
        damage.append(f"title was {serialize.shown(title)}")
    began = as_moment(created)
    if began is None or not isinstance(created, str):
        damage.append(f"created was {serialize.shown(created)}")
        began = began or next((node.turn.created for node in nodes.values()), EPOCH)
    if head is not None and head not in nodes:
        damage.append(f"the shown turn {serialize.shown(head)} is not there")
        head = next(reversed(nodes), None)
    labels = labels_of(db, conversation_id)
    return Conversation(conversation_id, began, as_text(title), settings, nodes, head, labels, tuple(damage))


_OWN = "SELECT created, title, settings, head, deleted FROM conversations WHERE id = ?"
_TURNS = f"SELECT {', '.join(COLUMNS)}, name, id, parent, row FROM turns WHERE conversation = ? ORDER BY row"


def labels_of(db: Database, conversation_id: str) -> ConversationLabels:
    """What the user says about a conversation."""
    found = db.rows("SELECT pinned, archived FROM conversations WHERE id = ?", conversation_id)
    pinned, archived = map(as_updated, found[0]) if found else (None, None)
    tags = db.rows("SELECT tag FROM tags WHERE conversation = ? ORDER BY tag", conversation_id)
    return ConversationLabels(pinned, archived, tuple(as_text(row[0]) for row in tags))


def _nodes(db: Database, conversation_id: str, running: frozenset[str]) -> tuple[dict[str, Node], list[str]]:
    """The turns, parents first, and what is wrong with them.

    A parent is always written before its turn. If it is missing (lost, or the parents run in a circle), the turn is put
    below the one written before it, which nearly always was its parent.
    """
    reader = RowReader()
    nodes: dict[str, Node] = {}
    damage: list[str] = []
    before: str | None = None
    files, damaged_files = attachments.of_conversation(db, conversation_id)
    all_pieces = _pieces(db, conversation_id)
    for row in db.connection.execute(_TURNS, (conversation_id,)):
        *_, name, node_id, parent, number = row
        turn = reader.turn(row, pieces=all_pieces.get(number, ("", "")))
        wrong = list(reader.wrong)
        if not is_id(node_id) or node_id in nodes:
            wrong.append(f"id was {serialize.shown(node_id)}")
            node_id = f"row-{number}"
        if parent is not None and parent not in nodes:
            wrong.append(f"its parent {serialize.shown(parent)} is not there")
            parent = before
        if node_id in files:
            turn = replace(turn, attachments=files[node_id])
        if turn.outcome is None and turn.role == "assistant" and node_id not in running:
            turn = replace(turn, outcome=Outcome.INCOMPLETE)
        damage += [f"turn {node_id}: {what}" for what in wrong]
        nodes[node_id] = Node(node_id, parent, turn, as_text(name))
        before = node_id
    return nodes, damage + damaged_files


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
    """Whether the conversation exists with at least one turn, deleted or not."""
    return bool(db.rows("SELECT 1 FROM turns WHERE conversation = ? LIMIT 1", repair_surrogates(conversation_id)))


def draft(db: Database, conversation_id: str) -> str:
    """The conversation's unsent text; "" if there is none."""
    found = db.rows("SELECT text FROM drafts WHERE conversation = ?", repair_surrogates(conversation_id))
    db.hold_draft(conversation_id)
    return str(found[0][0]) if found else ""


def queue_prefix(conversation_id: str) -> str:
    """The prefix of the names of a conversation's queued prompts, which are stored as drafts."""
    return f"queue/{repair_surrogates(conversation_id)}/"


def drafts_below(db: Database, prefix: str) -> list[tuple[str, str]]:
    """The drafts whose names have this prefix, and their texts, in order of the names."""
    sql = "SELECT conversation, text FROM drafts WHERE conversation > ? AND conversation < ? ORDER BY conversation"
    found = [(str(name), str(text)) for name, text in db.rows(sql, prefix, f"{prefix}\U0010ffff")]
    for name, _ in found:
        db.hold_draft(name)
    return found


def resolve_prefix(db: Database, prefix: str, *, deleted: bool = False) -> str:
    """The one id of a conversation (`deleted`: of a deleted one) with this prefix.

    Raises LibraryError if there is none or more than one.
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
    state = "deleted IS NOT NULL" if deleted else "deleted IS NULL"
    if db.rows(f"SELECT 1 FROM conversations WHERE id = ? AND {state}", wanted):
        return [wanted]
    # Ids are ASCII, made by us or read from a file; comparing lower case forgives what was typed in capitals.
    sql = (
        f"SELECT id FROM conversations WHERE substr(lower(id), 1, ?) = lower(?) AND {state}"
        " ORDER BY updated DESC, id LIMIT ?"
    )
    return [as_text(row[0]) for row in db.rows(sql, len(wanted), wanted, _CANDIDATES + 1)]
