"""The width and position of the conversation column, shared by prompts, answers, rules, code and the prompt's box."""

from __future__ import annotations

from typing import NamedTuple

MEASURE = 100
"""Cells of text in a line; longer lines are hard to read."""

GUTTER = 2
"""Cells left of the text: the speaker's bar and a space, or the border of the prompt's box and a space."""

RIGHT = 2
"""Cells right of the text: a space and the border of the prompt's box, or the scroll bar in a narrow pane."""

CENTRED_FROM = 140
"""The pane's width in cells above which the column is centred; in a narrower one it begins at the left."""


class ColumnWidth(NamedTuple):
    """`margin` is left of everything, `text` the width of a line of text. The whole is `box` cells wide."""

    margin: int
    text: int

    @property
    def box(self) -> int:
        return GUTTER + self.text + RIGHT


def measure(width: int) -> ColumnWidth:
    """The measure in a pane of so many cells."""
    text = max(min(width - GUTTER - RIGHT, MEASURE), 1)
    return ColumnWidth((width - GUTTER - text - RIGHT) // 2 if width >= CENTRED_FROM else 0, text)
