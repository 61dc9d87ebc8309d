"""Fuzzy matching of names: narrows lists as the user types, and suggests the nearest name for an unknown one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tui_chat.core.quick_dataclass import dataclass

PREFIX, WORD, INSIDE, SCATTERED = range(4)
"""How well a typed word matches: at the beginning, at the beginning of a word, anywhere, or letter by letter."""

_BETWEEN = frozenset(" -_./:@")


@dataclass(frozen=True, slots=True)
class Match:
    """`rank` is PREFIX or one of the others, best first; `at` are the places of the matched letters."""

    rank: int
    at: tuple[int, ...] = ()


def match(typed: str, text: str) -> Match | None:
    """How well a text matches what was typed; None if it does not. Every typed word must be in it."""
    low = _lowered(text)
    found = [_word(_lowered(word), low) for word in typed.split()]
    if None in found:
        return None
    fits = [each for each in found if each is not None]
    return Match(
        max((each.rank for each in fits), default=PREFIX), tuple(sorted({p for each in fits for p in each.at}))
    )


def _word(word: str, text: str) -> Match | None:
    if text.startswith(word):
        return Match(PREFIX, tuple(range(len(word))))
    places = list(_places(word, text))
    if places:
        start = next((place for place in places if text[place - 1] in _BETWEEN), None)
        first = places[0] if start is None else start
        return Match(INSIDE if start is None else WORD, tuple(range(first, first + len(word))))
    return _scattered(word, text)


def _places(word: str, text: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def _scattered(word: str, text: str) -> Match | None:
    """The letters in order, with others between them; a single letter anywhere means nothing."""
    if len(word) < 2:
        return None
    at: list[int] = []
    for letter in word:
        place = text.find(letter, at[-1] + 1 if at else 0)
        if place < 0:
            return None
        at.append(place)
    return Match(SCATTERED, tuple(at))


def _lowered(text: str) -> str:
    """Lower case without moving any letter: some letters would become two, and stay."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def nearest(name: str, known: Collection[str]) -> str | None:
    """The most similar known name."""
    from difflib import get_close_matches

    close = get_close_matches(name.lower()[:100], known, n=1, cutoff=0.6)
    return close[0] if close else None


def meant(name: str, known: Collection[str]) -> str | None:
    """The known name that begins so, or else the most similar one."""
    return next((each for each in known if name and each.startswith(name)), None) or nearest(name, known)


def did_you_mean(name: str, known: Collection[str]) -> str:
    """` (did you mean NAME?)` for the known name that is meant; "" if there is none."""
    near = meant(name, known)
    return f" (did you mean {near}?)" if near else ""


def no_such(what: str, name: str, known: Collection[str]) -> str:
    """The sentences about an unknown name: `There is no preset x (did you mean y?). There are y, z.`"""
    return f"There is no {what} {name}{did_you_mean(name, known)}. There are {', '.join(known)}."
