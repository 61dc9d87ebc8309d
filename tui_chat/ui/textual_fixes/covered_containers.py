"""Containers completely covered by their children, which therefore cost a frame nothing.

Textual 8.2.8 draws every widget under a changed cell, also those that are covered whole: line by line, through its
styles and filters. That was a sixth of a frame while an answer comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from textual.color import Color
from textual.containers import Horizontal, Vertical
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

Known = tuple[Size, tuple[Color, Color], list[LineFilter], list[Strip]]


# A widget's first base is where Textual looks for its styles, so this must be none of Textual's.
if TYPE_CHECKING:
    Base = Widget
else:
    Base = object


class Covered(Base):
    """Keeps its rows until it is refreshed, its style, size or background changes, or other filters hold."""

    is_blank = False
    """It draws nothing of its own within its border: all rows but the first and the last are the same."""

    _known: Known | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        background, filters, size = self.background_colors, list(self.get_line_filters()), self.outer_size
        known = self._known
        if known is None or known[:3] != (size, background, filters):
            # All of it: which part is asked for differs from frame to frame where several widgets in it change.
            height = 2 if self.is_blank and size.height > 2 else size.height
            rows = super().render_lines(Region(0, 0, size.width, height))
            if height < size.height:
                last = super().render_lines(Region(0, size.height - 1, size.width, 1))
                rows = [rows[0], *rows[1:] * (size.height - 2), *last]
            known = self._known = (size, background, filters, rows)
        if crop == size.region:
            return known[3]
        rows = known[3][crop.y : crop.bottom]
        left, right = crop.column_span
        return rows if (left, right) == (0, size.width) else [row.crop(left, right) for row in rows]

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        self._known = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        self._known = None
        super().notify_style_update()


class CoveredHorizontal(Covered, Horizontal):
    """Columns that fill it."""

    is_blank = True


class CoveredVertical(Covered, Vertical):
    """Rows that fill it."""

    is_blank = True
