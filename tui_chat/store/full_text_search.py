"""Full-text search over all turns. Any text is a valid query, parsed by core/search_query.py.

All words must occur, in any order, the last one as a prefix; case and accents do not matter. The index finds the
candidates; for words with signs, which the index ignores, the text itself is compared.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import field
from datetime import datetime
from typing import Literal

from tui_chat.core.conversation_labels import as_tag
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.search_query import SearchQuery, parse
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store.database import Database
from tui_chat.store.search_terms import folded, holds, is_indexed, needs_comparing, phrase, without_end
from tui_chat.store.snippet import snippet
from tui_chat.store.value_repair import EPOCH, as_moment, as_text

Order = Literal["newest", "best"]

_MOST = 2**31
_SORTED = 500
"""This many of the last added turns that match are sorted by time: an import adds old ones late. Beyond, the order of
adding must do."""

_RANKED = 20_000
"""This many of the newest matching turns are ranked: ranking more takes seconds."""

_LARGE = 100_000
"""Number of turns above which one or two letters only match whole words: for prefixes SQLite merges all their lists
before it returns the first."""

_HOLDS = (
    # Our own function is asked only where SQLite's do not know upper case and accents: beyond ASCII.
    "CASE length({0}) WHEN length(CAST({0} AS BLOB)) THEN instr(lower({0}), ?) > 0 ELSE holds(CAST({0} AS BLOB), ?) END"
)
_HOLDS_TITLE, _HOLDS_TEXT = _HOLDS.format("c.title"), _HOLDS.format("t.text")

_STEPS = 2_000
"""SQLite instructions between two checks whether a search is still wanted."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A found turn, or a conversation found by its title (`turn_id` None).

    `snippet` is one line of plain text, not made safe for a terminal; `marks` are (start, end) of the words in it.
    """

    conversation_id: str
    turn_id: str | None
    title: str
    role: str
    created: datetime
    snippet: str
    marks: tuple[tuple[int, int], ...]
    others: int = 0
    """With one hit per conversation: how many more it has, as far as was searched."""


class SearchStopped(Exception):  # noqa: N818 - it is what was asked for
    """A search was ended because its result is no longer wanted."""


def search(
    db: Database,
    text: str,
    limit: int,
    now: datetime,
    order: Order = "newest",
    stopped: Callable[[], bool] | None = None,
    *,
    one_each: bool = False,
) -> list[Hit]:
    """The turns that match a query in this order, or the first of each conversation, then titles. An empty query
    matches nothing.

    `stopped` is asked now and then whether the result is still wanted; if not, SearchStopped is raised.
    """
    query = parse(repair_surrogates(text), now)
    if query.empty or limit <= 0:
        return []
    if stopped is None:
        return _found(db, query, min(limit, _MOST), order, one_each)
    if stopped():
        raise SearchStopped
    db.connection.set_progress_handler(lambda: int(stopped()), _STEPS)
    try:
        return _found(db, query, min(limit, _MOST), order, one_each)
    except sqlite3.OperationalError:
        if stopped():
            raise SearchStopped from None
        raise
    finally:
        db.connection.set_progress_handler(None, 0)


def _found(db: Database, query: SearchQuery, limit: int, order: Order, one_each: bool) -> list[Hit]:
    hits: list[Hit] = []
    if query.of_turns:
        hits = _turns(db, query, limit, order, one_each)
    if len(hits) >= limit or query.models or query.roles or query.outcomes:
        return hits
    known = {hit.conversation_id for hit in hits}
    titles = _titles(db, query, limit + len(known))
    return hits + [hit for hit in titles if hit.conversation_id not in known][: limit - len(hits)]


def prompts(db: Database, query: str, limit: int) -> list[tuple[str, str]]:
    """Prompts that contain all words of the query, with their conversations' titles, newest first; an empty query
    returns the latest."""
    wanted = _Wanted()
    wanted.add_terms([(word, False) for word in repair_surrogates(query).replace("\0", " ").split()[:32]])
    wanted.add("t.role = ?", "user")
    rows = db.rows(
        f"SELECT t.text, c.title FROM {wanted.source} JOIN conversations c ON c.id = t.conversation"
        f" WHERE {wanted.condition} AND c.deleted IS NULL ORDER BY {wanted.row} DESC LIMIT ?",
        *wanted.values,
        limit,
    )
    return [(as_text(text), as_text(title)) for text, title in rows]


@dataclass(slots=True)
class _Wanted:
    """SQL conditions on a turn `t` of a conversation `c`, and the source of the turns."""

    match: list[str] = field(default_factory=list)
    """Phrases for the index."""
    begins: str = ""
    """The last phrase if it is a prefix."""
    whole: bool = False
    """Take the last word as a whole word."""
    conditions: list[str] = field(default_factory=list)
    arguments: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        self.conditions.append(condition)
        self.arguments += values

    def add_terms(self, terms: list[tuple[str, bool]]) -> None:
        """Words and quoted phrases; the last word may be a prefix."""
        for number, (text, quoted) in enumerate(terms, 1):
            word = text if quoted else without_end(text)
            if is_indexed(word):
                tokens, begins = phrase(word, begins=not quoted and number == len(terms))
                quoted_tokens = f'"{tokens.replace(chr(34), " ")}"'
                if begins and number == len(terms):
                    self.begins = tokens
                self.match.append(quoted_tokens + ("*" if begins and number < len(terms) else ""))
                if needs_comparing(word.replace(" ", "") if quoted else word):
                    self.add(_HOLDS_TEXT, folded(word), folded(word))
            else:
                self.add("instr(t.text, ?) > 0", word)

    @property
    def source(self) -> str:
        return "words JOIN turns t ON t.row = words.rowid" if self.match else "turns t"

    @property
    def row(self) -> str:
        return "words.rowid" if self.match else "t.row"

    @property
    def condition(self) -> str:
        return " AND ".join([*(["words MATCH ?"] if self.match else []), *self.conditions]) or "1"

    @property
    def expression(self) -> str:
        """The query for the index."""
        return " AND ".join(self.match) + ("*" if self.begins and not self.whole else "")

    @property
    def values(self) -> list[object]:
        return [*([self.expression] if self.match else []), *self.arguments]


def _wanted_turns(query: SearchQuery) -> _Wanted:
    wanted = _Wanted()
    wanted.add_terms([(term.text, term.quoted) for term in query.terms])
    if query.roles:
        wanted.add(f"t.role IN ({_marks(query.roles)})", *query.roles)
    if query.outcomes:
        # Without the first part SQLite does not use the index of those that are not complete.
        rows = f"SELECT row FROM turns WHERE outcome <> 'complete' AND outcome IN ({_marks(query.outcomes)})"
        wanted.add(f"+{wanted.row} IN ({rows})" if wanted.match else f"t.row IN ({rows})", *query.outcomes)
    for model in query.models:
        wanted.add("instr(lower(coalesce(t.model, '')), ?) > 0", model)
    for sign, moment in (("<", query.before), (">=", query.after)):
        if moment is not None:
            wanted.add(f"julianday(t.created) {sign} julianday(?)", moment.isoformat())
    if query.tags or query.places or query.titles:
        inner, values = _conversations(query)
        rows = f"SELECT o.row FROM turns o WHERE o.conversation IN (SELECT c.id FROM conversations c WHERE {inner})"
        wanted.add(f"+{wanted.row} IN ({rows})", *values)
    return wanted


def _conversations(query: SearchQuery) -> tuple[str, list[object]]:
    """Conditions on conversations `c`: their tags, titles and places."""
    parts: list[str] = []
    values: list[object] = []
    for tag in query.tags:
        parts.append("EXISTS (SELECT 1 FROM tags g WHERE g.conversation = c.id AND g.tag = ?)")
        values.append(as_tag(tag))
    for title in query.titles:
        parts.append(_HOLDS_TITLE)
        values += [folded(title)] * 2
    parts += [f"c.{place} IS NOT NULL" for place in ("pinned", "archived") if place in query.places]
    parts.append(f"c.deleted IS {'NOT ' if 'deleted' in query.places else ''}NULL")
    return " AND ".join(parts), values


def _turns(db: Database, query: SearchQuery, limit: int, order: Order, one_each: bool) -> list[Hit]:
    wanted = _wanted_turns(query)
    # A beginning is slow where many words have it, and not needed where the word itself is there often enough.
    wanted.whole = True
    look = _ranked if order == "best" and wanted.match else _newest
    enough = max(limit, _SORTED)
    rows = look(db, wanted, query, enough)
    short = len(wanted.begins) < 3 and wanted.begins.isascii()
    if wanted.begins and len(rows) < enough and not (short and _large(db)):
        wanted.whole = False
        rows = look(db, wanted, query, enough)
    others: dict[object, int] = {}
    for _, conversation in rows:
        others[conversation] = others.get(conversation, -1) + 1
    if one_each:
        rows = list({conversation: (row, conversation) for row, conversation in reversed(rows)}.values())[::-1]
    found = []
    sql = (
        "SELECT t.conversation, t.id, c.title, t.role, t.created, t.text FROM turns t"
        " JOIN conversations c ON c.id = t.conversation WHERE t.row = ?"
    )
    for row, conversation in rows[:limit]:
        found += [_hit(values, query, others[conversation] if one_each else 0) for values in db.rows(sql, row)]
    return found


def _large(db: Database) -> bool:
    return bool(db.rows("SELECT 1 FROM turns WHERE row > ? LIMIT 1", _LARGE))


def _kept(query: SearchQuery) -> str:
    return f"c.deleted IS {'NOT ' if 'deleted' in query.places else ''}NULL"


_Rows = list[tuple[object, object]]
"""Turns by row number, each with its conversation."""


def _newest(db: Database, wanted: _Wanted, query: SearchQuery, limit: int) -> _Rows:
    rows = db.rows(
        f"SELECT t.row, julianday(t.created), t.conversation FROM {wanted.source}"
        f" JOIN conversations c ON c.id = t.conversation"
        f" WHERE {wanted.condition} AND {_kept(query)} ORDER BY {wanted.row} DESC LIMIT ?",
        *wanted.values,
        limit,
    )
    # Of the same moment, the one that was added later is the newer one.
    rows.sort(key=lambda row: (row[1] if isinstance(row[1], float) else 0.0, row[0]), reverse=True)
    return [(row[0], row[2]) for row in rows]


def _ranked(db: Database, wanted: _Wanted, query: SearchQuery, limit: int) -> _Rows:
    """The best by FTS5's measure (bm25: rare words and short texts count more); of equal ones the newest."""
    rows = db.rows(
        "SELECT r, t.conversation FROM (SELECT words.rowid AS r, words.rowid AS rowid, bm25(words) AS rank FROM words"
        " WHERE words MATCH ? ORDER BY words.rowid DESC LIMIT ?) words"
        " JOIN turns t ON t.row = words.r JOIN conversations c ON c.id = t.conversation"
        f" WHERE {' AND '.join([*wanted.conditions, _kept(query)])} ORDER BY rank, r DESC LIMIT ?",
        wanted.expression,
        _RANKED,
        *wanted.arguments,
        limit,
    )
    return [(row[0], row[1]) for row in rows]


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def _hit(row: tuple[object, ...], query: SearchQuery, others: int) -> Hit:
    conversation_id, turn_id, title, role, created, text = map(as_text, row)
    found = snippet(text, query.words)
    return Hit(conversation_id, turn_id, title, role, as_moment(created) or EPOCH, *found, others)


