"""What reaches the app from outside its own code: signals, and failures that nobody caught."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

ENDING = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGXCPU")
"""Signals that end a program. Textual 8.2.8 handles none of them: the terminal would stay in the alternate screen."""

FOREIGN = sys.stdlib_module_names | {"anyio", "h11", "httpcore", "httpx", "keyring", "xllamacpp"}


def watch_signals(at_once: Callable[[int], None], on_loop: Callable[[int], None]) -> None:
    """Call both for each signal that asks for the end: `at_once` even while the loop hangs, `on_loop` on it.

    What is ignored stays ignored (`nohup`). Windows has no signal handlers in its loop; there the console ends us.
    """
    loop = asyncio.get_running_loop()
    for name in ENDING:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, on_loop, number)
                signal.signal(number, lambda got, _frame: at_once(got))


def watch_failures(fail: Callable[[BaseException], None]) -> None:
    """Call `fail`, on the loop, for what is raised in a callback of the loop, a task or a thread and caught nowhere."""
    loop = asyncio.get_running_loop()

    def in_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if (error := context.get("exception")) is not None and is_ours(error):
            fail(error)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        error = args.exc_value
        if error is not None and is_ours(error):
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(fail, error)

    loop.set_exception_handler(in_loop)
    threading.excepthook = in_thread


def is_ours(error: BaseException) -> bool:
    """Whether the app is broken by it: a library that trips over its own clean-up breaks nothing."""
    modules = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(module.partition(".")[0] not in FOREIGN for module in modules)
