"""Groups conversations under headings in the library's list."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime

from tui_chat.core.short_time import period
from tui_chat.ui.library_row import LibraryRow

PINNED = "Pinned"


def headings(rows: Sequence[LibraryRow], now: datetime) -> dict[int, str]:
    """Headings by the number of the row below them, for rows of which the pinned come first, then the newest.

    Looks at a few rows of each group only: making those of ten thousand conversations takes too long.
    """
    found: dict[int, str] = {}
    at = 0
    while at < len(rows):
        found[at] = heading = _heading(rows[at], now)
        at = bisect_left(range(len(rows)), True, at, key=lambda number: _heading(rows[number], now) != heading)
    return found


def _heading(row: LibraryRow, now: datetime) -> str:
    return PINNED if row.pinned else period(row.updated.astimezone(now.tzinfo), now)
