"""Stands in for the library where `ask` keeps nothing: SQLite, its schema and the search take a tenth of its start."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace


class NoLibrary:
    """Takes what an exchange stores, and forgets it."""

    read_only = False
    is_open = False
    path = None
    news = ()

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def begin(self, *_: object, **__: object) -> None: ...

    async def append(self, *_: object, **__: object) -> None: ...

    async def finish(self, *_: object, **__: object) -> None: ...

    def write(self, *_: object) -> SimpleNamespace:
        done: Future[None] = Future()
        done.set_result(None)
        return SimpleNamespace(future=done)
