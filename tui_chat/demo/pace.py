"""The demo's speed. Clock and sleep are passed in, so that tests need not wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from tui_chat.core.quick_dataclass import dataclass

FIRST_TOKEN_S = 0.4
TOKENS_PER_S = 80
"""About what a large hosted model does. A token is some four characters here: the long answer takes half a minute."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`speed` 2 is twice as fast as a model behind Azure; it scales every wait, those of a Retry-After header too.

    `sleep` takes seconds. `clock` gives seconds that never go back.
    """

    speed: float = 1.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic

    async def wait(self, seconds: float) -> None:
        """Wait for `seconds` at this speed; always yields to other tasks once."""
        await self.sleep(seconds / self.speed)


HUMAN = Pace()
