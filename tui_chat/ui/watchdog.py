"""Kills the process if it does not end by itself after it was asked to.

Anything can hang: a keyring that waits for an invisible password prompt, a library on a network drive that is gone,
a thread that the interpreter waits for at its exit. So the time is kept by a thread of its own, and the end is
`os._exit`, which waits for nothing. What must be kept is kept before; see `Shutdown`.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import select
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import NoReturn

PATIENCE_S = 5.0
"""Seconds from the wish to end until it is enforced."""

LAST_ACT_S = 2.0
"""Seconds for the last act. Its clock runs in C, so it ends the process even when no Python runs any more."""


class Watchdog:
    """`last_act` is called with the code before the process is ended, in the watchdog's thread; it returns what is said
    on stderr, and the code after all.

    The thread is there from the beginning: at the interpreter's end none can be started.
    """

    def __init__(self, last_act: Callable[[int], tuple[str, int]]) -> None:
        self._last_act = last_act
        self._wishes: SimpleQueue[tuple[float, int] | None] = SimpleQueue()
        threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def arm(self, code: int, seconds: float = PATIENCE_S) -> None:
        """End with this code after so many seconds. Of several wishes the earliest end holds, and the last code.

        May be called from a signal handler.
        """
        self._wishes.put((time.monotonic() + seconds, code))

    def call_off(self) -> None:
        """The user has to be asked first: there is time again."""
        self._wishes.put(None)

    def _run(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        while True:
            if (wish := self._wishes.get()) is not None:
                self._wait(*wish, nowhere)
            faulthandler.cancel_dump_traceback_later()

    def _wait(self, deadline: float, code: int, nowhere: int) -> None:
        """Returns when it is called off."""
        while True:
            left = max(0.0, deadline - time.monotonic())
            faulthandler.dump_traceback_later(left + LAST_ACT_S, exit=True, file=nowhere)
            try:
                wish = self._wishes.get(timeout=left)
            except Empty:
                self._enforce(code)
            if wish is None:
                return
            deadline, code = min(deadline, wish[0]), wish[1]

    def _enforce(self, code: int) -> NoReturn:
        with contextlib.suppress(Exception):
            words, code = self._last_act(code)
            if words and select.select([], [2], [], 0)[1]:  # a terminal that takes nothing would keep us
                os.write(2, words.encode("utf-8", "backslashreplace"))
        os._exit(code)
