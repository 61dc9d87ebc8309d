"""From the bytes of the terminal to key, mouse and paste events, around two faults of Textual 8.2.8.

It looks for key sequences inside a bracketed paste as well: what follows an escape there arrives as keys, before the
rest of the paste. A pasted log with colours is scrambled, and a pasted ctrl+q quits. And a byte that is not UTF-8
raises in its input thread, which ends the program.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

START, END = "\x1b[200~", "\x1b[201~"
STAND_IN = "\ufdd0"
"""A code point that no text holds (Unicode keeps it for a program's own use), for an escape on its way through."""


class InputParser:
    """Turns what was read into events. Feed it bytes as they come; where they are cut makes no difference."""

    def __init__(self, debug: bool = False) -> None:
        self._parser = XTermParser(debug)
        self._guard = PasteGuard()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def feed(self, data: bytes) -> Iterator[Message]:
        """The events that these bytes complete."""
        return map(_pasted_as_sent, self._parser.feed(self._guard.feed(self._decode(data))))

    def tick(self) -> Iterator[Message]:
        """The events that time completes: an escape that nothing followed. To be called every tenth of a second."""
        return map(_pasted_as_sent, self._parser.tick())


def _pasted_as_sent(message: Message) -> Message:
    if isinstance(message, events.Paste):
        message.text = message.text.replace(STAND_IN, "\x1b")
    return message


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
