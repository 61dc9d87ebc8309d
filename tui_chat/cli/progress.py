"""A progress line on standard error, erased before anything else is written."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import TextIO

QUIET_S = 1.5
"""Seconds of silence after which the line appears."""

_CLEAR = "\r\x1b[K"


class Progress:
    """`waiting for the answer · 3 s`, on terminals only. Until `stop` it comes back by itself after `clear`."""

    def __init__(self, stream: TextIO, environ: Mapping[str, str]) -> None:
        self.words = "waiting for the answer"
        self._stream = stream
        self._shows = stream.isatty() and environ.get("TERM", "") not in ("", "dumb", "unknown", "emacs")
        self._timer: asyncio.TimerHandle | None = None
        self._began = 0.0
        self._shown = False

    def start(self) -> None:
        """Begin to wait."""
        if self._shows:
            loop = asyncio.get_running_loop()
            self._began = loop.time()
            self._timer = loop.call_later(QUIET_S, self._show)

    def clear(self) -> None:
        """Erase the line."""
        if self._shown:
            self._shown = False
            self._write(_CLEAR)

    def stop(self) -> None:
        """End the waiting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.clear()

    def _show(self) -> None:
        loop = asyncio.get_running_loop()
        self._shown = True
        self._write(f"{_CLEAR}{self.words} · {loop.time() - self._began:.0f} s")
        self._timer = loop.call_later(1, self._show)

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()
