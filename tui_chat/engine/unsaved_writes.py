"""Tracks writes that are not on disk yet, and retries failed ones.

They are retried before each later write, every two seconds, and once more at the end. A caller waits for them only if
it asks to: a library that another process holds must not hold up the screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING

from tui_chat.core.conversation import Conversation
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.unsaved_write_kinds import Key, Write
from tui_chat.store.library_error import LibraryError

if TYPE_CHECKING:
    from tui_chat.store.library import Library

RETRY_S = 2.0
"""Seconds after which a failed write is retried."""

BUSY_S = 0.5
"""Seconds that one attempt waits for another process: reads wait behind it."""


@dataclass(slots=True)
class _Item:
    write: Write
    done: Future[None] | None = None
    """The running attempt; done when it is over, however it ended."""
    problem: LibraryError | None = None
    """Why the last attempt failed; None before the first one is over."""


@dataclass(slots=True)
class UnsavedWrites:
    """The writes that are not on disk, by key. All methods can be called from any thread."""

    library: Library
    retry_s: float = RETRY_S
    _items: dict[Key, _Item] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _watchers: list[Callable[[], None]] = field(default_factory=list)
    _timer: threading.Timer | None = None

    def save(self, write: Write) -> None:
        """Write this, after retrying earlier failures. Returns at once."""
        with self._lock:
            item = self._items.setdefault(write.key, _Item(write))
            item.write = write
        self.retry()

    def retry(self) -> None:
        """Retry every failed write. Returns at once."""
        with self._lock:
            begun = [(key, item, self._begin(item)) for key, item in self._items.items() if item.done is None]
        for key, item, done in begun:
            self._submit(key, item.write, done)

    @property
    def failed(self) -> tuple[Write, ...]:
        """Failed writes, oldest first. A first attempt that is still running is not among them."""
        with self._lock:
            return tuple(item.write for item in self._items.values() if item.problem is not None)

    @property
    def remaining(self) -> tuple[Write, ...]:
        """Everything not known to be on disk: failed and running writes."""
        with self._lock:
            return tuple(item.write for item in self._items.values())

    def problem(self, key: Key | None = None) -> LibraryError | None:
        """Why this write (None: the first of all) failed; None if nothing failed."""
        with self._lock:
            items = self._items.values() if key is None else filter(None, (self._items.get(key),))
            return next((item.problem for item in items if item.problem is not None), None)

    def pending(self, key: Key) -> Write | None:
        """The pending write of this key, which is newer than what the library has."""
        with self._lock:
            item = self._items.get(key)
            return None if item is None else item.write

    def conversation(self, conversation_id: str) -> Conversation | None:
        """The conversation, if part of it is unsaved, so that the library has an older state."""
        with self._lock:
            found = (item.write.conversation for item in self._items.values())
            return next((each for each in found if each is not None and each.id == conversation_id), None)

    def watch(self, report: Callable[[], None]) -> None:
        """Call `report`, in any thread, when something fails or is saved after all."""
        self._watchers.append(report)

    async def settled(self, key: Key | None = None) -> None:
        """Wait until no attempt is running (for this key, or at all). It may have failed: see `problem`."""
        loop = asyncio.get_running_loop()
        while under_way := self._under_way(key):
            over = asyncio.Event()
            for done in under_way:
                done.add_done_callback(partial(_wake, loop, over))
            await over.wait()

    def settled_now(self, seconds: float | None = None) -> None:
        """`settled` for callers that cannot await, for at most so many seconds."""
        while under_way := self._under_way(None):
            if wait(under_way, seconds).not_done:
                return

    async def flush(self) -> tuple[Write, ...]:
        """Retry everything once more; returns what is still unsaved."""
        self.retry()
        await self.settled()
        return self.failed

    def flush_now(self, seconds: float | None = None) -> tuple[Write, ...]:
        """`flush` for callers that cannot await. What is still running after so many seconds counts as unsaved."""
        self.retry()
        self.settled_now(seconds)
        return self.remaining

    def _under_way(self, key: Key | None) -> list[Future[None]]:
        with self._lock:
            return [i.done for k, i in self._items.items() if i.done is not None and (key is None or k == key)]

    def _begin(self, item: _Item) -> Future[None]:
        item.done = Future()
        return item.done

    def _submit(self, key: Key, write: Write, done: Future[None]) -> None:
        try:
            future = self.library.write(write.store, BUSY_S).future
        except LibraryError as error:
            self._over(key, write, done, error)
        else:
            future.add_done_callback(partial(self._tried, key, write, done))

    def _tried(self, key: Key, write: Write, done: Future[None], future: Future[None]) -> None:
        error = future.exception()
        if error is not None and not isinstance(error, LibraryError):
            # A bug of ours. What was not written is not lost for it.
            error = LibraryError(f"Something could not be saved ({type(error).__name__}).", "Please report this.")
        self._over(key, write, done, error)

    def _over(self, key: Key, write: Write, done: Future[None], problem: LibraryError | None) -> None:
        again = False
        with self._lock:
            item = self._items.get(key)
            changed = item is not None and (item.problem is None) != (problem is None)
            if item is not None and item.done is done:
                item.done = None
                item.problem = problem
                again = problem is None and item.write is not write
                if problem is None and not again:
                    del self._items[key]
        if again:
            self.retry()
        if problem is not None:
            self._try_later()
        done.set_result(None)
        if changed:
            self._tell()

    def _try_later(self) -> None:
        with self._lock:
            if self._timer is None and self.library.is_open:
                self._timer = threading.Timer(self.retry_s, self._later)
                self._timer.daemon = True
                self._timer.start()

    def _later(self) -> None:
        with self._lock:
            self._timer = None
        if self.library.is_open:
            self.retry()

    def _tell(self) -> None:
        for report in self._watchers:
            with contextlib.suppress(RuntimeError):  # the event loop of the watcher has ended
                report()


def _wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event, _done: Future[None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has been closed, and its waiters with it
        loop.call_soon_threadsafe(event.set)
