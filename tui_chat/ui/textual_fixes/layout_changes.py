"""Tells every widget of each change of its size, which Textual 8.2.8 forgets now and then.

A layout is compared with Textual's map of all widgets. That map is also made anew, in between, when somebody asks where
a widget is, as when the focus moves; the layout that follows then finds nothing changed. A pane that was closed at such
a moment left the conversation blank, at its old width, until the next resize; a list that was opened never appeared.
"""

from __future__ import annotations

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.widget import Widget


class LayoutCompositor(Compositor):
    """Compares each layout with the one before it."""

    def __init__(self) -> None:
        super().__init__()
        self._laid_out: CompositorMap = {}
        """The map of the last layout: what the widgets were told, and what is drawn."""

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        return result

    def clear(self) -> None:
        super().clear()
        self._laid_out = {}
