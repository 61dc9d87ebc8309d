"""Finds the `@path` being typed at the cursor. Pure."""

from __future__ import annotations

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

_OPEN = lazy_pattern(r'(?:^|(?<=[\s(\[{,;]))@(?:"(?P<quoted>[^"\n]{0,500})|(?P<bare>[^\s"@]{0,500}))\Z')
_LOOKED_AT = 600
"""Characters in front of the cursor."""


@dataclass(frozen=True, slots=True)
class Mention:
    """`path` was typed behind the sign; `start` and `end` are its place in the text, with the sign and a quote."""

    path: str
    start: int
    end: int


def mention_at(text: str, cursor: int) -> Mention | None:
    """The mention that ends at the cursor; None where there is none. One in the middle of a word, as in an address, is
    none. `@"` begins one with spaces in it."""
    before = max(cursor - _LOOKED_AT, 0)
    found = _OPEN.search(text[before:cursor])
    if found is None or (before and found.start() == 0):
        return None
    path = found["quoted"] if found["quoted"] is not None else found["bare"]
    return Mention(path, before + found.start(), cursor)
