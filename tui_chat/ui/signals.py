"""Routes signals and uncaught failures to the app."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

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


class EndedError(Exception):
    """A task was left by what is no Exception, and the app ends because of that."""


def watch_failures(fail: Callable[[BaseException], None]) -> None:
    """Call `fail`, on the loop, for what is raised in a callback of the loop, a task or a thread and caught nowhere.

    A SystemExit in a task would stop the loop with everything in it half done, and others that are no Exception would
    end one of Textual's message queues without a word: a task turns them into an EndedError.
    """
    loop = asyncio.get_running_loop()

    def in_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if (error := context.get("exception")) is not None and is_ours(error):
            fail(error)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        error = args.exc_value
        if error is not None and is_ours(error):
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(fail, error)

    async def guarded(work: Coroutine[Any, Any, T]) -> T:
        try:
            return await work
        except (Exception, asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as error:
            fail(error)
            raise EndedError from error

    # Not by Textual's factory: from Python 3.12 on its tasks begin at once, which anyio allows for only where it sees
    # that factory itself. Behind this one every request failed.
    def task(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Future[Any]:
        return asyncio.Task(guarded(work), loop=loop, **options)

    loop.set_exception_handler(in_loop)
    loop.set_task_factory(task)
    threading.excepthook = in_thread


def is_ours(error: BaseException) -> bool:
    """Whether the app is broken by it: a library that trips over its own clean-up breaks nothing."""
    modules = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(module.partition(".")[0] not in FOREIGN for module in modules)
