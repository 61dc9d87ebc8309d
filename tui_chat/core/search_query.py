"""Parses a library search into words and filters. Any text is a valid query: an invalid filter is dropped with a hint.

For example `rivers "exact words" tag:work model:mistral role:user after:2026-01 before:7d is:blocked title:plan`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta

from tui_chat.core.fuzzy_matching import nearest
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Outcome
from tui_chat.core.quick_dataclass import dataclass

MAX_WORDS = 32

OUTCOMES: dict[str, frozenset[Outcome]] = {
    "blocked": frozenset({Outcome.PROMPT_BLOCKED, Outcome.ANSWER_BLOCKED}),
    "stopped": frozenset({Outcome.STOPPED}),
    "failed": frozenset({Outcome.FAILED}),
    "incomplete": frozenset({Outcome.INCOMPLETE}),
    "cut": frozenset({Outcome.LENGTH}),
    "refused": frozenset({Outcome.REFUSED}),
    "empty": frozenset({Outcome.EMPTY}),
}
"""`is:` values of an answer."""

PLACES = ("pinned", "archived", "deleted")
"""`is:` values of a conversation."""

KEYS = ("tag", "model", "role", "before", "after", "is", "title")
ROLES = ("user", "assistant")
DATES = "a day (2026-11-30), a month (2026-11), a year, today, yesterday, or an age such as 7d, 2w, 3m, 1y"


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or a quoted phrase."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All conditions must hold. `after` is inclusive, `before` exclusive."""

    terms: tuple[Term, ...] = ()
    tags: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    before: datetime | None = None
    after: datetime | None = None
    outcomes: frozenset[Outcome] = frozenset()
    places: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    hints: tuple[str, ...] = field(default=(), compare=False)
    """A sentence for each dropped filter, with the reason."""

    @property
    def words(self) -> list[str]:
        """The words to mark in hits."""
        return [word for term in self.terms for word in term.text.split()]

    @property
    def of_turns(self) -> bool:
        return bool(self.terms or self.models or self.roles or self.outcomes)

    @property
    def empty(self) -> bool:
        return self == SearchQuery()


@dataclass(slots=True)
class _Reading:
    """A query while it is parsed."""

    now: datetime
    terms: list[Term] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    outcomes: set[Outcome] = field(default_factory=set)
    before: datetime | None = None
    after: datetime | None = None
    hints: list[str] = field(default_factory=list)

    def filter(self, key: str, value: str) -> None:
        if not value:
            self.hints.append(f"{key}: wants {_wanted(key)}.")
            return
        match key:
            case "tag":
                self.tags.append(value.lower())
            case "model":
                self.models.append(value.lower())
            case "title":
                self.titles.append(value)
            case "role":
                self._role(value.lower())
            case "is":
                self._state(value.lower())
            case _:
                self._date(key, value.lower())

    def _role(self, value: str) -> None:
        meant = [role for role in ROLES if role.startswith(value)]
        if meant:
            self.roles.update(meant)
        else:
            self.hints.append(f"role: knows {' and '.join(ROLES)}, not “{value}”.")

    def _state(self, value: str) -> None:
        if value in PLACES:
            self.places.add(value)
        elif value in OUTCOMES:
            self.outcomes |= OUTCOMES[value]
        else:
            near = nearest(value, (*PLACES, *OUTCOMES))
            meant = f" Did you mean is:{near}?" if near else ""
            self.hints.append(f"is: knows {', '.join((*PLACES, *OUTCOMES))}; not “{value}”.{meant}")

    def _date(self, key: str, value: str) -> None:
        moment = _moment(value, self.now)
        if moment is None:
            self.hints.append(f"{key}: takes {DATES}; not “{value}”.")
        elif key == "before":
            self.before = moment if self.before is None else min(moment, self.before)
        else:
            self.after = moment if self.after is None else max(moment, self.after)


_ALSO = {
    **dict.fromkeys(("label", "tags"), "tag"),
    **dict.fromkeys(("author", "sender"), "role"),
    **dict.fromkeys(("state", "status"), "is"),
    "since": "after",
    "until": "before",
}
"""Filters of other programs, and what they are called here."""
_QUOTES = str.maketrans("“”„«»", '"' * 5)


