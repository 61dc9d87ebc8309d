"""The first line: where the conversation goes, and what is going on. It paints what it is told and asks nobody."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from tui_chat.render.safe import safe_line
from tui_chat.ui.state import UiState

FLASH = 1.5
"""Seconds for which something just turned is shown."""


class Header(Widget):
    """`title · endpoint · model … state`, on one line at any width."""

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
        state = self.shown
        width = max(self.content_size.width, 1)
        right = self._state_text(state)
        left = self._place(state)
        room = width - right.cell_length - 2
        if room < 8:
            return right.truncate(width, ellipsis=True)
        left = left.truncate(room, ellipsis=True)
        return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)

    def _place(self, state: UiState) -> Content:
        parts: list[tuple[str, str]] = [(safe_line(state.endpoint), "bold $text-accent")]
        if state.model:
            parts += [(" · ", "$text-muted"), (safe_line(state.model), "")]
        if state.knobs:
            parts += [(" · ", "$text-muted"), (state.knobs, "$text-muted")]
        if state.title:
            parts += [("  —  ", "$text-muted"), (safe_line(state.title), "$text-muted")]
        return Content.assemble(*parts)

    def _state_text(self, state: UiState) -> Content:
        if self.flashed:
            return Content.assemble((f"◆ {safe_line(self.flashed)}", "bold $text-accent"))
        style = "$text-warning" if state.warning else "$text-accent" if state.busy else "$text-muted"
        mark = "● " if state.busy else "▲ " if state.warning else "○ "
        return Content.assemble((mark + safe_line(state.status), style))
