"""The state of the completion list over the prompt, as one frozen value."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_completion import CompletionItem


@dataclass(frozen=True, slots=True)
class SlashState:
    """`chosen` is the index of the item that enter takes; None: it takes what was typed.

    `is_problem`: `note` says what is wrong. `keys` are hints, (key, word) each. Texts may be foreign.
    """

    items: tuple[CompletionItem, ...] = ()
    chosen: int | None = None
    note: str = ""
    is_problem: bool = False
    keys: tuple[tuple[str, str], ...] = ()

    def stepped(self, by: int) -> SlashState:
        """With the next (1) or the previous (-1) item chosen, around the ends. There is at least one."""
        count, at = len(self.items), self.chosen
        return replace(self, chosen=(0 if by > 0 else count - 1) if at is None else (at + by) % count)


class SlashView(Protocol):
    def show(self, state: SlashState | None) -> None:
        """Show the list; None closes it."""
        ...
