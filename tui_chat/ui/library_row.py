"""The library's list, as the widgets and their controller know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tui_chat.core.message import Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation. Texts are foreign. `marks` are the (start, end) of found words in `snippet`."""

    id: str
    title: str
    updated: datetime
    turns: int | None
    state: Outcome | None = None
    running: bool = False
    unread: bool = False
    """Its answer has ended while another conversation was shown."""
    open: bool = False
    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()


class ConversationList(Protocol):
    """A list on the screen, with a line to search in."""

    @property
    def wanted(self) -> str | None:
        """What the search line asks for; None where the list is closed."""
        ...

    def show(self, rows: Sequence[Row], point_at: str | None = None) -> None: ...

    def say(self, text: str) -> None: ...

    def neighbour(self, conversation_id: str) -> str | None: ...
