"""The widths of the panes and which are open, kept for the next run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

Pane = Literal["settings", "library"]

NARROWEST, WIDEST, STEP = 20, 100, 4
"""Cells. A pane never takes more than half of the screen, whatever is wanted."""


def within(width: int) -> int:
    """The nearest width that a pane may have."""
    return max(NARROWEST, min(width, WIDEST))


class PaneWidths:
    """`keep` writes fields of `[ui]` to saved.toml."""

    def __init__(
        self, widths: Mapping[Pane, int], is_open: Mapping[Pane, bool], keep: Callable[[Mapping[str, object]], object]
    ) -> None:
        self._widths = dict(widths)
        self._open = dict(is_open)
        self._keep = keep

    def width(self, pane: Pane) -> int:
        return self._widths[pane]

    def resized(self, pane: Pane, width: int) -> None:
        """The pane has this width now."""
        width = within(width)
        if width != self._widths[pane]:
            self._widths[pane] = width
            self._keep({f"{pane}_width": width})

    def toggled(self, pane: Pane, *, is_open: bool) -> None:
        if is_open != self._open[pane]:
            self._open[pane] = is_open
            self._keep({f"{pane}_pane": is_open})
