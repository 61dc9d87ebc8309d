"""A find query and its matching.

Letters match without regard to case, and a space matches any run of spaces: a wrapped line ends in only one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.sanitize import is_suspicious

SLICE = 64 * 1024
"""Characters searched in one go: some milliseconds."""

FARTHEST = 4 * 1024
"""Characters that a hit may be longer than its query, because of runs of spaces."""

_SPACES = lazy_pattern(r"[ \t\r\n]+")
_WORDS = lazy_pattern("[a-z]+")

_MARKS = str.maketrans(dict.fromkeys("*_~`[]\\<>", ""))
"""Marks that may be inside a word in a source and are not visible."""

_MORE = lazy_pattern(r"\][\[(:]|!\[|&|<\w[\w+.-]+:")
"""Further differences between the visible text and its source: link addresses and character references."""

_ALIKE = lazy_pattern("[\u0130\u0131\u017f\u212a]")
"""Characters that match an ASCII letter without regard to case, though they are none."""


class Query:
    """A text to find, which is not empty."""

    def __init__(self, text: str) -> None:
        parts = _SPACES.split(text)
        # A space at the end of a line is not visible, and at the end of a wrapped line not even drawn.
        end = "" if parts[-1] else r"(?=[^ \n])"
        expression = " +".join(map(re.escape, parts)) + end
        self._pattern = re.compile(expression, re.IGNORECASE)
        self._ascii = text.isascii()
        self._lower = re.compile(" +".join(re.escape(part.lower()) for part in parts) + end)
        self._words = _WORDS.findall(text.lower())
        self.length = len("".join(parts)) + 2
        """Characters to look at where a hit may be: its own without spaces, and one at each end."""
        plain = " ".join(parts).lower()
        self.overlaps = any(plain.startswith(plain[at:]) for at in range(1, len(plain)))
        """Two matches may share characters; then the first one counts."""

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """(start, end) of each hit."""
        return (match.span() for match in self._pattern.finditer(text))

    def spans_from(self, text: str, start: int, limit: int) -> Iterator[tuple[int, int]]:
        """(start, end) of the hits that begin at `start` or later, and before `limit`."""
        for match in self._pattern.finditer(text, start):
            if match.start() >= limit:
                return
            yield match.span()

    def counted(self, text: str) -> Iterator[int]:
        """Hits in a text of any length, slice by slice; the sum is their number."""
        at = 0
        while len(text) - at > SLICE:
            end = text.rfind("\n", at, at + SLICE) + 1  # no hit continues over the end of a line
            if end > at:
                yield self.count(text[at:end])
                at = end
                continue
            found = list(self.spans_from(text[at : at + SLICE + FARTHEST], 0, SLICE))
            yield len(found)
            at += max(found[-1][1] if found else 0, SLICE)
        yield self.count(text[at:])

    def count(self, text: str) -> int:
        if self._ascii and text.isascii():  # five times as fast, with the same result
            return len(self._lower.findall(text.lower()))
        return len(self._pattern.findall(text))

    def sought(self, source: str) -> Iterator[bool]:
        """`may_be_in` for each slice of a source of any length."""
        for at in range(0, max(len(source), 1), SLICE):
            yield self.may_be_in(source[at : at + SLICE + FARTHEST])

    def may_be_in(self, source: str) -> bool:
        """False only if the visible text of this Markdown cannot have a hit. Costs much less than drawing it."""
        lower = source.lower()
        if all(word in lower for word in self._words):
            return True
        if _MORE.search(source) or (not source.isascii() and (_ALIKE.search(source) or is_suspicious(source))):
            return True
        bare = lower.translate(_MARKS)
        return all(word in bare for word in self._words)
