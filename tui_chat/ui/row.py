"""One line of the library's list, as the widgets get it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    open: bool = False
    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()
