"""Waiting for a condition, never for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Let the loop run until the condition holds. Fails the test after `seconds`, generous for cores that are busy."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - conditions are questions, not events
            await asyncio.sleep(0.005)
