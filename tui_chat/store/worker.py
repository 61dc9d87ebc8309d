"""Runs all library operations in one thread, in the order of the calls, whether or not they are awaited."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from tui_chat.store import replaced_file
from tui_chat.store.database import Database
from tui_chat.store.errors import LibraryError, explain, is_bad_text, is_corrupt, is_unreadable
from tui_chat.store.read_only import wal_of

P = ParamSpec("P")
T = TypeVar("T")


class Call(Generic[T]):
    """A requested operation, which will be done: await it, wait for it with `now()`, or ignore it.

    Cancelling the wait does not cancel the operation.
    """

    def __init__(self, future: Future[T]) -> None:
        self.future = future

    def __await__(self) -> Generator[Any, None, T]:
        return _outcome_of(self.future).__await__()

    def now(self) -> T:
        """Block until it is done, for callers that cannot await."""
        return self.future.result()


class Worker:
    """Runs functions on an open database in a thread of its own.

    `busy_s` is how long an operation waits for another process. `report` is called in that thread with news about the
    library that the user must know. The thread belongs to an executor, because the interpreter waits for those at its
    end: requested operations are done.
    """

    def __init__(self, path: Path | None, busy_s: float) -> None:
        self.path = path
        self.report: Callable[[str], None] | None = None
        self.news: list[str] = []
        """What happened to the library and was not reported yet."""
        self.busy_s = busy_s
        self._opener: Callable[[], Database] | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._db: Database | None = None
        self._copy: tuple[list[tuple[int, int]], Database] | None = None
        """The readable part of a damaged library, with the times and sizes of its files at that moment."""

    @property
    def read_only(self) -> bool:
        """Whether every write is refused. False before the library is open."""
        return self._db is not None and self._db.read_only

    def open(self, opener: Callable[[], Database]) -> Call[None]:
        """Open the database for later operations. Opening it again does nothing."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="library")
        return Call(self._executor.submit(self._open, opener))

    @property
    def is_open(self) -> bool:
        """Whether operations can be requested; the first of them may still open it."""
        return self._executor is not None

    def submit(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> Call[T]:
        """Request an operation. Raises LibraryError if the library is not open."""
        return self.submit_within(self.busy_s, work, *args, **kwargs)

    def submit_within(
        self, busy_s: float, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Call[T]:
        """`submit`, waiting for another process for this many seconds."""
        if self._executor is None:
            raise _closed(self.path)
        try:
            return Call(self._executor.submit(self._run, busy_s, lambda db: work(db, *args, **kwargs)))
        except RuntimeError:  # the interpreter is ending
            raise _closed(self.path) from None

    def close(self) -> Call[None]:
        """Close after all earlier operations. Does nothing if it is not open."""
        executor, self._executor = self._executor, None
        if executor is None:
            nothing: Future[None] = Future()
            nothing.set_result(None)
            return Call(nothing)
        future = executor.submit(self._close)
        executor.shutdown(wait=False)
        return Call(future)

    def _open(self, opener: Callable[[], Database]) -> None:
        if self._db is None:
            with _explained(self.path):
                self._db = opener()
                self._opener = opener

    def _run(self, busy_s: float, work: Callable[[Database], T]) -> T:
        self._follow()
        if self._db is None:
            raise _closed(self.path)
        try:
            with _explained(self.path):
                self._db.wait_for_others(busy_s)
                db = self._db
                while True:
                    try:
                        return work(db)
                    except sqlite3.DatabaseError as error:
                        db = self._instead_of(db, error)
        finally:
            # What was written just after the file had gone is copied too.
            self._follow()

    def _follow(self) -> None:
        """Switch to the library that is at our path now. If that fails, reading continues, and writing says why not."""
        db = self._db
        if db is None or self._opener is None:
            return
        db.problem = None
        if not replaced_file.has_moved(db):
            return
        try:
            self._db, news = replaced_file.follow(db, self._opener)
        except (sqlite3.Error, OSError, LibraryError) as error:
            db.problem = error
        else:
            self.tell(news)

    def _instead_of(self, db: Database, error: sqlite3.DatabaseError) -> Database:
        """The database to try after damage. Raises the error again if it means no damage, or nothing else is left."""
        if is_bad_text(error) and db.connection.text_factory is str:
            # Not the rule: the replacement would run for every text of every row.
            db.connection.text_factory = lambda data: data.decode("utf-8", "replace")
            return db
        if db is not self._db or self.path is None or not (is_corrupt(error) or is_unreadable(error)):
            raise error
        if db.recoverable and is_corrupt(error):
            db.recoverable = False
            if (new := self._recover(db)) is not None:
                return new
        return self._readable_copy(self.path, db, error)

    def _recover(self, db: Database) -> Database | None:
        """Switch from a damaged library to a new one with its readable part. None: that failed, and the damaged one
        stays."""
        from tui_chat.store.library_recovery import recover

        if db.path is None or self._opener is None:
            return None
        try:
            news, take_place = recover(db.path, datetime.now())
        except (sqlite3.Error, OSError, LibraryError):
            return None
        with contextlib.suppress(sqlite3.Error):
            db.connection.close()
        self._db = None
        take_place()
        self._db = new = self._opener()
        new.take_held(db)
        self.tell(news)
        return new

    def _readable_copy(self, path: Path, db: Database, error: sqlite3.DatabaseError) -> Database:
        """The readable part of a damaged library that cannot be replaced, in memory. Writing raises `error`."""
        from tui_chat.store.library_recovery import readable_copy

        files = [each.stat() for each in (path, wal_of(path)) if each.exists()]
        stamp = [(about.st_mtime_ns, about.st_size) for about in files]
        if self._copy is None or self._copy[0] != stamp:
            try:
                copy, words = readable_copy(path)
            except (sqlite3.Error, OSError, LibraryError):
                raise error from None
            copy.problem = error
            if self._copy is None:
                self.tell(words)
            else:
                self._copy[1].connection.close()
            self._copy = stamp, copy
        copy = self._copy[1]
        copy.take_held(db)
        return copy

    def tell(self, news: str) -> None:
        """Report what happened to the library; kept in `news` while there is no listener."""
        if self.report is None:
            self.news.append(news)
        else:
            self.report(news)

    def listen(self, report: Callable[[str], None]) -> None:
        self.report = report
        while self.news:
            report(self.news.pop(0))

    def _close(self) -> None:
        self._follow()
        db, self._db = self._db, None
        if self._copy is not None:
            self._copy[1].connection.close()
        if db is not None:
            with _explained(self.path):
                db.connection.close()


class HasWorker(Protocol):
    _worker: Worker


class Operation(Generic[P, T]):
    """A method that runs a function on the library in its thread: `load = Operation(reads.load)`."""

    def __init__(self, work: Callable[Concatenate[Database, P], T]) -> None:
        self._work = work

    def __get__(self, owner: HasWorker, kind: object = None) -> Callable[P, Call[T]]:
        def submit(*args: P.args, **kwargs: P.kwargs) -> Call[T]:
            return owner._worker.submit(self._work, *args, **kwargs)

        return submit


@contextlib.contextmanager
def _explained(path: Path | None) -> Iterator[None]:
    """Errors of SQLite and the system as LibraryError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise explain(error, path) from error


async def _outcome_of(future: Future[T]) -> T:
    """Wait for an operation. Cancelling the wait does not cancel the operation: what was said is kept.

    Not `asyncio.shield`: an operation that fails after its wait was cancelled would be reported to the event loop as an
    uncaught failure, and the app would close.
    """
    waited = asyncio.wrap_future(future)
    waited.add_done_callback(_seen)
    await asyncio.wait([waited])
    return waited.result()


def _seen(done: asyncio.Future[Any]) -> None:
    if not done.cancelled():
        done.exception()


def _closed(path: Path | None) -> LibraryError:
    name = "The library in memory" if path is None else f"The library {path}"
    return LibraryError(f"{name} is not open.", "Start tui-chat again.")
