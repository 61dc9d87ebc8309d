"""A text beside what changes often: drawn once, where Textual would draw it with each frame of the other."""

from __future__ import annotations

from textual.widgets import Static

from tui_chat.ui.widgets.covered_container import Covered


class KeptText(Covered, Static):
    """Keeps its rows until it is given another text, size or style."""
