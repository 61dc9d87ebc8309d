"""The rows of the library's list and the headings of their groups, shared by widgets and controller."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tui_chat.core.message import Outcome
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.relative_dates import period
from tui_chat.store.library import Order

PINNED = "Pinned"

DELETED = "is:deleted"
"""The filter for conversations in the trash."""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One conversation. Texts are foreign. `marks` are the (start, end) of found words in `snippet`."""

    id: str
    title: str
    updated: datetime
    state: Outcome | None = None
    running: bool = False
    unread: bool = False
    """Its answer has ended while another conversation was shown."""
    open: bool = False
    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    pinned: bool = False
    archived: bool = False
    deleted: bool = False
    tags: tuple[str, ...] = ()
    turn: str | None = None
    """The message that was found."""
    more: int = 0
    """So many other messages of it were found."""

    @property
    def found(self) -> str:
        """The longest run of found words, as written in the message."""
        runs: list[tuple[int, int]] = []
        for start, end in self.marks:
            if runs and not self.snippet[runs[-1][1] : start].strip():
                start = runs.pop()[0]
            runs.append((start, end))
        return max((self.snippet[start:end] for start, end in runs), key=len, default="")


@dataclass(frozen=True, slots=True)
class OpenAt:
    """A conversation to open; a message of it to show, and a text in it to mark."""

    id: str
    turn: str | None = None
    text: str = ""


class ConversationList(Protocol):
    """A list on the screen, with a line to search in."""

    @property
    def wanted(self) -> str | None:
        """The search field's query; None if the list is closed."""
        ...

    @property
    def order(self) -> Order:
        """Which of what was found comes first."""
        ...

    @property
    def in_view(self) -> range:
        """The numbers of the rows that are, or may soon be, in view."""
        ...

    def show(self, rows: Sequence[LibraryRow], point_at: str | None = None, hints: Sequence[str] = ()) -> None:
        """Show these rows; `hints` say why not all of the search line was understood."""
        ...

    def say(self, text: str) -> None: ...

    def neighbour(self, conversation_id: str) -> str | None: ...


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
