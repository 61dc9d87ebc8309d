"""Columns that hold where the terminal takes an emoji for narrower than Textual 8.2.8, which never places the cursor
after one.

A sign that a variation selector makes an emoji (a red heart, a warning, a keycap) is two cells wide by Unicode and one
in many terminals, tmux 3.3 among them. So it is written over two blanks, and the cursor is put behind it by its place,
as at the start of a line. Only these: where a terminal takes a text for wider than we do (skin tones, families, Indic
vowels), going back would write over a part of it, and moved columns are the smaller harm. Asking the terminal for its
widths lost: the answer comes after the first picture, and differs again inside of tmux.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.line import cells_of

_EMOJI = lazy_pattern("(?<!\u200d)([^\x1b\n\u200d\ufe0f])\ufe0f\u20e3?(?![\u200d\U0001f3fb-\U0001f3ff])")
_TOKEN = lazy_pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|.)|\n|[^\x1b\n]+", re.DOTALL)
_PLACE = lazy_pattern(r"\x1b\[(\d+);(\d+)H")
_LOOK = lazy_pattern(r"\x1b\[[0-9;:]*m")


def steadied(data: str) -> str:
    """What Textual writes for a frame, with what follows such an emoji put in its place."""
    return "".join(_placed(data)) if "\ufe0f" in data else data


def _placed(data: str) -> Iterator[str]:
    row = column = 0
    for token in _TOKEN.findall(data):
        if place := _PLACE.fullmatch(token):
            row, column = int(place[1]), int(place[2])
        elif token[0] in "\x1b\n":
            # From here to the next cursor position the column is unknown.
            row = row if _LOOK.fullmatch(token) else 0
        elif row:
            yield from _written(token, row, column)
            column += cells_of(token)
            continue
        yield token


def _written(text: str, row: int, column: int) -> Iterator[str]:
    """A text that begins at a place."""
    at = 0
    for emoji in _EMOJI.finditer(text):
        if cells_of(emoji[1]) == 1 and cells_of(emoji[0]) == 2:
            start = column + cells_of(text[: emoji.start()])
            yield f"{text[at : emoji.start()]}  \x1b[{row};{start}H{emoji[0]}\x1b[{row};{start + 2}H"
            at = emoji.end()
    yield text[at:]
