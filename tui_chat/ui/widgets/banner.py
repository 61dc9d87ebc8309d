"""The line below the header while no endpoint is configured; it disappears once read."""

from __future__ import annotations

from textual.widgets import Static

from tui_chat.ui.messages import BannerRead
from tui_chat.ui.state import UiState


class Banner(Static):
    DEFAULT_CSS = """
    Banner { height: 1; background: $warning-muted; color: $text-warning; padding: 0 1; text-wrap: nowrap;
             text-overflow: ellipsis; }
    """

    def __init__(self) -> None:
        super().__init__("", id="banner", markup=False)

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show)

    def _show(self, state: UiState) -> None:
        self.display = bool(state.banner)
        self.update(state.banner)

    def on_click(self) -> None:
        self.post_message(BannerRead())
