"""Puts the rows of a damaged library into a new one.

A row's table is inferred from its values: the schema may be what is lost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.short_number import counted
from tui_chat.store.database import Database
from tui_chat.store.rows import COLUMNS, PLACE
from tui_chat.store.sqlite_pages import Record, Value
from tui_chat.store.value_repair import EPOCH, ROLES, as_text

_TURN = ("row", *(name for name in PLACE if name != "name"), *COLUMNS, "name")
"""The columns of `turns` in the order in which they were added."""
_LEAST_TURN = 21
_CONVERSATION = ("id", "title", "created", "updated", "settings", "head", "deleted", "pinned", "archived")
_LEAST_CONVERSATION = 6
_HASH = lazy_pattern("[0-9a-f]{64}")

_TEXTS = frozenset({"role", "text", "reasoning", "refusal", "created"})

# What refers to something that is lost is brought in order as the program would: a turn hangs below the one before it.
_IN_ORDER = (
    "INSERT INTO conversations (id, title, created, updated, settings)"
    " SELECT conversation, '', min(created), coalesce(strftime('%s', max(created)), 0) * 1000000, '{}' FROM turns"
    " WHERE conversation NOT IN (SELECT id FROM conversations) GROUP BY conversation",
    "UPDATE turns SET created = (SELECT created FROM conversations WHERE id = turns.conversation) WHERE created = ''",
    "UPDATE turns SET parent = (SELECT t.id FROM turns t WHERE t.conversation = turns.conversation"
    " AND t.row < turns.row ORDER BY t.row DESC LIMIT 1) WHERE parent IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM turns t WHERE t.conversation = turns.conversation AND t.id = turns.parent)",
    "UPDATE conversations SET head ="
    " (SELECT id FROM turns WHERE conversation = conversations.id ORDER BY row DESC LIMIT 1)"
    " WHERE NOT EXISTS (SELECT 1 FROM turns WHERE conversation = conversations.id AND id = head)",
    "DELETE FROM attachments WHERE NOT EXISTS (SELECT 1 FROM turns WHERE conversation = attachments.conversation"
    " AND id = attachments.turn) OR sha256 NOT IN (SELECT sha256 FROM files)",
    "DELETE FROM pieces WHERE turn NOT IN (SELECT row FROM turns)",
    "DELETE FROM deleted_branches WHERE conversation NOT IN (SELECT id FROM conversations)",
    "DELETE FROM tags WHERE conversation NOT IN (SELECT id FROM conversations)",
)


@dataclass(slots=True)
class Recovered:
    """The result of a recovery."""

    ours: bool = False
    """Whether it contains a message that only this program writes."""
    conversations: int = 0
    messages: int = 0
    cut: int = 0
    lost: int = 0
    lacks_end: bool = False
    """The end of the file is missing; what was there, nothing tells."""
    drafts: int = 0

    @property
    def words(self) -> str:
        if not (self.messages or self.drafts):
            return "Nothing in it could be read; the library begins anew."
        many = counted(self.messages, "message"), counted(self.conversations, "conversation")
        said = f"{many[0]} of {many[1]} were recovered."
        missing = [f"{counted(self.lost, 'message')} could not be read"] if self.lost else []
        missing += [f"{counted(self.cut, 'message')} only in part"] if self.cut else []
        missing += ["the end of the file is missing, and what was in it"] if self.lacks_end else []
        return f"{said} {', '.join(missing).capitalize()}." if missing else f"{said} No message is known to be lost."


def put_records(db: Database, sources: Iterable[Iterable[Record]]) -> Recovered:
    """Fill a new library. If several sources have a row, the first counts."""
    found = Recovered()
    pairs: set[tuple[str, str]] = set()
    known: set[tuple[str, str]] = set()
    connection = db.connection
    connection.execute("PRAGMA foreign_keys = OFF")
    with db.writing() as target:
        for records in sources:
            for record in records:
                _put(target, record, found, pairs, known)
        _put_pairs(target, pairs)
        for statement in _IN_ORDER:
            target.execute(statement)
        for name, table in (("messages", "turns"), ("drafts", "drafts")):
            setattr(found, name, target.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        counted = "SELECT count(DISTINCT conversation) FROM turns"
        found.conversations = target.execute(counted).fetchone()[0]
        roles = ", ".join(f"'{role}'" for role in sorted(ROLES))
        found.ours = bool(target.execute(f"SELECT 1 FROM turns WHERE role IN ({roles}) LIMIT 1").fetchone())
        kept = set(target.execute("SELECT conversation, id FROM turns"))
        found.lost = len(known - kept)
    return found


def _put(
    target: sqlite3.Connection,
    record: Record,
    found: Recovered,
    pairs: set[tuple[str, str]],
    known: set[tuple[str, str]],
) -> None:
    match record.row, record.values:
        case int(row), (None, str(owner), str(turn), *_) as values if len(values) >= _LEAST_TURN or (
            not record.whole and len(values) > 5
        ):
            found.cut += _put_turn(target, {**dict(zip(_TURN, values, strict=False)), "row": row}, record.whole)
            known.add((owner, turn))
        case int(row), (None, int(turn_row), str(text), str(reasoning)):
            target.execute("INSERT OR IGNORE INTO pieces VALUES (?, ?, ?, ?)", (row, turn_row, text, reasoning))
        case int(), (str(sha256), int(added), bytes(data)) if record.whole and _HASH.fullmatch(sha256):
            target.execute("INSERT OR IGNORE INTO files VALUES (?, ?, ?)", (sha256, added, data))
        case int(row), (None, str(), int(), None | str(), str()) if record.whole:
            target.execute("INSERT OR IGNORE INTO deleted_branches VALUES (?, ?, ?, ?, ?)", (row, *record.values[1:]))
        case None, (str(), str(), str(), _, str(settings), *_) as values if settings.startswith("{"):
            _put_conversation(target, dict(zip(_CONVERSATION, values, strict=False)))
        case None, (str(), str(), int(), str(), str(), int(), str(sha256)) if _HASH.fullmatch(sha256):
            target.execute("INSERT OR IGNORE INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)", record.values)
        case None, (str(one), str(two)):
            pairs.add((one, two))
        case None, (str(owner), str(turn), int()):
            known.add((owner, turn))  # an index knows of it
        case _:
            pass


def _put_turn(target: sqlite3.Connection, values: dict[str, Value], whole: bool) -> bool:
    """Insert a turn. True if it is new here and only a part of it could be read."""
    for name in _TEXTS:
        values[name] = as_text(values.get(name))
    values["role"] = values["role"] or "system"
    if not whole and values["role"] == "assistant":
        values["outcome"] = "incomplete"
    if not values["created"] and whole:
        values["created"] = EPOCH.isoformat()
    sql = f"INSERT OR IGNORE INTO turns ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
    return target.execute(sql, tuple(values.values())).rowcount > 0 and not whole


def _put_conversation(target: sqlite3.Connection, values: dict[str, Value]) -> None:
    if not isinstance(values.get("updated"), int):
        values["updated"] = 0
    sql = f"INSERT OR IGNORE INTO conversations ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
    target.execute(sql, tuple(values.values()))


def _put_pairs(target: sqlite3.Connection, pairs: set[tuple[str, str]]) -> None:
    """Drafts and tags have two texts each. An index repeats the tags the other way round."""
    owners = {row[0] for row in target.execute("SELECT id FROM conversations UNION SELECT conversation FROM turns")}
    for one, two in pairs:
        if two in owners and one not in owners:
            target.execute("INSERT OR IGNORE INTO tags VALUES (?, ?)", (two, one))
        elif (two, one) not in pairs:
            target.execute("INSERT OR IGNORE INTO drafts VALUES (?, ?)", (one, two))
