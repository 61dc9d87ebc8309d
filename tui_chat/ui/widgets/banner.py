"""The line below the header while no endpoint is configured; it disappears once read."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widgets import Static

from tui_chat.ui.cells import fitting_parts
from tui_chat.ui.state import UiState
from tui_chat.ui.widget_messages import BannerRead


class Banner(Static):
    DEFAULT_CSS = """
    Banner { height: 1; background: $warning-muted; color: $text-warning; padding: 0 1; text-wrap: nowrap;
             text-overflow: ellipsis; }
    """

    def __init__(self) -> None:
        super().__init__("", id="banner", markup=False)
        self._text = ""

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show)

    def _show(self, state: UiState) -> None:
        self.display = bool(state.banner)
        self._text = state.banner
        self.on_resize()

    def on_resize(self) -> None:
        self.update(fitting_parts(self._text, self.content_size.width or len(self._text), leave_out))

    def on_click(self) -> None:
        self.post_message(BannerRead())


def leave_out(count: int) -> Iterator[int]:
    """What stands in for an endpoint goes first, as the start page says it too, and what can be done stays."""
    yield from [*range(1, count - 2), count - 1, 0][: count - 1]
