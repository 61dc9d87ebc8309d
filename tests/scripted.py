"""A backend that follows a script: the seam for everything above the client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tui_chat.core import event as ev
from tui_chat.core.message import Message
from tui_chat.core.settings import Settings


def answered(text: str, *, reason: str = "stop") -> list[ev.Event | Exception]:
    """The events of an ordinary answer, a word at a time."""
    words = [word + " " for word in text.split(" ")]
    words[-1] = words[-1][:-1]
    deltas = [ev.TextDelta(word) for word in words]
    return [ev.Sent(1), ev.Started(model="scripted-1"), *deltas, ev.Finished(reason), ev.Closed(done=True)]


@dataclass
class ScriptedBackend:
    """Answers with one script after the other. `asked` records what each request held.

    `hold` (when set) is awaited before each event: a test lets the answer go on by setting it, step by step with a
    semaphore. A script's exception instance is raised where it stands. Requests that go out together arrive in any
    order: `by_temperature` holds the scripts of those, first come first served.
    """

    scripts: list[list[ev.Event | Exception]]
    name: str = "scripted"
    model: str | None = None
    context: int | None = None
    hold: asyncio.Semaphore | None = None
    by_temperature: dict[float | None, list[list[ev.Event | Exception]]] = field(default_factory=dict)
    asked: list[tuple[list[tuple[str, str]], Settings]] = field(default_factory=list)
    closed: int = 0

    async def answer(
        self, messages: Sequence[Message], settings: Settings, *, stream: bool = True
    ) -> AsyncGenerator[ev.Event, None]:
        self.asked.append(([(m.role, m.text) for m in messages], settings))
        script = (self.by_temperature.get(settings.temperature) or self.scripts).pop(0)
        for event in script:
            if self.hold is not None:
                await self.hold.acquire()
            if isinstance(event, Exception):
                raise event
            yield event

    async def aclose(self) -> None:
        self.closed += 1


@dataclass
class StillClock:
    """Time that moves when it is told to."""

    at: float = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 2, 3, 4, tzinfo=UTC) + timedelta(seconds=self.at)

    def monotonic(self) -> float:
        return self.at
