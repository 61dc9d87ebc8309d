"""Search over all turns. This file owns what a query means: every text is one, and none is a syntax error.

All words must occur, in any order, the last one as the beginning of a word; case and accents do not matter. Where
words cannot be told apart by the index (Chinese, Japanese, Thai; emoji and other signs), the text is compared instead.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from tui_chat.core import plain
from tui_chat.store.database import Database
from tui_chat.store.snippet import folded, snippet

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
    words = plain.sound_text(query).replace("\0", " ").split()[:_MAX_WORDS]
    if not words or limit <= 0:
        return []
    limit = min(limit, 2**31)
    hits = _turns(db, words, limit)
    known = {hit.conversation_id for hit in hits}
    if len(hits) < limit:
        hits += [hit for hit in _titles(db, words) if hit.conversation_id not in known][: limit - len(hits)]
    return hits


def match_expression(words: list[str]) -> str:
    """The words as an FTS5 expression: quoted, so nothing in them is an operator."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    return " AND ".join(quoted) + "*" if quoted else ""


def _turns(db: Database, words: list[str], limit: int) -> list[Hit]:
    indexed = [word for word in words if _in_index(word)]
    compared = [word for word in words if not _in_index(word)]
    clauses = ["instr(t.text, ?) > 0"] * len(compared)
    if indexed:
        clauses.insert(0, "words MATCH ?")
        compared.insert(0, match_expression(indexed))
    source = "words JOIN turns t ON t.row = words.rowid" if indexed else "turns t"
    order = "words.rowid" if indexed else "t.row"
    rows = db.rows(
        f"SELECT t.conversation, t.id, c.title, t.role, t.created, t.text FROM {source}"
        f" JOIN conversations c ON c.id = t.conversation WHERE {' AND '.join(clauses)} ORDER BY {order} DESC LIMIT ?",
        *compared,
        limit,
    )
    return [_hit(row, words) for row in rows]


def _hit(row: tuple[object, ...], words: list[str]) -> Hit:
    conversation_id, turn_id, title, role, created, text = map(str, row)
    return Hit(conversation_id, turn_id, title, role, datetime.fromisoformat(created), *snippet(text, words))


def _titles(db: Database, words: list[str]) -> list[Hit]:
    wanted = [folded(word) for word in words]
    hits = []
    for conversation_id, title, created in db.rows(
        "SELECT id, title, created FROM conversations WHERE title <> '' ORDER BY updated DESC, id DESC"
    ):
        own = folded(str(title))
        if all(word in own for word in wanted):
            when = datetime.fromisoformat(str(created))
            hits.append(Hit(str(conversation_id), None, str(title), "", when, *snippet(str(title), words)))
    return hits


def _in_index(word: str) -> bool:
    """Whether the index holds this word as such: letters and digits make words, other signs part them."""
    return not _UNSPACED.search(word) and any(unicodedata.category(char)[0] in "LN" for char in word)
