"""The demo as a backend: the ordinary HTTP client with a scripted transport."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from tui_chat.core.endpoint import DEMO, EndpointConfig
from tui_chat.core.event import Event
from tui_chat.core.message import Message
from tui_chat.core.settings import Settings

if TYPE_CHECKING:
    from tui_chat.client.http_backend import HttpBackend
    from tui_chat.client.http_trace import HttpTrace
    from tui_chat.demo.pace import Pace

CONFIG = EndpointConfig(
    name=DEMO,
    url="https://demo.invalid/v1/chat/completions",  # a host that can never exist, should a request ever get out
    auth="none",
    dialect="azure-serverless",
)


class DemoBackend:
    """The scripted endpoint. Making one costs nothing: client and script are loaded for the first answer, or by `warm`.

    A wrapper, because the client takes a transport that exists, and a transport cannot exist without httpx.
    """

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace
        self._client: HttpBackend | None = None

    @property
    def name(self) -> str:
        return DEMO

    @property
    def model(self) -> str | None:
        return None

    @property
    def context(self) -> int | None:
        return None

    async def warm(self) -> None:
        """Load what the first answer needs, off the event loop."""
        await asyncio.to_thread(_load)

    async def answer(
        self, messages: Sequence[Message], settings: Settings, *, stream: bool = True
    ) -> AsyncGenerator[Event, None]:
        """As `Backend.answer`."""
        if self._client is None:
            await self.warm()
            self._client = _make(self._pace)
        async with aclosing(self._client.answer(messages, settings, stream=stream)) as events:
            async for event in events:
                yield event

    @property
    def traces(self) -> Sequence[HttpTrace]:
        """Traces of the last requests, newest last, as with a real server."""
        return () if self._client is None else self._client.traces

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _make(pace: Pace | None) -> HttpBackend:
    from tui_chat.client.http_backend import HttpBackend
    from tui_chat.demo.pace import HUMAN
    from tui_chat.demo.transport import DemoTransport

    return HttpBackend(CONFIG, transport=DemoTransport(pace or HUMAN))


def _load() -> None:
    import tui_chat.client.http_backend
    import tui_chat.demo.transport  # noqa: F401  (httpx among them)
