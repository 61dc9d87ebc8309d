"""Waiting for a condition, never for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

SHARE = 4
"""Times as long as a look took until the next one: many of them draw the whole screen."""

PASSES = 20
"""Times at most that the loop goes on once a condition holds."""


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Let the loop run until the condition holds. Fails the test after `seconds`, generous for cores that are busy."""
    async with asyncio.timeout(seconds):
        while True:
            began = time.process_time()
            if condition():
                break
            await asyncio.sleep(max(0.005, SHARE * (time.process_time() - began)))
    loop: Any = asyncio.get_running_loop()
    for _ in range(PASSES):  # what made it hold may be in the middle of something
        await asyncio.sleep(0)
        if not loop._ready:
            return
