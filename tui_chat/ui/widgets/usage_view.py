"""The foot of the settings pane: tokens, cost and speed of the open conversation."""

from __future__ import annotations

from time import time

from textual.content import Content
from textual.widgets import Static

from tui_chat.core.endpoint import BUILT_IN
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.state import UiState
from tui_chat.ui.usage_lines import MeterLine, fitted, usage_lines

NAME = 12
"""Cells of a name and the space behind it."""


class UsageView(Static):
    """Shows nothing while nothing is known."""

    DEFAULT_CSS = """
    UsageView { height: auto; width: 1fr; margin-top: 1; color: $foreground; text-wrap: nowrap;
                text-overflow: ellipsis; }
    """

    _state = UiState()

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show)

    def on_resize(self) -> None:
        self._show(self._state)

    def _show(self, state: UiState) -> None:
        self._state = state
        limit = state.limits.tightest(time()) if state.limits is not None else None
        budget, has_cost = state.budget if state.currency else None, state.endpoint not in BUILT_IN
        lines = usage_lines(state.meters, limit, budget, state.currency, has_cost=has_cost)
        self.display = bool(lines)
        rows = fitted(lines, self.size.width - NAME) if self.size.width else lines
        self.update(Content("\n").join([Content.assemble(("Used", "$text-muted")), *map(meter_line, rows)]))


def meter_line(line: MeterLine) -> Content:
    """A name and a value; yellow where it draws attention."""
    name, value, attention = line
    style = "$text-warning" if attention else "$foreground"
    return Content.assemble((f"{name:<{NAME}}", "$text-muted"), (safe_line(value), style))
