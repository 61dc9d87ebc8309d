"""The terminal on Linux and macOS. This file owns that pasted text is text, and that no byte ends the program.

Textual 8.2.8 looks for key sequences inside a bracketed paste as well: what follows an escape there arrives as keys,
before the rest of the paste. A pasted log with colours is scrambled, and a pasted ctrl+q quits. And a byte that is not
UTF-8 raises in its input thread, which ends the program.
"""

from __future__ import annotations

import codecs
import os
import selectors

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

START, END = "\x1b[200~", "\x1b[201~"
STAND_IN = "\ufdd0"
"""A code point that no text holds (Unicode keeps it for a program's own use), for an escape on its way through."""

POLL_S = 0.1


class PasteGuard:
    """Replaces escapes inside of pastes. Feed it pieces as they come; where they are cut makes no difference."""

    def __init__(self) -> None:
        self._pasting = False
        self._begun = ""
        """What has come of the next marker. Outside of a paste it is passed on already: an escape key must not wait."""

    def feed(self, text: str) -> str:
        """What may be looked at for keys."""
        if not self._begun and "\x1b" not in text:
            return text
        return "".join(map(self._take, text))

    def _take(self, char: str) -> str:
        marker = END if self._pasting else START
        begun = self._begun + char
        if marker.startswith(begun):
            self._begun = "" if begun == marker else begun
            if not self._pasting:
                self._pasting = begun == marker
                return char
            self._pasting = begun != marker
            return "" if self._pasting else marker
        # An escape only ever begins a marker, so a failed one can begin again here and nowhere else.
        lost, self._begun = self._begun, ""
        passed = lost.replace("\x1b", STAND_IN) if self._pasting else ""
        return passed + (self._take(char) if char == "\x1b" else char)


class GuardedDriver(LinuxDriver):
    """Textual's driver with a guarded input, and an output whose columns hold (`ui/steady.py`)."""

    def write(self, data: str) -> None:
        if not data.isascii():
            from tui_chat.ui.steady import steadied

            data = steadied(data)
        super().write(data)

    def run_input_thread(self) -> None:
        parser, guard = XTermParser(self._debug), PasteGuard()
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(POLL_S):
                    data = os.read(self.fileno, 1 << 12)
                    if not data:
                        return
                    for event in parser.feed(guard.feed(decode(data))):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Paste):
            message.text = message.text.replace(STAND_IN, "\x1b")
        super().process_message(message)
