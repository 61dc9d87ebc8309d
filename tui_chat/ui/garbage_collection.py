"""Schedules garbage collection for quiet moments, and never for long while an answer grows."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Sequence

from textual.dom import DOMNode

from tui_chat.ui.textual_fixes import dead_widgets

COLLECT_EVERY = 10.0
"""Seconds between two looks at whether a full collection is due. One takes about 20 ms."""

COLLECT_SHARE = 200
"""Times as long as a collection took until the next one: at most half a percent of the time goes into it."""

DUE_QUIET, DUE_ANSWERING = 1, 3
"""It is due after so many collections of the younger generations, each of which leaves up to 40,000 objects behind.
While answers come it waits longer, but not until they end: with one after the other memory grew by 12 MB a minute."""


class GarbageCollector:
    """Frees what only the collector can: Textual's rows and workers end in circles, a few with each key.

    `roots` are what widgets hang on; `is_answering` says whether answers are coming.
    """

    def __init__(self, roots: Callable[[], Sequence[DOMNode]], is_answering: Callable[[], bool]) -> None:
        self._roots = roots
        self._is_answering = is_answering
        self._not_before = 0.0

    def set_aside(self) -> None:
        """Never walk again what is loaded by now, and lives until the end.

        Walking the program and a long conversation in one go held up the loop for 40 ms, in two for 25.
        """
        gc.collect()
        gc.freeze()

    def calm(self) -> None:
        """Collect from here on, and keep Python from walking all of the program each time an answer has grown a little.

        What lives until the end is set aside. With the defaults a long answer brought pauses of 150 ms, with this 34.
        The oldest generation is in effect left alone; `collect` sees to that at quiet moments.
        """
        gc.enable()
        self.set_aside()
        gc.set_threshold(2000, 20, 10_000)

    def collect(self) -> None:
        due = DUE_ANSWERING if self._is_answering() else DUE_QUIET
        now, began = time.monotonic(), time.thread_time()
        dead_widgets.release(self._roots())
        if gc.get_count()[2] >= due and now >= self._not_before:
            gc.collect()
            return_free_memory()
            # A conversation of a hundred thousand turns makes it long: then it comes by less often. What other programs
            # took of the machine meanwhile does not count, or a busy one would put it off for minutes.
            self._not_before = now + COLLECT_SHARE * (time.thread_time() - began)


def return_free_memory() -> None:
    """Return to the system what is free. glibc keeps it otherwise wherever something in use lies above it.

    In half an hour of answers of a few kilobytes that came to six megabytes, and looked like a leak. Other systems
    return it by themselves, or cannot be asked.
    """
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
