"""Ranks entries for a query: prefix of the title, then words in it, synonyms, and scattered letters.

Pure, and quick enough for thousands of titles at each key: no entry costs more than a few searches in a short text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache

from tui_chat.core.spans import merged
from tui_chat.ui.palette.entry import Kind, PaletteEntry, PaletteSection, folded

LOOSEST = 3
"""Cells for each letter within which letters in order count: farther apart they are found in any long title."""

ENOUGH = 6
"""With so many better matches, entries that only have the letters in this order are left out."""

MOST_OF_A_SECTION = 8
"""Entries of one heading while others have some too. Typing on brings out the rest."""


class Tier(IntEnum):
    """How well an entry matches, best first."""

    TITLE = 0
    WORDS = 1
    SYNONYM = 2
    INSIDE = 3
    LETTERS = 4


Match = tuple[Tier, int]
"""The tier, and how far from the best in it."""


def match(entry: PaletteEntry, query: str) -> Match | None:
    """How an entry matches a folded query; None where it does not, or only by single letters (see `letters`)."""
    title = entry.title_text
    if title.startswith(query, 1):
        rest = title[1 + len(query) :]
        return Tier.TITLE, 0 if not rest else 1 if rest[0] == " " else 2  # "delete" is "Delete the…" before "Deleted"
    words = query.split(" ")
    if len(words) == 1 and query not in title and f" {query}" not in entry.word_text:
        return None  # nearly always, and so first
    found = Tier.WORDS
    for word in words:
        start = f" {word}"
        if start in title:
            continue
        if start in entry.word_text:
            found = max(found, Tier.SYNONYM)
        elif len(word) > 2 and word in title:
            found = Tier.INSIDE
        else:
            return None
    whole = found is Tier.WORDS and all(f" {word} " in f"{title} " for word in words)
    return found, int(not whole)  # "model" is found in "the model" before "models"


def letters(entry: PaletteEntry, query: str) -> Match | None:
    """The letters of the query in their order, the first at the start of a word; the closer together the better."""
    wanted = query.replace(" ", "")
    found = _in_order(wanted).search(entry.title_text)
    apart = 0 if found is None else found.end() - found.start() - 1
    return (Tier.LETTERS, apart - len(wanted)) if 0 < apart <= LOOSEST * len(wanted) else None


@lru_cache(64)
def _in_order(wanted: str) -> re.Pattern[str]:
    first, *others = (re.escape(letter) for letter in wanted)
    return re.compile(f" {first}" + "".join(f"[^{letter}]*{letter}" for letter in others))


def ranked(
    entries: Iterable[PaletteEntry],
    typed: str,
    recent: Sequence[str] = (),
    *,
    most: int | None = MOST_OF_A_SECTION,
    otherwise: Iterable[PaletteEntry] = (),
) -> list[PaletteSection]:
    """The entries that match, best first, under their headings; a heading comes where its best entry does.

    Of equal ones those that were used lately (`recent`, ids) come first, then those that come first in `entries`.
    `most` limits each heading while there are several; None does not. `otherwise` are looked at where nothing else has
    the words.
    """
    query = folded(typed)
    if not query:
        return _sections([(None, each) for each in entries], None)
    pool = list(entries)
    lately = {name: place for place, name in enumerate(recent)}
    found = [(how, each) for each in pool if (how := match(each, query)) is not None]
    found = found or [((how[0], -_often(each, query)), each) for each in otherwise if (how := match(each, query))]
    if len(found) < ENOUGH and len(query) > 1:
        known = {each.id for _, each in found}
        found += [(how, each) for each in pool if each.id not in known and (how := letters(each, query)) is not None]
    found.sort(key=lambda pair: _order(pair[0], pair[1], lately))
    return _sections(found, most)


def _often(entry: PaletteEntry, query: str) -> int:
    return entry.word_text.count(f" {query}")


def _order(how: Match, entry: PaletteEntry, lately: Mapping[str, int]) -> tuple[float, ...]:
    tier, distance = how
    used = lately.get(entry.id, len(lately))
    page = entry.kind is Kind.PAGE  # who types what to do wants to do it rather than to read of it
    exact = tier is Tier.TITLE and distance == 0 and not page
    return max(tier, Tier.SYNONYM) + 0.5 if page else tier, tier, not exact, used, distance


def _sections(found: Iterable[tuple[Match | None, PaletteEntry]], most: int | None) -> list[PaletteSection]:
    by_heading: dict[str, list[PaletteEntry]] = {}
    for _, each in found:
        by_heading.setdefault(each.section, []).append(each)
    limit = most if len(by_heading) > 1 else None
    return [PaletteSection(heading, tuple(entries[:limit])) for heading, entries in by_heading.items()]


def marks(title: str, typed: str) -> list[tuple[int, int]]:
    """The places of the typed words in a title: (start, end), in order."""
    text = title.casefold()
    if len(text) != len(title):  # a letter that becomes two: the places would be others
        return []
    found: list[tuple[int, int]] = []
    for word in folded(typed).split():
        at = next((i for i in _starts(text, word)), text.find(word) if len(word) > 2 else -1)
        if at >= 0:
            found.append((at, at + len(word)))
    return merged(found)


def _starts(text: str, word: str) -> Iterable[int]:
    at = text.find(word)
    while at >= 0:
        if at == 0 or not text[at - 1].isalnum():
            yield at
        at = text.find(word, at + 1)
