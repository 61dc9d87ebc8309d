"""Full-text search over all turns. Every text is a valid query.

All words must occur, in any order, the last one as the beginning of a word; case and accents do not matter. Where
words cannot be told apart by the index (Chinese, Japanese, Thai; emoji and other signs), the text is compared instead.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store.database import Database
from tui_chat.store.reads import load
from tui_chat.store.repair import EPOCH, as_moment, as_text
from tui_chat.store.salvage import tolerating
from tui_chat.store.snippet import folded, snippet
from tui_chat.store.summaries import summaries

_MAX_WORDS = 32

# Scripts that are written without spaces; Korean has them.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One turn that was found, or a conversation by its title (`turn_id` None).

    `snippet` is one line of plain text, not made safe for a terminal; `marks` are (start, end) of the words in it.
    """

    conversation_id: str
    turn_id: str | None
    title: str
    role: str
    created: datetime
    snippet: str
    marks: tuple[tuple[int, int], ...]


def search(db: Database, query: str, limit: int) -> list[Hit]:
    """Turns that hold all words of the query, newest first; then titles that do. An empty query finds nothing."""
    words = repair_surrogates(query).replace("\0", " ").split()[:_MAX_WORDS]
    if not words or limit <= 0:
        return []
    limit = min(limit, 2**31)
    hits = tolerating(db, lambda: _turns(db, words, limit), lambda: _turns_salvaged(db, words, limit))
    known = {hit.conversation_id for hit in hits}
    if len(hits) < limit:
        titles = tolerating(db, lambda: _titles(db, words), lambda: _titles_salvaged(db, words))
        hits += [hit for hit in titles if hit.conversation_id not in known][: limit - len(hits)]
    return hits


def match_expression(words: list[str]) -> str:
    """The words as an FTS5 expression: quoted, so nothing in them is an operator."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    return " AND ".join(quoted) + "*" if quoted else ""


def prompts(db: Database, query: str, limit: int) -> list[tuple[str, str]]:
    """Prompts that hold all words of the query, with the titles of their conversations, newest first; an empty query
    finds the last ones. A damaged file gives none: `search` looks through what can be read of it."""
    words = repair_surrogates(query).replace("\0", " ").split()[:_MAX_WORDS]
    return tolerating(db, lambda: _prompts(db, words, limit), list)


def _prompts(db: Database, words: list[str], limit: int) -> list[tuple[str, str]]:
    source, clauses, values, order = _holding(words)
    rows = db.rows(
        f"SELECT t.text, c.title FROM {source} JOIN conversations c ON c.id = t.conversation"
        f" WHERE {' AND '.join([*clauses, 't.role = ?'])} ORDER BY {order} DESC LIMIT ?",
        *values,
        "user",
        limit,
    )
    return [(as_text(text), as_text(title)) for text, title in rows]


def _turns(db: Database, words: list[str], limit: int) -> list[Hit]:
    source, clauses, values, order = _holding(words)
    rows = db.rows(
        f"SELECT t.conversation, t.id, c.title, t.role, t.created, t.text FROM {source}"
        f" JOIN conversations c ON c.id = t.conversation WHERE {' AND '.join(clauses)} ORDER BY {order} DESC LIMIT ?",
        *values,
        limit,
    )
    return [_hit(row, words) for row in rows]


def _holding(words: list[str]) -> tuple[str, list[str], list[str], str]:
    """Tables, conditions, their values and the order of the turns that hold all of these words."""
    indexed = [word for word in words if _in_index(word)]
    compared = [word for word in words if not _in_index(word)]
    clauses = ["instr(t.text, ?) > 0"] * len(compared) + ["c.deleted IS NULL"]
    if indexed:
        clauses.insert(0, "words MATCH ?")
        compared.insert(0, match_expression(indexed))
    source = "words JOIN turns t ON t.row = words.rowid" if indexed else "turns t"
    return source, clauses, compared, "words.rowid" if indexed else "t.row"


def _hit(row: tuple[object, ...], words: list[str]) -> Hit:
    conversation_id, turn_id, title, role, created, text = map(as_text, row)
    return Hit(conversation_id, turn_id, title, role, as_moment(created) or EPOCH, *snippet(text, words))


def _turns_salvaged(db: Database, words: list[str], limit: int) -> list[Hit]:
    """The same from a damaged file, whose index may hold anything: all that can be read is looked at."""
    wanted = [folded(word) for word in words]
    hits: list[Hit] = []
    for summary in summaries(db, limit=2**31, offset=0):
        try:
            nodes = load(db, summary.id).nodes.values()
        except sqlite3.DatabaseError:
            continue
        for node in reversed(nodes):
            own = folded(node.turn.text)
            if all(word in own for word in wanted):
                found = snippet(node.turn.text, words)
                hits.append(Hit(summary.id, node.id, summary.title, node.turn.role, node.turn.created, *found))
    return hits[:limit]


def _titles_salvaged(db: Database, words: list[str]) -> list[Hit]:
    rows = [(summary.id, summary.title, summary.created.isoformat()) for summary in summaries(db, 2**31, 0)]
    return _titled(rows, words)


def _titles(db: Database, words: list[str]) -> list[Hit]:
    sql = (
        "SELECT id, title, created FROM conversations WHERE title <> '' AND deleted IS NULL"
        " ORDER BY updated DESC, id DESC"
    )
    return _titled(db.rows(sql), words)


def _titled(rows: Iterable[tuple[object, ...]], words: list[str]) -> list[Hit]:
    wanted = [folded(word) for word in words]
    hits = []
    for conversation_id, title, created in rows:
        shown = as_text(title)
        own = folded(shown)
        if all(word in own for word in wanted):
            when = as_moment(created) or EPOCH
            hits.append(Hit(as_text(conversation_id), None, shown, "", when, *snippet(shown, words)))
    return hits


def _in_index(word: str) -> bool:
    """Whether the index holds this word as such: letters and digits make words, other signs part them."""
    return not _UNSPACED.search(word) and any(unicodedata.category(char)[0] in "LN" for char in word)