def _titles(db: Database, query: SearchQuery, limit: int) -> list[Hit]:
    condition, values = _conversations(query)
    for term in query.terms:
        condition += f" AND {_HOLDS_TITLE}"
        values += [folded(term.text)] * 2
    for sign, moment in (("<", query.before), (">=", query.after)):
        if moment is not None:
            condition += f" AND c.updated {sign} ?"
            values.append(moment.timestamp() * 1e6)
    order = "ORDER BY c.updated DESC, c.id DESC LIMIT ?"
    sql = f"SELECT c.id, c.title, c.updated FROM conversations c WHERE {condition} {order}"
    return _titled(db.rows(sql, *values, limit), query)


def _titled(rows: Iterable[tuple[object, ...]], query: SearchQuery) -> list[Hit]:
    from tui_chat.store.value_repair import as_updated

    hits = []
    words = [term.text for term in query.terms] + list(query.titles)
    for conversation_id, title, updated in rows:
        shown = as_text(title)
        if _titled_so(shown, words):
            found = snippet(shown, [part for word in words for part in word.split()])
            hits.append(Hit(as_text(conversation_id), None, shown, "", as_updated(updated) or EPOCH, *found))
    return hits


def _titled_so(title: str, words: Iterable[str]) -> bool:
    return all(holds(title, folded(word)) for word in words)
