"""What up and down in the prompt do with the queue. Loaded before the first key, hence without the queue itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_chat.ui.prompt_queue import QueuedPrompt


class QueueOffer:
    """`waiting` prompts can be taken back, `taken` is in the prompt now."""

    def __init__(self) -> None:
        self.waiting = 0
        self.taken: QueuedPrompt | None = None

    def takes(self, step: int, text: str) -> bool:
        """Whether up (-1) or down (1) goes to another prompt of the queue, while this is in the prompt."""
        unchanged = self.taken is not None and text == self.taken.text
        return unchanged or (step < 0 and not text and self.waiting > 0)
