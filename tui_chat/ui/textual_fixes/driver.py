"""The terminal on Linux and macOS, in place of Textual 8.2.8's driver.

Textual's input thread ends the program when a byte of the input surprises it (see input_parser.py), and what it writes
puts some emoji on other columns than the terminal does (see emoji_columns.py).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import sys
import termios
import tty

from textual.drivers.linux_driver import LinuxDriver

from tui_chat.core.keyboard import LOCAL_S
from tui_chat.ui.textual_fixes.input_parser import InputParser

POLL_S = 0.1


class GuardedDriver(LinuxDriver):
    """Textual's driver with a guarded input, and an output whose columns hold."""

    def write(self, data: str) -> None:
        if not data.isascii():
            from tui_chat.ui.textual_fixes.emoji_columns import steadied

            data = steadied(data)
        super().write(data)

    def run_input_thread(self) -> None:
        parser = InputParser(self._debug, escape_s=self._escape_s(), typed_ahead=self._typed_ahead())
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(parser.wait_s(POLL_S)):
                    data = os.read(self.fileno, 1 << 12)
                    if not data:
                        return
                    for event in parser.feed(data):
                        self.process_message(event)
                else:
                    for event in parser.tick():
                        self.process_message(event)

    def _escape_s(self) -> float:
        return getattr(self._app, "escape_s", None) or LOCAL_S

    def _typed_ahead(self) -> int:
        """The bytes that were typed before the terminal was switched to single keys, just before this thread began."""
        if self.attrs_before is None or not self.attrs_before[tty.IFLAG] & termios.ICRNL:
            return 0
        with contextlib.suppress(OSError):
            return int.from_bytes(fcntl.ioctl(self.fileno, termios.FIONREAD, bytes(4)), sys.byteorder)
        return 0
