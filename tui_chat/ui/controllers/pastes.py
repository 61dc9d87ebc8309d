"""Long pastes, which the prompt shows folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tui_chat.ui.ports import Notifier


class FoldingPrompt(Protocol):
    def unfold(self) -> bool: ...


@dataclass(eq=False)
class PastesController:
    _prompt: FoldingPrompt
    _notifier: Notifier

    def unfold(self) -> None:
        """The text of the paste at the cursor, else of the last one, to be edited in its place."""
        if not self._prompt.unfold():
            self._notifier.say("Nothing to unfold: there is no long paste in the prompt.")
