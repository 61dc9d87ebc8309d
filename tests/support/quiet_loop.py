"""Waits until an app has nothing left to do, by what its event loop and its threads hold.

Textual's own `wait_for_idle` watches the process's CPU clock in steps of 20 ms. A key took three of them, in which the
cores were idle, and more on a busy machine.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import textual.app
import textual.pilot
from textual.app import App
from textual.pilot import Pilot

THREADS_S = 0.02
"""How long threads are waited for: a file or the library is read in less, and what hangs holds up nothing."""

A_MOMENT_S = 0.002

PASSES = 2
"""Times that the loop is found without work: a thread hands over its result just after it counts as done."""

FRAMES = 3
"""Frames at most that are drawn in place of a wait: something may blink in each one."""

_under_way: set[Future[Any]] = set()


async def quiet(_min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Let the loop run until all that is left waits for a time, for input, or for a thread that takes long."""
    loop: Any = asyncio.get_running_loop()
    began = time.monotonic()
    passes = 0
    while passes < PASSES and time.monotonic() - began < max_sleep:
        await asyncio.sleep(0)
        if loop._ready:
            passes = 0
        elif _under_way and time.monotonic() - began < THREADS_S:
            passes = 0
            await asyncio.sleep(A_MOMENT_S)
        else:
            passes += 1


async def settled(app: App[Any]) -> None:
    """Until the app is quiet and its frames show that: what waits for the next one is not left to its clock."""
    await quiet()
    for _ in range(FRAMES):
        if not app.screen_stack:
            return
        screen = app.screen
        screen._on_timer_update()
        await quiet()
        if not (screen._layout_required or screen._repaint_required or screen._dirty_widgets or screen._callbacks):
            return


async def _pause(pilot: Pilot[Any], delay: float | None = None) -> None:
    await pilot._wait_for_screen()
    await asyncio.sleep(delay or A_MOMENT_S)
    await settled(pilot.app)


def _submit(executor: ThreadPoolExecutor, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
    future = _own_submit(executor, work, *args, **kwargs)
    _under_way.add(future)
    future.add_done_callback(_under_way.discard)
    return future


_own_submit = ThreadPoolExecutor.submit
ThreadPoolExecutor.submit = _submit  # type: ignore[method-assign, assignment]
for module in (textual.app, textual.pilot):
    vars(module)["wait_for_idle"] = quiet
Pilot.pause = _pause  # type: ignore[method-assign, assignment]