def _misunderstood(word: str) -> str:
    """A hint about a word that looks like an operator, and is searched as it stands; "" for any other."""
    if word in ("AND", "OR", "NOT"):
        return f"{word} is searched as a word: what is found holds all words."
    if word.endswith("*") and word[:-1].isalpha():
        return f"{word} is searched with its sign; the last word may be a beginning without it."
    if len(word) > 2 and word.startswith("-") and word[1:].isalpha():
        return f"{word} is searched with its sign; nothing can be left out."
    key, colon, value = word.partition(":")
    if not colon or value[:1] in ("", "/", ":") or not key.isalpha():
        return ""
    if near := nearest(key, (*KEYS, *_ALSO)):
        return f"There is no {key}:. Did you mean {_ALSO.get(near, near)}:{value}?"
    if len(key) < 2 or not (key.isascii() and key.islower()):
        return ""
    return f"{key}: is no filter, and is searched as it stands. Filters are {', '.join(f'{each}:' for each in KEYS)}."


_PART = lazy_pattern(
    r"(?P<bare>-?[a-zA-Z]+):(?=\s|$)|(?P<not>-)?(?:(?P<key>[a-zA-Z]+):)?"
    r'(?:"(?P<quoted>[^"]*)(?P<end>"|$)|(?P<plain>\S+))'
)
_FILTER = lazy_pattern(rf"(?<!\S)-?(?:{'|'.join(KEYS)}):\S*", re.IGNORECASE)


def parse(text: str, now: datetime) -> SearchQuery:
    """Parse a query. `now` is the local time, from which `7d` and `today` are counted."""
    reading = _Reading(now)
    for found in _PART.finditer(text.replace("\0", " ").translate(_QUOTES)):
        quoted, key = found["quoted"], (found["key"] or found["bare"] or "").lower()
        if quoted and not found["end"] and (within := _FILTER.search(quoted)):
            reading.hints.append(f"{within[0]} is searched as words: the quotation mark before it has no second one.")
        if key.removeprefix("-") in KEYS:
            if found[0].startswith("-"):
                reading.hints.append(f"{found[0]} was left out: a filter cannot be turned round.")
            else:
                reading.filter(key, (quoted or found["plain"] or "").strip())
        elif quoted is not None and found["key"] is None:
            if words := " ".join(quoted.split()):
                reading.terms.append(Term(words, quoted=True))
            if words and found["not"]:
                reading.hints.append(f"“{words}” is searched for; nothing can be left out.")
        else:
            reading.terms.extend(map(Term, [found[0]] if quoted is None else found[0].replace('"', " ").split()))
            if hint := _misunderstood(found[0]):
                reading.hints.append(hint)
    if len(reading.terms) > MAX_WORDS:
        reading.hints.append(f"Only the first {MAX_WORDS} words are searched for.")
    return SearchQuery(
        tuple(reading.terms[:MAX_WORDS]),
        tuple(reading.tags),
        tuple(reading.models),
        frozenset(reading.roles),
        reading.before,
        reading.after,
        frozenset(reading.outcomes),
        frozenset(reading.places),
        tuple(reading.titles),
        tuple(reading.hints),
    )


def _wanted(key: str) -> str:
    return {
        "tag": "the name of a tag",
        "model": "a part of a model's name",
        "title": "a word of the title",
        "role": " or ".join(ROLES),
        "is": f"one of {', '.join((*PLACES, *OUTCOMES))}",
    }.get(key, DATES)


def _moment(value: str, now: datetime) -> datetime | None:
    """The beginning of the named day, month or year, or of the day so long ago."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if value in ("today", "yesterday"):
        return today - timedelta(days=value == "yesterday")
    if aged := re.fullmatch(r"(\d{1,5})([dwmy])", value):
        days = int(aged[1]) * {"d": 1, "w": 7, "m": 30, "y": 365}[aged[2]]
        return _or_none(lambda: today - timedelta(days=days))
    if named := re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", value):
        year, month, day = (int(part or 1) for part in named.groups())
        return _or_none(lambda: datetime(year, month, day).astimezone())
    return None


def _or_none(make: Callable[[], datetime]) -> datetime | None:
    try:
        found = make()
    except (ValueError, OverflowError, OSError):
        return None
    return found if 1 < found.year < 9999 else None
