"""The queue of prompts waiting for a running answer, as a value. Pure.

It continues by itself after an answer that ended normally. Anything else holds it until the user says so: what was
asked next may make no sense without the answer that did not come.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui_chat.core.quick_dataclass import dataclass

if TYPE_CHECKING:
    from tui_chat.core.message import Outcome

STOPPED = "the answer was stopped"
FAILED = "the answer did not come to its end"
REJECTED = "the content filter rejected a turn"
RESTORED = "from before the restart"
NOT_SENT = "the next prompt could not be sent"


@dataclass(frozen=True, slots=True)
class QueuedPrompt:
    """`id` names it in the library, and puts it in its place: ids are in the order of sending."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class PromptQueue:
    """`held` says why nothing is sent by itself; "" where the next one goes out as soon as it can."""

    prompts: tuple[QueuedPrompt, ...] = ()
    held: str = ""

    def __bool__(self) -> bool:
        return bool(self.prompts)

    @property
    def goes_on(self) -> bool:
        """Whether a prompt is to be sent as soon as nothing is under way."""
        return bool(self.prompts) and not self.held

    def added(self, prompt: QueuedPrompt) -> PromptQueue:
        """With one more, in its place; the queue is resumed."""
        return PromptQueue(tuple(sorted((*self.prompts, prompt), key=lambda each: each.id)))

    def put_back(self, prompt: QueuedPrompt) -> PromptQueue:
        """With one more, in its place; nothing else changes."""
        return replace(self.added(prompt), held=self.held)

    def without(self, prompt: QueuedPrompt) -> PromptQueue:
        left = tuple(each for each in self.prompts if each.id != prompt.id)
        return PromptQueue(left, self.held if left else "")

    def hold(self, why: str) -> PromptQueue:
        return replace(self, held=why) if self.prompts and why else self

    def released(self) -> PromptQueue:
        return replace(self, held="")

    def after(self, outcome: Outcome | None) -> PromptQueue:
        from tui_chat.core.message import Outcome

        match outcome:
            case Outcome.COMPLETE | Outcome.LENGTH | Outcome.REFUSED:
                return self
            case Outcome.STOPPED:
                return self.hold(STOPPED)
            case Outcome.PROMPT_BLOCKED | Outcome.ANSWER_BLOCKED:
                return self.hold(REJECTED)
            case _:
                return self.hold(FAILED)

    def neighbour(self, prompt_id: str | None, step: int) -> QueuedPrompt | None:
        """The prompt before (-1) or behind (1) the place of one that was taken out; None: the end of the queue."""
        if step < 0:
            before = [each for each in self.prompts if prompt_id is None or each.id < prompt_id]
            return before[-1] if before else None
        return next((each for each in self.prompts if prompt_id is not None and each.id > prompt_id), None)
