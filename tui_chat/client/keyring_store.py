"""Stores API keys in the system keyring, if there is one, and reads them back.

A keyring is a plug-in that may ask its user to unlock it, or wait for a service that never answers. It is therefore
called in a thread that neither the event loop nor the end of the program waits for, and for a limited time.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from tui_chat.core.endpoint import KEYRING_SERVICE

T = TypeVar("T")
Load = Callable[[], Any]
"""Returns the module `keyring` or an equivalent; raises ImportError if it is not installed."""

_UNFIT = ("backends.fail", "backends.null", "plaintext", "keyrings.alt", "cryptfile")
"""Backends that store nothing, store the key in clear text, or ask for a password on our terminal."""

PROBE_SECONDS = 5.0
UNLOCK_SECONDS = 60.0
"""Enough time to type the keyring's password."""


def installed() -> Any:
    """The library, which is an optional dependency and slow to import."""
    return importlib.import_module("keyring")


class KeyringStore:
    """A keyring that can hold keys. Created by `working_key_store`."""

    def __init__(self, ring: Any) -> None:
        self._ring = ring

    async def store(self, endpoint: str, key: str) -> str | None:
        """Store an endpoint's key; returns what went wrong, as a phrase without the key, or None."""
        try:
            kept = await unhurried(lambda: self._stored(endpoint, key), UNLOCK_SECONDS)
        except TimeoutError:
            return "it did not answer in time"
        except Exception as problem:  # a plug-in: what it raises is not documented, and may quote the key
            return type(problem).__name__
        return None if kept else "it gives back something else"

    def _stored(self, endpoint: str, key: str) -> bool:
        self._ring.set_password(KEYRING_SERVICE, endpoint, key)
        return bool(self._ring.get_password(KEYRING_SERVICE, endpoint) == key)

    async def fetch(self, endpoint: str) -> str | None:
        """An endpoint's key; None if there is none, or it cannot be read."""
        try:
            found = await unhurried(lambda: self._ring.get_password(KEYRING_SERVICE, endpoint), UNLOCK_SECONDS)
        except Exception:  # a plug-in, see above
            return None
        return found or None

    async def forget(self, endpoint: str) -> None:
        """Delete an endpoint's key, if there is one."""
        with contextlib.suppress(Exception):
            await unhurried(lambda: self._ring.delete_password(KEYRING_SERVICE, endpoint), UNLOCK_SECONDS)


async def working_key_store(load: Load = installed) -> KeyringStore | None:
    """The keyring, or None if no keyring holds keys safely: no library, no backend, no answer."""
    try:
        ring = await unhurried(lambda: _working(load), PROBE_SECONDS)
    except Exception:  # of the library, of a plug-in, or a timeout
        return None
    return None if ring is None else KeyringStore(ring)


def _working(load: Load) -> Any | None:
    ring = load()
    backend = ring.get_keyring()
    first = next(iter(getattr(backend, "backends", None) or ()), backend)  # those of a chain, best first
    kind = f"{type(first).__module__}.{type(first).__name__}".lower()
    return None if any(word in kind for word in _UNFIT) or first.priority <= 0 else ring


async def unhurried(call: Callable[[], T], seconds: float) -> T:
    """The result of a call that may never end, in a daemon thread. Raises TimeoutError after so many seconds."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = call()
        except Exception as problem:
            error = problem
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await done
