"""Reads the body of an answer ahead, so that what has arrived is decoded in one go.

Servers send each token as a chunk of its own, and httpx hands out the chunks one by one. A time limit for each of them,
and a walk through all stages of an answer, took four times as long as httpx itself.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import TracebackType
from typing import Self

AHEAD = 64 * 1024
"""Bytes read before they are asked for. Then reading pauses, and TCP slows the server down."""

AT_ONCE = 8 * 1024
"""Bytes from which on no more are added to what one `read` returns: 64 KiB of small events take a tenth of a second."""


class BodyReader:
    """Reads in a task of its own until the `async with` ends; `read` takes what has arrived, many chunks at a time."""

    def __init__(self, body: AsyncGenerator[bytes, None]) -> None:
        self._body = body
        self._arrived: deque[bytes] = deque()
        self._size = 0
        self._over = False
        self._problem: Exception | None = None
        self._room = asyncio.Event()
        self._news: asyncio.Future[None] | None = None
        """Somebody waits for the next bytes, until `_due` on the loop's clock."""
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._read_ahead())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._task.cancel()
        await asyncio.wait((self._task,))

    async def read(self, due: float) -> bytes | None:
        """What has arrived, or what arrives next; None at the end.

        Raises TimeoutError where nothing arrives until `due` on the loop's clock, or `due` is over: a flood that brings
        nothing of the answer has a limit too. Raises also what reading the body raises.
        """
        if asyncio.get_running_loop().time() >= due:
            raise TimeoutError
        while not self._arrived:
            if self._problem is not None:
                raise self._problem
            if self._over:
                return None
            await self._wait(due)
        taken = [self._arrived.popleft()]
        size = len(taken[0])
        while self._arrived and size < AT_ONCE:
            taken.append(self._arrived.popleft())
            size += len(taken[-1])
        self._size -= size
        self._room.set()
        return b"".join(taken)

    async def _read_ahead(self) -> None:
        try:
            async with aclosing(self._body) as body:
                async for data in body:
                    self._arrived.append(data)
                    self._size += len(data)
                    self._tell()
                    if self._size >= AHEAD:
                        self._room.clear()
                        await self._room.wait()
        except Exception as problem:
            self._problem = problem  # `read` raises it
        finally:
            self._over = True
            self._tell()

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def _wait(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        self._news, self._due = loop.create_future(), due
        # One timer for many reads: each moves the moment by which something is due, and nearly all only further away.
        if self._timer is None or self._timer.when() > due:
            self._set_timer(loop)
        try:
            await self._news
        finally:
            self._news = None

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(self._due, self._is_due, loop)

    def _is_due(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._news is None or self._news.done():
            return
        if loop.time() < self._due:
            self._set_timer(loop)
        else:
            self._news.set_exception(TimeoutError())
