"""Signals in linear mode, and the exit codes of runs ended by a signal."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Windows has no SIGHUP."""

Handler = Callable[[int], None]


def leave(number: int) -> NoReturn:
    """End the process with the exit code that shells expect after a signal, restoring the terminal from readline."""
    raise SystemExit(128 + number)


@contextlib.contextmanager
def on(numbers: tuple[int, ...], handle: Handler) -> Iterator[None]:
    """Call `handle` (in the main thread, between any two steps of it) while the block runs.

    Python's `signal`, not the event loop's handlers: Windows' loop has none. Ignored signals stay ignored (`nohup`).
    """
    before: dict[int, Any] = {}
    try:
        for number in numbers:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, lambda got, _frame: handle(got))
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
