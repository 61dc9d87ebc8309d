"""The draggable inner edge of a pane."""

from __future__ import annotations

from typing import Literal

from textual import events
from textual.widget import Widget

from tui_chat.ui.pane_widths import NARROWEST, Pane
from tui_chat.ui.widget_messages import PaneResized


class PaneEdge(Widget):
    """A line at the `side` of its parent, the pane of this name. It widens and narrows that while it is dragged,
    and says so at the end."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    PaneEdge {
        width: 2; height: 1fr; color: $panel; pointer: ew-resize;
        &.-left { dock: left; }
        &.-right { dock: right; }
        &:hover { color: $primary; }
    }
    """

    def __init__(self, pane: Pane, side: Literal["left", "right"]) -> None:
        super().__init__(classes=f"-{side}")
        self._pane: Pane = pane
        self._side = side
        self._held = False

    def render(self) -> str:
        return "\n".join("▏ " if self._side == "left" else " ▕" for _ in range(self.size.height))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._held = True
        self.capture_mouse()
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held and isinstance(pane := self.parent, Widget):
            at = round(event.screen_x)
            width = pane.region.right - at if self._side == "left" else at + 1 - pane.region.x
            pane.styles.width = max(width, NARROWEST)
            event.stop()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._held and isinstance(pane := self.parent, Widget):
            self._held = False
            self.release_mouse()
            event.stop()
            self.post_message(PaneResized(self._pane, pane.outer_size.width))
