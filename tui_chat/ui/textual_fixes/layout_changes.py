"""Tells every widget of each change of its size, which Textual 8.2.8 forgets now and then, and draws no others than
those that have changed.

A layout is compared with Textual's map of all widgets. That map is also made anew, in between, when somebody asks where
a widget is, as when the focus moves; the layout that follows then finds nothing changed. A pane that was closed at such
a moment left the conversation blank, at its old width, until the next resize; a list that was opened never appeared.

Scrolling moves what is drawn without a layout. A layout that moves it back is compared with the one before the scroll,
and draws nothing: the row of buttons of a form stood there twice.

Of each change Textual draws all widgets anew that have their parent in common with what has changed, and all of their
lines: with each word of an answer the prompt and everything beside the conversation. It also draws what lies whole
behind others: four containers behind the conversation.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class LayoutCompositor(Compositor):
    """Compares each layout with the one before it."""

    def __init__(self) -> None:
        super().__init__()
        self._laid_out: CompositorMap = {}
        """The map of the last layout: what the widgets were told, and what is drawn unless it was scrolled since."""
        self._scrolled: CompositorMap = {}
        """The map of what is drawn, as far as it can be seen, after scrolling; empty after a layout."""

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        if self._scrolled:
            moved = self._laid_out.items() ^ self._scrolled.items()
            self._dirty_regions |= {seen for _, at in moved if (seen := at.clip.intersection(at.region))}
            self._scrolled = {}
        return result

    def reflow_visible(self, parent: Widget, size: Size) -> set[Widget]:
        exposed = super().reflow_visible(parent, size)
        self._scrolled = self._visible_map or {}
        return exposed

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if crop is None:
            yield from super()._get_renders()
            return
        uncovered = set(crop.line_range)
        for widget, (region, clip) in self.visible_widgets.items():  # from the front to the back
            seen = region.intersection(clip)
            if seen.x >= crop.right or crop.x >= seen.right or not (shown := uncovered.intersection(seen.line_range)):
                continue
            top, bottom = min(shown), max(shown) + 1
            rows = Region(seen.x, top, seen.width, bottom - top)  # as wide as before: lines are cut at its edges
            strips = widget.render_lines(rows.translate((-region.x, -region.y)))
            yield rows, rows, strips
            if seen.x <= crop.x and crop.right <= seen.right:
                # A widget that has not heard of its new size yet has fewer, or narrower, lines than its place. A line
                # that nothing fills would not only stay as it was: Textual ends it, and scrolls the whole terminal.
                uncovered -= {
                    y for y, strip in zip(rows.line_range, strips, strict=False) if strip.cell_length >= rows.width
                }
                if not uncovered:
                    return

    def clear(self) -> None:
        super().clear()
        self._laid_out = {}
        self._scrolled = {}
