"""Finds the `@path` being typed at the cursor, and where a whole one stands. Pure."""

from __future__ import annotations

import re

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


def whole_name(mention: Mention, text: str) -> tuple[str, int] | None:
    """What was typed for a path, up to the quote that closes it or the space behind it, and where it stands: at the
    mention's place, or where an earlier change of the text has moved it."""
    path = re.escape(mention.path)
    found = re.finditer(rf'(?:^|(?<=[\s(\[{{,;]))@(?:"{path}"|{path}(?=\s))', text)
    nearest = min(found, key=lambda each: abs(each.start() - mention.start), default=None)
    return None if nearest is None or not mention.path else (nearest[0], nearest.start())
