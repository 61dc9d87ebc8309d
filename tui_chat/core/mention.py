"""Finds the `@path` being typed at the cursor. Pure."""

from __future__ import annotations

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

_OPEN = lazy_pattern(r'(?:^|(?<=[\s(\[{,;]))@(?:"(?P<quoted>[^"\n]{0,500})|(?P<bare>[^\s"@]{0,500}))\Z')
_LOOKED_AT = 600
"""Characters before the cursor that are searched."""


@dataclass(frozen=True, slots=True)
class Mention:
    """`path` was typed after the sign; `start` and `end` enclose it in the text, with the sign and a quote."""

    path: str
    start: int
    end: int


def mention_at(text: str, cursor: int) -> Mention | None:
    """The mention that ends at the cursor; None if there is none. A sign in the middle of a word, as in an address,
    does not count. `@"` begins a path with spaces."""
    before = max(cursor - _LOOKED_AT, 0)
    found = _OPEN.search(text[before:cursor])
    if found is None or (before and found.start() == 0):
        return None
    path = found["quoted"] if found["quoted"] is not None else found["bare"]
    return Mention(path, before + found.start(), cursor)
