"""Marks the passages of an answer that the content filter reported on."""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.passages import LONGEST, joined, letters_of

STYLE = "mark { color: inherit; background: none; border-bottom: 2px solid var(--warn); }"

_LETTER = lazy_pattern(r"(?P<tag><[^>]*>)|&#?\w{1,8};|(?P<letter>[^\W_])")
"""Markup with escaped texts and attributes. The part between two tags is one text."""


def marked(markup: str, source: str, spans: Sequence[tuple[int, int]]) -> str:
    """The markup of `source` with `<mark>` around the passages `spans` of it, text by text: no tag is crossed."""
    if not spans or len(source) > LONGEST:
        return markup
    drawn, at = _drawn(markup)
    parts: list[tuple[int, int]] = []
    for first, after in letters_of(drawn, source, spans):
        ends: dict[int, tuple[int, int]] = {}
        for text, place in at[first:after]:
            ends[text] = (ends.get(text, (place, 0))[0], place + 1)
        parts += ends.values()
    pieces: list[str] = []
    done = 0
    for start, end in joined(parts):
        pieces += (markup[done:start], "<mark>", markup[start:end], "</mark>")
        done = end
    return "".join((*pieces, markup[done:]))


def _drawn(markup: str) -> tuple[str, list[tuple[int, int]]]:
    """The letters of all texts, and for each the number of its text and its position."""
    letters: list[str] = []
    at: list[tuple[int, int]] = []
    text = 0
    for found in _LETTER.finditer(markup):
        if found["tag"]:
            text += 1
        elif found["letter"]:
            letters.append(found["letter"])
            at.append((text, found.start()))
    return "".join(letters), at
