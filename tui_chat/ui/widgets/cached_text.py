"""A text drawn once and kept; Textual would redraw it with each frame of a changing neighbour."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui_chat.ui.textual_fixes.covered_containers import Covered


class CachedText(Covered, Static):
    """Keeps its rows until it says something else, or its size or style changes."""

    _said = Content()

    def say(self, text: Content) -> None:
        """Show this. Its place is fixed: laying out the screen each time would cost the keys their time.

        The same again costs nothing; Textual would draw all that is between this and what else changes.
        """
        if not text.is_same(self._said):
            self._said = text
            self.update(text, layout=False)
