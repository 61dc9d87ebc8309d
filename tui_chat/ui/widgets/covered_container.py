"""Containers of which nothing shows, because their children cover them: this file owns that they cost a frame nothing.

Textual draws every widget under a changed cell, also those that are covered whole: line by line, through its styles and
filters. That was a sixth of a frame while an answer comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from textual.color import Color
from textual.containers import Horizontal, Vertical
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

Known = tuple[Region, tuple[Color, Color], list[LineFilter], list[Strip]]


# A widget's first base is where Textual looks for its styles, so this must be none of Textual's.
if TYPE_CHECKING:
    Base = Widget
else:
    Base = object


class Covered(Base):
    """Keeps its rows until it is refreshed, its style, size or background changes, or other filters hold."""

    _known: Known | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        background, filters = self.background_colors, list(self.get_line_filters())
        known = self._known
        if known is None or known[:3] != (crop, background, filters):
            known = self._known = (crop, background, filters, super().render_lines(crop))
        return known[3]

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        self._known = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        self._known = None
        super().notify_style_update()


class CoveredHorizontal(Covered, Horizontal):
    """Columns that fill it."""


class CoveredVertical(Covered, Vertical):
    """Rows that fill it."""
