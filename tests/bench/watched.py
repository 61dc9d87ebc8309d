"""`tui-chat` with a watch over its event loop: the arguments are those of `tui-chat`.

BENCH_LATE names a file. Each time that the loop was held up for more than a moment, a line is written to it: when
(monotonic clock), for how long (seconds), and which callback ran longest meanwhile, and for how long.
SIGUSR1 changes the theme, back and forth.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from typing import Any

BEAT = 0.01
"""Seconds between two looks."""

TOLD = 0.015
"""Seconds of lateness from which on it is told."""

NAMED = 0.005
"""Seconds from which on a callback's name is looked up."""

THEMES = ("textual-light", "textual-dark")


class Watch:
    """Looks every BEAT whether the loop comes by on time."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._longest = (0.0, "")

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        run = asyncio.Handle._run

        def timed(handle: asyncio.Handle) -> None:
            began = time.perf_counter()
            run(handle)
            spent = time.perf_counter() - began
            if spent > max(self._longest[0], NAMED):
                self._longest = (spent, _name(handle))

        asyncio.Handle._run = timed  # type: ignore[method-assign,assignment]
        self._next(loop, loop.time())

    def _next(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        now = loop.time()
        if now - due > TOLD:
            os.write(self._file, f"{now!r} {now - due:.4f} {self._longest[0]:.4f} {self._longest[1]}\n".encode())
        self._longest = (0.0, "")
        loop.call_at(now + BEAT, self._next, loop, now + BEAT)


def _name(handle: Any) -> str:
    """Not its repr: that spells out all that a task has brought."""
    callback = handle._callback
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        return f"{owner.get_name()} {getattr(owner.get_coro(), '__qualname__', '')}"
    return str(getattr(callback, "__qualname__", type(callback).__name__))


class Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        loop = super().new_event_loop()
        if path := os.environ.get("BENCH_LATE"):
            loop.call_soon(Watch(path).begin, loop)
        return loop


def _change_themes_on_signal() -> None:
    from tui_chat.cli.app import FPS

    os.environ.setdefault("TEXTUAL_FPS", FPS)
    from tui_chat.ui.app import ChatApp

    def change(app: ChatApp, themes: list[str]) -> None:
        app.theme = themes[0]
        themes.reverse()

    begin = ChatApp.on_mount

    async def on_mount(self: ChatApp) -> None:
        await begin(self)
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, change, self, list(THEMES))

    mounting: Any = on_mount
    ChatApp.on_mount = mounting  # type: ignore[method-assign]


if __name__ == "__main__":
    asyncio.set_event_loop_policy(Policy())
    _change_themes_on_signal()
    from tui_chat.cli import main

    sys.exit(main())
