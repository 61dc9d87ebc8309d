"""Remembers the modes a terminal was set to, and restores them after a reload."""

from __future__ import annotations

import re

_MODE = re.compile(rb"\x1b\[\?([0-9;]{1,40})([hl])")
_UNDER_WAY = re.compile(rb"\x1b(?:\[(?:\?[0-9;]{0,40})?)?\Z")


class TerminalModes:
    """The private modes (alternate screen, mouse, bracketed paste, …) that are on or off after all output so far."""

    def __init__(self) -> None:
        self._modes: dict[bytes, bytes] = {}
        self._tail = b""

    def feed(self, output: bytes) -> None:
        """Take what the program wrote, in pieces of any size."""
        data = self._tail + output
        for match in _MODE.finditer(data):
            for mode in match[1].split(b";"):
                self._modes.pop(mode, None)
                self._modes[mode] = match[2]
        rest = _UNDER_WAY.search(data)
        self._tail = rest[0] if rest else b""

    def replay(self) -> bytes:
        """The sequences that bring a new terminal into the same state, in their original order."""
        return b"".join(b"\x1b[?%s%s" % (mode, state) for mode, state in self._modes.items() if mode != b"2026")
