"""Plans the request for one answer and streams it, or continues an earlier answer.

If the dialect continues an answer at the end of the messages, that is what is sent (Mistral marks it `prefix`). Other
servers would reply to the answer, or reject it: they are asked in words, in a user message that is part of the request
only. A note reports these words; they are neither shown nor stored as the user's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from tui_chat.client.backend import Backend, Continuing
from tui_chat.core import event as ev
from tui_chat.core.continuation import ASKED_IN_WORDS, CONTINUE_PROMPT, OverlapFilter
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import ErrorKind, Message
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.sent_messages import sendable
from tui_chat.core.settings import Settings
from tui_chat.engine.context_limits import ContextLimits

SPOKEN = (ev.TextDelta, ev.ReasoningDelta, ev.RefusalDelta, ev.ToolCallDelta, ev.Relabeled, ev.Finished)
"""Events that mean an answer has begun."""


@dataclass(frozen=True, slots=True)
class RequestPlan:
    """The request: `messages` end with a prompt, or with the answer that is continued.

    `left_out` are the ids of the oldest turns, which do not fit the model's context of `limit` tokens.
    """

    messages: tuple[Message, ...]
    left_out: tuple[str, ...] = ()
    limit: int | None = None

    @property
    def resumes(self) -> bool:
        return bool(self.messages) and self.messages[-1].role == "assistant"


async def plan_request(
    conversation: Conversation, head: str, settings: Settings, backend: Backend, limits: ContextLimits
) -> RequestPlan:
    """Choose as much of the path to `head` as the model's context takes."""
    # In a thread: a hundred thousand turns take a second.
    path = await asyncio.to_thread(lambda: sendable(conversation.path(head)))
    messages = tuple(message for _, message in path)
    await limits.ask(messages, backend)
    fitted = limits.fit(messages, settings, backend)
    return RequestPlan(messages[fitted.start :], tuple(name for name, _ in path[: fitted.start]), fitted.limit)


async def stream_answer(
    plan: RequestPlan, settings: Settings, backend: Backend, limits: ContextLimits, *, stream: bool
) -> AsyncGenerator[ev.Event, None]:
    """The events of the answer. What a rejection says about the context is remembered."""
    asked = _continued(plan, settings, backend, stream) if plan.resumes else None
    async with aclosing(asked or backend.answer(plan.messages, settings, stream=stream)) as events:
        async for event in events:
            if isinstance(event, ev.Failed):
                limits.learn(event.error, plan.messages, settings, backend)
            yield event


async def _continued(
    plan: RequestPlan, settings: Settings, backend: Backend, stream: bool
) -> AsyncGenerator[ev.Event, None]:
    sent = 0
    if isinstance(backend, Continuing) and backend.continues:
        spoke = refused = False
        overlap = OverlapFilter(plan.messages[-1].text)
        async with aclosing(backend.answer(plan.messages, settings, stream=stream)) as events:
            async for event in events:
                sent = event.attempt if isinstance(event, ev.Sent) else sent
                spoke = spoke or isinstance(event, SPOKEN)
                # Only a request that brought nothing is replaced by another one: their texts would run together.
                refused = not spoke and isinstance(event, ev.Failed) and event.error.kind is ErrorKind.BAD_REQUEST
                if refused:
                    break
                for each in overlap.feed(event):
                    yield each
        if not refused:
            return
    yield ev.Noted(ASKED_IN_WORDS)
    overlap = OverlapFilter(plan.messages[-1].text)
    in_words: Sequence[Message] = [*plan.messages, Message("user", CONTINUE_PROMPT)]
    async with aclosing(backend.answer(in_words, settings, stream=stream)) as events:
        async for event in events:
            counted = ev.Sent(sent + event.attempt) if isinstance(event, ev.Sent) else event
            for each in overlap.feed(counted):
                yield each
