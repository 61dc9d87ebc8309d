"""The first line: the conversation, what the next request uses, and what is happening."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from tui_chat.ui.header_text import header_line
from tui_chat.ui.state import UiState

FLASH = 1.5
"""Seconds for which something just turned is shown."""


class Header(Widget):
    """`title … settings  context  model  endpoint  state`, on one line at any width."""

    DEFAULT_CSS = """
    Header { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    shown: reactive[UiState] = reactive(UiState(), layout=False)
    flashed: reactive[str] = reactive("", layout=False)

    _flash_timer: Timer | None = None

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show)

    def _show(self, state: UiState) -> None:
        self.shown = state

    def flash(self, text: str) -> None:
        """Say something for a moment in the place of the state."""
        self.flashed = text
        if self._flash_timer is not None:
            self._flash_timer.stop()
        self._flash_timer = self.set_timer(FLASH, self._faded)

    def _faded(self) -> None:
        self.flashed = ""

    def render(self) -> Content:
        return Content.assemble(*header_line(self.shown, max(self.content_size.width, 1), self.flashed))
