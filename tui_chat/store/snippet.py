"""Cuts the excerpt of a text around a search hit, and marks the hit.

FTS5's own snippet() takes minutes for an answer that repeats one word (measured: 255 s for 200,000 times), so the piece
is cut here: one search for the first word, and marks within the piece alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.store import search_terms

CHARS = 160
_BEFORE = 40
_FOLD_LIMIT = 200_000
"""Characters searched for a word with other accents; after that the snippet is the text's beginning."""


def snippet(text: str, words: list[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """One line of about CHARS characters without Markdown marks, and (start, end) of each word in it, in order, without
    overlaps."""
    pattern = _pattern(words, marked=_MARK.search(text, 0, _FOLD_LIMIT) is not None)
    start = _start(text, _first(text, pattern))
    piece = text[start : start + 2 * CHARS]
    shown = _one_line(without_markdown(piece), start, len(text))
    marks = _marks(shown, pattern)
    if pattern is not _NEVER and not marks and _marks(raw := _one_line(piece, start, len(text)), pattern):
        # The word was in the part removed, such as the address of a link.
        return raw, _marks(raw, pattern)
    return shown, marks


def _start(text: str, at: int) -> int:
    """Where to begin an excerpt around this place: at the beginning of its line or of a word, if one is near."""
    if at <= _BEFORE:
        return 0
    start = at - _BEFORE
    line = text.rfind("\n", max(at - 2 * _BEFORE, 0), at) + 1
    if line:
        return line
    space = text.find(" ", start, at)
    return space + 1 if space >= 0 else start


def _one_line(piece: str, start: int, whole: int) -> str:
    shown = " ".join(piece.split())
    if start:
        shown = "…" + shown
    if len(shown) > CHARS or start + 2 * CHARS < whole:
        shown = shown[: CHARS - 1] + "…"
    return shown


def _marks(shown: str, pattern: re.Pattern[str]) -> tuple[tuple[int, int], ...]:
    if pattern is _NEVER:
        return ()
    letters, at = _letters(shown)
    return tuple((at[found.start()], at[found.end() - 1] + 1) for found in pattern.finditer(letters) if found[0])


def _letters(text: str) -> tuple[str, Sequence[int]]:
    """The text as it is compared, and the place of each letter in the text: a ligature has several letters."""
    if text.isascii():
        return text.lower(), range(len(text))
    parts = list(map(_fold, text))
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]


_SIGNS = (
    (lazy_pattern(r"^[ \t]*(?:`{3,}|~{3,})[^\n]*$", re.MULTILINE), " "),
    (lazy_pattern(r"^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|?)+[ \t]*$", re.MULTILINE), " "),
    (lazy_pattern(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE), ""),
    (lazy_pattern(r"^[ \t]*(?:#{1,6}|[-*+])[ \t]+", re.MULTILINE), ""),
    (lazy_pattern(r"^[ \t]*\|[ \t]*|[ \t]*\|[ \t]*$", re.MULTILINE), ""),
    (lazy_pattern(r"!?\[([^\]\n]{1,200})\]\([^)\n]{0,300}\)"), r"\1"),
    (lazy_pattern(r"(\*\*|~~)(?=\S)([^\n]{1,200}?)(?<=\S)\1"), r"\2"),
    # Of one word it is a name of Python's, such as __init__, and hardly ever bold.
    (lazy_pattern(r"(?<!\w)__(?=[^\s_][^_\n]{0,200}[ ])((?:(?!__)[^\n]){1,200}?)(?<=\S)__(?!\w)"), r"\1"),
    (lazy_pattern(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,200}?)(?<=\S)\*(?![\w*])"), r"\1"),
    (lazy_pattern(r"(?<!\w)_(?=[^\s_])([^_\n]{1,200}?)(?<=\S)_(?!\w)"), r"\1"),
    (lazy_pattern(r"`+([^`\n]{1,200}?)`+"), r"\1"),
)


def without_markdown(text: str) -> str:
    """A text without Markdown marks, on one line: unpaired marks, and those inside words, stay."""
    for pattern, instead in _SIGNS:
        text = pattern.sub(instead, text)
    return text


def _fold(char: str) -> str:
    """Lower case without accents: one letter, or the several of a ligature. Marks alone stay."""
    if char.isascii():
        return char.lower()
    return search_terms.folded(char) or unicodedata.normalize("NFKD", char.lower())[:1] or char


_NEVER = lazy_pattern(r"(?!)")
_MARK = lazy_pattern(f"[{search_terms.MARKS}]")


def _pattern(words: list[str], *, marked: bool) -> re.Pattern[str]:
    """`marked`: there may be signs between the letters that were searched for."""
    # Longest first: of "a" and "able", the longer one is marked where both begin.
    parts = {part for word in words for part in _parts(_letters(search_terms.without_marks(word))[0], marked)}
    if not parts:
        return _NEVER
    return re.compile("|".join(sorted(parts, key=lambda part: (-len(part), part))), re.IGNORECASE)


def _parts(word: str, marked: bool) -> list[str]:
    """A word as the index sees it: its letters and digits. Signs alone are words of their own."""
    found = re.findall(r"\w+[+#]*", word)
    return [_at_word(part, marked) for part in found or [word] if part]


def _at_word(part: str, marked: bool) -> str:
    """A pattern that matches at the beginning of a word, but anywhere in scripts without spaces."""
    letters = "".join(f"{re.escape(letter)}[{search_terms.MARKS}]*" for letter in part) if marked else re.escape(part)
    return rf"(?<![a-z0-9]){letters}" if part.isascii() and part[0].isalnum() else letters


def _first(text: str, pattern: re.Pattern[str]) -> int:
    if pattern is _NEVER:
        return 0
    if (found := pattern.search(text)) is not None or text.isascii():
        return found.start() if found else 0
    letters, at = _letters(text[:_FOLD_LIMIT])
    found = pattern.search(letters)
    return at[found.start()] if found and letters else 0
