"""One thing in a list of things that can be done."""

from __future__ import annotations

from tui_chat.core.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """The action's name, and what the list says."""

    name: str
    words: str
