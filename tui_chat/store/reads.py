"""Everything that reads the library, but the search. This file owns how a conversation is put together again.

Each function takes the open database and runs in the writer thread, so it sees all that was written before it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tui_chat.core import plain
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome
from tui_chat.store.database import Database
from tui_chat.store.errors import LibraryError
from tui_chat.store.rows import COLUMNS, Reader, settings_of
from tui_chat.store.title import title_from
from tui_chat.store.writes import no_conversation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CANDIDATES = 5
_MOST = 2**31
"""SQLite takes no larger numbers than 64 bits."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of the library's list. `title` is never made safe for a terminal; it may be "".

    `state` is how the last answer of the shown path ended: INCOMPLETE where it did not, None where the path ends in a
    prompt without an answer.
    """

    id: str
    title: str
    created: datetime
    updated: datetime
    turns: int
    state: Outcome | None


def load(db: Database, conversation_id: str, running: Collection[str] = ()) -> Conversation:
    """A conversation with all turns. An answer that nobody finished is INCOMPLETE with all that came of it.

    `running` names turns that are still being written by this process; they keep the outcome None.
    """
    found = db.rows("SELECT id, created, title, settings, head FROM conversations WHERE id = ?", conversation_id)
    if not found:
        raise no_conversation(conversation_id)
    own_id, created, title, settings, head = (str(value) if value is not None else None for value in found[0])
    return Conversation(
        id=own_id or "",
        created=datetime.fromisoformat(created or ""),
        title=title or "",
        settings=settings_of(settings or "{}"),
        nodes={node.id: node for node in _nodes(db, conversation_id, frozenset(running))},
        head=head,
    )


def _nodes(db: Database, conversation_id: str, running: frozenset[str]) -> list[Node]:
    pieces = _pieces(db, conversation_id)
    reader = Reader()
    sql = f"SELECT {', '.join(COLUMNS)}, id, parent, row FROM turns WHERE conversation = ? ORDER BY row"
    nodes: list[Node] = []
    for row in db.connection.execute(sql, (conversation_id,)):
        turn = reader.turn(row, pieces=pieces.get(row[-1], ("", "")))
        if turn.outcome is None and turn.role == "assistant" and row[-3] not in running:
            turn = replace(turn, outcome=Outcome.INCOMPLETE)
        nodes.append(Node(row[-3], row[-2], turn))
    return nodes


def _pieces(db: Database, conversation_id: str) -> dict[int, tuple[str, str]]:
    """Text and reasoning by the turn's row. CROSS JOIN makes SQLite begin with `pieces`, which is nearly empty."""
    sql = (
        "SELECT turn, pieces.text, pieces.reasoning FROM pieces CROSS JOIN turns ON turns.row = pieces.turn"
        " WHERE turns.conversation = ? ORDER BY pieces.row"
    )
    found: dict[int, tuple[list[str], list[str]]] = {}
    for turn, text, reasoning in db.connection.execute(sql, (conversation_id,)):
        texts, reasonings = found.setdefault(turn, ([], []))
        texts.append(text)
        reasonings.append(reasoning)
    return {turn: ("".join(texts), "".join(reasonings)) for turn, (texts, reasonings) in found.items()}


def contains(db: Database, conversation_id: str) -> bool:
    """Whether there is such a conversation with at least one turn."""
    return bool(db.rows("SELECT 1 FROM turns WHERE conversation = ? LIMIT 1", plain.sound_text(conversation_id)))


def draft(db: Database, conversation_id: str) -> str:
    """What was typed in this conversation and not sent; "" where there is nothing."""
    found = db.rows("SELECT text FROM drafts WHERE conversation = ?", plain.sound_text(conversation_id))
    return str(found[0][0]) if found else ""


def latest(db: Database) -> str | None:
    """The conversation that was changed last."""
    found = summaries(db, 1, 0)
    return found[0].id if found else None


_SUMMARY = """
SELECT c.id, c.title, c.created, c.updated,
    (SELECT count(*) FROM turns t WHERE t.conversation = c.id),
    h.role, h.outcome,
    CASE WHEN c.title = '' THEN
        (SELECT substr(t.text, 1, 4000) FROM turns t WHERE t.conversation = c.id AND t.role = 'user'
            ORDER BY t.row LIMIT 1)
    END
FROM conversations c LEFT JOIN turns h ON h.conversation = c.id AND h.id = c.head
"""


def summaries(db: Database, limit: int, offset: int) -> list[Summary]:
    """Last changed first. A conversation without a turn is not shown: it is what a failed first prompt left."""
    sql = (
        f"{_SUMMARY} WHERE EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.id)"
        " ORDER BY c.updated DESC, c.id DESC LIMIT ? OFFSET ?"
    )
    bounds = tuple(min(max(number, 0), _MOST) for number in (limit, offset))
    return [_summary(row) for row in db.connection.execute(sql, bounds)]


def summary(db: Database, conversation_id: str) -> Summary:
    row = db.connection.execute(f"{_SUMMARY} WHERE c.id = ?", (conversation_id,)).fetchone()
    if row is None:
        raise no_conversation(conversation_id)
    return _summary(row)


def _summary(row: Any) -> Summary:
    conversation_id, title, created, updated, turns, role, outcome, prompt = row
    state = Outcome(outcome or Outcome.INCOMPLETE) if role == "assistant" else None
    when = _EPOCH + timedelta(microseconds=updated)
    return Summary(
        conversation_id, title or title_from(prompt or ""), datetime.fromisoformat(created), when, turns, state
    )


def resolve_prefix(db: Database, prefix: str) -> str:
    """The one id that begins like this. Raises LibraryError where there is none or more than one."""
    wanted = plain.sound_text(prefix).strip()
    if db.rows("SELECT 1 FROM conversations WHERE id = ?", wanted):
        return wanted
    # Ids are ASCII, made by us or read from a file; comparing lower case forgives what was typed in capitals.
    sql = "SELECT id FROM conversations WHERE substr(lower(id), 1, ?) = lower(?) ORDER BY updated DESC, id LIMIT ?"
    found = [str(row[0]) for row in db.rows(sql, len(wanted), wanted, _CANDIDATES + 1)] if wanted else []
    if not found:
        raise LibraryError(
            f'No conversation has an id that begins with "{wanted}".', "`tui-chat list` shows the ids there are."
        )
    if len(found) > 1:
        names = ", ".join(found[:_CANDIDATES]) + (" and more" if len(found) > _CANDIDATES else "")
        raise LibraryError(f'More than one id begins with "{wanted}": {names}.', "Give more characters of the id.")
    return found[0]
