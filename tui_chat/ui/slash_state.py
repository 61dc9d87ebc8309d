"""The state of the completion list over the prompt, as one frozen value."""

from __future__ import annotations

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_completion import CompletionItem


@dataclass(frozen=True, slots=True)
class SlashState:
    """`chosen` is the index of the item that enter takes; None where it takes what was typed.

    `is_problem`: `note` says what is wrong. `keys` are hints, (key, word) each. Texts may be foreign.
    """

    items: tuple[CompletionItem, ...] = ()
    chosen: int | None = None
    note: str = ""
    is_problem: bool = False
    keys: tuple[tuple[str, str], ...] = ()
