"""Writes to the terminal in a thread, in place of the writer thread of Textual 8.2.8.

Textual's queue holds 30 writes and then blocks the event loop: for as long as the terminal does not read, and for ever
once the terminal is gone, because the exception has ended the thread that emptied the queue. Nothing blocks here. Who
draws asks `behind` and leaves frames out, and is called when the terminal has caught up.
"""

from __future__ import annotations

import contextlib
import os
import select
import termios
import threading
from collections.abc import Callable
from queue import SimpleQueue

BEHIND = 30
"""Writes that may wait. A frame is up to three."""

POLL_S = 0.1
"""Seconds between looks at a terminal that takes nothing."""

CANCEL = b"\x18"
"""Ends a control sequence that was cut in the middle, without acting on it."""


class TerminalWriter:
    """`lost` is called, in the writer's thread, when the terminal turns out to be gone."""

    def __init__(self, descriptor: int, encoding: str, lost: Callable[[], None]) -> None:
        self._encoding = encoding
        self._descriptor, self._waits = _own_descriptor(descriptor)
        self._lost = lost
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._over = threading.Event()
        """Nothing more is written by the thread."""
        self._finished = False
        self._bytes = 0
        """Written so far."""
        self._caught_up: Callable[[], None] | None = None
        # A daemon: a blocked write must not keep the process.
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    def write(self, text: str) -> None:
        """Write soon. Never blocks; text after the end, or for a lost terminal, is dropped."""
        if not self._over.is_set():
            self._queue.put(text)

    @property
    def behind(self) -> bool:
        """Whether the terminal takes less than it is given."""
        return self._queue.qsize() > BEHIND

    def when_caught_up(self, call: Callable[[], None]) -> None:
        """Call this, in the writer's thread, once nothing waits any more."""
        if self._caught_up is None:
            self._caught_up = call
            self._queue.put("")  # so that the thread comes by once more, were it through already

    def finish(self, seconds: float) -> bool:
        """Write what waits and end; False if the terminal took nothing for so many seconds. Slow is fine."""
        self._queue.put(None)
        before = -1
        while self._thread.is_alive() and before != self._bytes:
            before = self._bytes
            self._thread.join(seconds)
        self._over.set()
        return self._finished

    def force(self, data: bytes) -> None:
        """Write this in place of all that waits, here too and in the kernel. Never blocks, may be lost."""
        self._over.set()
        self._thread.join(2 * POLL_S)
        if not self._waits and self._thread.is_alive():
            return
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self._descriptor, termios.TCOFLUSH)
        with contextlib.suppress(OSError):
            os.write(self._descriptor, CANCEL + data)

    def close(self) -> None:
        """Let go of the terminal, after `finish` or `force`."""
        if not self._thread.is_alive():
            os.close(self._descriptor)

    def _run(self) -> None:
        while (text := self._queue.get()) is not None and not self._over.is_set():
            try:
                self._write_all(text.encode(self._encoding, "backslashreplace"))
            except OSError:
                self._over.set()
                self._lost()
                return
            if self._caught_up is not None and self._queue.empty():
                call, self._caught_up = self._caught_up, None
                call()
        self._finished = text is None

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view and not self._over.is_set():
            try:
                written = os.write(self._descriptor, view)
                self._bytes += written
                view = view[written:]
            except BlockingIOError:
                select.select([], [self._descriptor], [], POLL_S)


def _own_descriptor(descriptor: int) -> tuple[int, bool]:
    """The terminal opened once more, and whether writes to it can be waited for.

    Not the descriptor we were given: that one is shared with the shell, and would be non-blocking there as well.
    """
    try:
        return os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK), True
    except OSError:  # no terminal, or one that belongs to another user, as after su
        return os.dup(descriptor), False
