"""How tests ask a backend: all events, and the reply that they make."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from tui_chat.client.backend import Backend
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core import event as ev
from tui_chat.core.endpoint import EndpointConfig, Timeouts
from tui_chat.core.message import Message
from tui_chat.core.reply import Reply
from tui_chat.core.settings import Settings

PROMPT = (Message("user", "Say hello."),)
PATIENT = Timeouts(connect=30.0, first_token=30.0, idle=30.0, whole=30.0)
"""Long enough for cores that are busy: what no time limit is tested with must not meet one."""

QUICK = Timeouts(connect=1.0, first_token=1.0, idle=1.0, whole=1.0)
"""For servers that are silent for ever."""


@dataclass
class Asked:
    """One answer: the reply and the events that made it."""

    reply: Reply = field(default_factory=Reply)
    events: list[ev.Event] = field(default_factory=list)
    start: float = 0.0

    def all(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


async def ask(backend: Backend, settings: Settings | None = None, *, stream: bool = True) -> Asked:
    """Ask once and take every event."""
    asked = Asked()
    async with aclosing(backend.answer(PROMPT, settings or Settings(), stream=stream)) as events:
        async for event in events:
            asked.events.append(event)
            asked.reply.feed(event)
    assert isinstance(asked.events[-1], ev.Closed)
    assert len(asked.all(ev.Closed)) == 1
    return asked


def backend(url: str, key: str | None = None, **config: Any) -> HttpBackend:
    """A backend for a loopback server, deaf to this machine's environment."""
    made = EndpointConfig(name="test", url=url, **{"timeouts": PATIENT, **config})
    return HttpBackend(made, key, environ={}, first_pause=0.05)


async def until(true: Callable[[], bool]) -> None:
    """Wait until something holds. The caller sets the limit."""
    while not true():  # noqa: ASYNC110 -- what is waited for is the other end's state, which sets no event
        await asyncio.sleep(0)
