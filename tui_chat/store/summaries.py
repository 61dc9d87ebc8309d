"""One-line summaries of conversations, for lists.

Each function takes the open database and runs in the writer thread, so it sees all that was written before it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from operator import itemgetter
from typing import Any

from tui_chat.core import serialize
from tui_chat.core.conversation_title import title_from
from tui_chat.core.message import Outcome
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store.database import Database
from tui_chat.store.library_writes import missing
from tui_chat.store.value_repair import EPOCH, as_moment, as_text, as_updated

_OUTCOMES = {str(outcome): outcome for outcome in Outcome}
_MOST = 2**31
"""Within SQLite's 64 bits."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of the library's list. `title` is not safe for a terminal; it may be "".

    `turns` is 0 if they were not counted. `state` is the outcome of the last answer on the shown path: INCOMPLETE
    without one, None if the path ends in an unanswered prompt.
    """

    id: str
    title: str
    created: datetime
    updated: datetime
    turns: int
    state: Outcome | None
    damage: tuple[str, ...] = ()
    """The parts of this line that could not be read as stored, a phrase each."""
    pinned: bool = False
    archived: bool = False
    tags: tuple[str, ...] = ()


OutlineItem = tuple[str, str, int, bool]
"""The part of a conversation that a long list needs of all of them: id, title, microseconds since 1970, and whether it
is pinned. As stored: in a damaged library each may be anything."""


def latest(db: Database) -> str | None:
    """The conversation changed last."""
    found = summaries(db, 1, 0, counted=False)
    return found[0].id if found else None


_COUNT = "(SELECT count(*) FROM turns t WHERE t.conversation = c.id)"
_SUMMARY = f"""
SELECT c.id, c.title, c.created, c.updated, {_COUNT},
    h.role, h.outcome,
    CASE WHEN c.title = '' THEN
        (SELECT substr(t.text, 1, 4000) FROM turns t WHERE t.conversation = c.id AND t.role = 'user'
            ORDER BY t.row LIMIT 1)
    END,
    c.pinned IS NOT NULL, c.archived IS NOT NULL,
    (SELECT group_concat(tag, char(10)) FROM tags g WHERE g.conversation = c.id)
FROM conversations c LEFT JOIN turns h ON h.conversation = c.id AND h.id = c.head
"""
_LISTED = """c.deleted IS NULL
    AND (c.head IS NOT NULL OR EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.id))
ORDER BY c.updated DESC, c.id DESC
"""


def summaries(db: Database, limit: int, offset: int, *, counted: bool = True) -> list[Summary]:
    """Last changed first. Conversations without a turn are left out: a failed first prompt leaves them.

    Counting turns takes longer than everything else.
    """
    columns = _SUMMARY if counted else _SUMMARY.replace(_COUNT, "0")
    sql = f"{columns} WHERE {_LISTED} LIMIT ? OFFSET ?"
    first, count = (min(max(number, 0), _MOST) for number in (offset, limit))
    return [_summary(row) for row in db.connection.execute(sql, (count, first))]


def outline(db: Database) -> list[OutlineItem]:
    """All conversations that are not archived: pinned ones first, then the last changed first."""
    columns = "c.id, c.title, c.updated, c.pinned IS NOT NULL"
    sql = f"SELECT {columns} FROM conversations c WHERE c.archived IS NULL AND {_LISTED}"
    return sorted(db.connection.execute(sql), key=itemgetter(3), reverse=True)


def summaries_of(db: Database, ids: Collection[str]) -> list[Summary]:
    """Those of these conversations that exist. Their turns are not counted."""
    sql = f"{_SUMMARY.replace(_COUNT, '0')} WHERE c.id = ? AND c.deleted IS NULL"
    found = (db.connection.execute(sql, (each,)).fetchone() for each in ids)
    return [_summary(row) for row in found if row is not None]


def deleted_summaries(db: Database) -> list[Summary]:
    """The deleted conversations that can be restored, last deleted first."""
    sql = f"{_SUMMARY} WHERE c.deleted IS NOT NULL ORDER BY c.deleted DESC, c.id DESC"
    return [_summary(row) for row in db.rows(sql)]


def summary(db: Database, conversation_id: str) -> Summary:
    row = db.connection.execute(f"{_SUMMARY} WHERE c.id = ? AND c.deleted IS NULL", (conversation_id,)).fetchone()
    if row is None:
        raise missing(db.connection, conversation_id)
    return _summary(row)


_VALUES = ("title", "created", "updated", "the outcome of its last turn")


def _summary(row: Any) -> Summary:
    conversation_id, title, created, updated, turns, role, outcome, prompt, pinned, archived, tags = row
    began, changed = as_moment(created), as_updated(updated)
    state, known = None, True
    if role == "assistant":
        state = _OUTCOMES.get(outcome, Outcome.INCOMPLETE)
        known = outcome is None or outcome in _OUTCOMES
    valid = isinstance(title, str), isinstance(created, str) and began is not None, changed is not None, known
    damage: tuple[str, ...] = ()
    if not all(valid):
        values = zip(_VALUES, (title, created, updated, outcome), valid, strict=True)
        damage = tuple(f"{name} was {serialize.shown(value)}" for name, value, is_valid in values if not is_valid)
    shown = as_text(title) or title_from(as_text(prompt))
    return Summary(
        as_text(conversation_id),
        shown,
        began or changed or EPOCH,
        changed or began or EPOCH,
        turns,
        state,
        damage,
        bool(pinned),
        bool(archived),
        tuple(as_text(tags).split("\n")) if tags else (),
    )
