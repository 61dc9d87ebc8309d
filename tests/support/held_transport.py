"""A server that answers in two halves, the second one when it is let."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx


class HeldTransport(httpx.AsyncBaseTransport):
    """Answers in two pieces, the second one once it is let; keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.go_on = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(json.loads(await request.aread()))
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=self._Body(self.go_on))

    class _Body(httpx.AsyncByteStream):
        def __init__(self, go_on: asyncio.Event) -> None:
            self._go_on = go_on

        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b'data: {"choices":[{"index":0,"delta":{"content":"First half, "}}]}\n\n'
            await self._go_on.wait()
            yield b'data: {"choices":[{"index":0,"delta":{"content":"done."},"finish_reason":"stop"}]}\n\n'
            yield b"data: [DONE]\n\n"
