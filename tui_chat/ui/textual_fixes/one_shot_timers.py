"""One-shot timers that always fire.

Textual 8.2.8 leaves out ticks that are late, and with them the only one of a one-shot timer: where the system holds the
process up for the whole interval between two readings of the clock, nothing fires. The timer after a resize takes 8 ms
and is not set again while it is there, so on busy cores the app could keep the former size of its terminal for good.
"""

from __future__ import annotations

from typing import Any

from textual.timer import Timer

_textual_init = Timer.__init__


def install() -> None:
    """From here on a late one-shot timer fires at once."""
    Timer.__init__ = _init  # type: ignore[method-assign]


def _init(self: Timer, *arguments: Any, **options: Any) -> None:
    _textual_init(self, *arguments, **options)
    if self._repeat == 0:
        self._skip = False
