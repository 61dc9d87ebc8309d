"""Groups conversations under headings in the library's list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tui_chat.core.short_time import period
from tui_chat.ui.library_row import LibraryRow

PINNED = "Pinned"


def grouped(rows: Iterable[LibraryRow], now: datetime) -> list[str | LibraryRow]:
    """Headings and rows: what is pinned first, then by the time of the last use. The order of the rows is kept."""
    rows = list(rows)
    lines: list[str | LibraryRow] = []
    pinned = [row for row in rows if row.pinned]
    if pinned:
        lines += [PINNED, *pinned]
    before = day = None
    for row in rows:
        if not row.pinned:
            updated = row.updated.astimezone(now.tzinfo)
            if updated.date() != day:
                day, heading = updated.date(), period(updated, now)
                if heading != before:
                    lines.append(heading)
                    before = heading
            lines.append(row)
    return lines
