"""Cuts the piece of a text that shows a search hit, and marks the hit in it.

FTS5's own snippet() takes minutes for an answer that repeats one word (measured: 255 s for 200,000 times), so the piece
is cut here: one look for the first word, and marks within the piece alone.
"""

from __future__ import annotations

import re
import unicodedata

CHARS = 160
_BEFORE = 40
_FOLD_LIMIT = 200_000
"""Characters that are searched for a word written with other accents; beyond, the snippet is the text's beginning."""


def snippet(text: str, words: list[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """One line of about CHARS characters, and (start, end) of each word in it, in order, without overlaps."""
    pattern = _pattern(words)
    start = max(_first(text, pattern) - _BEFORE, 0)
    piece = " ".join(text[start : start + 2 * CHARS].split())
    if start:
        piece = "…" + piece
    if len(piece) > CHARS or start + 2 * CHARS < len(text):
        piece = piece[: CHARS - 1] + "…"
    return piece, tuple(found.span() for found in pattern.finditer(folded(piece)))


def folded(text: str) -> str:
    """Lower case without accents, character by character: places in it are places in the text."""
    return "".join(map(_fold, text))


def _fold(char: str) -> str:
    if char.isascii():
        return char.lower()
    base = unicodedata.normalize("NFKD", char.lower())[:1]
    return base or char


def _pattern(words: list[str]) -> re.Pattern[str]:
    # Longest first: of "a" and "able", the longer one is marked where both begin.
    parts = {part for word in words for part in _parts(folded(word))}
    return re.compile("|".join(sorted(parts, key=lambda part: (-len(part), part))), re.IGNORECASE)


def _parts(word: str) -> list[str]:
    """A word as the index sees it: its letters and digits. Signs alone are words of their own."""
    return [_at_word(part) for part in re.findall(r"\w+", word) or [word]]


def _at_word(part: str) -> str:
    """Marked at the beginning of a word, but anywhere in scripts that have no spaces."""
    return rf"(?<!\w){re.escape(part)}" if part.isascii() and part[0].isalnum() else re.escape(part)


def _first(text: str, pattern: re.Pattern[str]) -> int:
    found = pattern.search(text) or pattern.search(folded(text[:_FOLD_LIMIT]))
    return found.start() if found else 0
