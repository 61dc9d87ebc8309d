"""From the bytes of the terminal to key, mouse and paste events, in place of Textual 8.2.8's parser.

Textual's loses or ends the program at what it does not know: bytes that are not UTF-8, a character cut in two, key
reports of other modes. It looks for keys inside a paste, so that a pasted ctrl+q quits, and it types the terminal's
answers into the prompt. Here the stream is first cut into complete tokens (input_tokens.py); Textual's parser only sees
reports that it is known to understand.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from tui_chat.core.escape_delay import LOCAL_S
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.ui.textual_fixes.input_keys import character_keys, key_events
from tui_chat.ui.textual_fixes.input_tokens import InputTokenizer, Pasted, Text, Token
from tui_chat.ui.textual_fixes.terminal_background import answer_of
from tui_chat.ui.textual_fixes.typed_lines import TypedLines

PAUSE_S = 0.2
"""At most this much silence ends a paste that the terminal does not mark."""

_FOCUS = {"\x1b[I": events.AppFocus, "\x1b[O": events.AppBlur}
_MODE = lazy_pattern(r"\x1b\[\?\d{1,5};\d\$y")
_SIZE = lazy_pattern(r"\x1b\[48;([1-9]\d{0,4})(?::\d*)?;([1-9]\d{0,4})(?::\d*)?;(\d{1,6})(?::\d*)?;(\d{1,6})(?::\d*)?t")
_SGR_MOUSE = lazy_pattern(r"\x1b\[<(\d{1,3});-?\d{1,6};-?\d{1,6}[Mm]")
_URXVT_MOUSE = lazy_pattern(r"\x1b\[(\d{2,3});(\d{1,4});(\d{1,4})M")
_X10_MOUSE = lazy_pattern(r"\x1b\[M(.)(.)(.)", re.DOTALL)


class InputParser:
    """Turns input into events. Feed it bytes as they arrive, split anywhere."""

    def __init__(
        self,
        debug: bool = False,
        *,
        escape_s: float = LOCAL_S,
        typed_ahead: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reports = XTermParser(debug)
        self._tokens = InputTokenizer(escape_s)
        self._lines = TypedLines(min(escape_s, PAUSE_S))
        self._typed_ahead = typed_ahead
        self._clock = clock

    def wait_s(self, longest: float) -> float:
        """How long to wait for more bytes until `tick` has something to do; `longest` while nothing is pending."""
        deadlines = [t for t in (self._tokens.deadline, self._lines.deadline) if t is not None]
        return max(0.0, min([longest, *(deadline - self._clock() for deadline in deadlines)]))

    def feed(self, data: bytes) -> Iterator[Message]:
        """The events that these bytes, which were read at once, complete."""
        if self._typed_ahead:
            ahead, rest = data[: self._typed_ahead], data[self._typed_ahead :]
            self._typed_ahead -= len(ahead)
            data = ahead.replace(b"\n", b"\r") + rest
        now = self._clock()
        return self._events(self._lines.feed(self._tokens.feed(data, now), now))

    def tick(self) -> Iterator[Message]:
        """The events that silence completes, such as an escape that nothing followed. Call it when there is nothing to
        read: what waits to be read has come in time, however late it is read."""
        now = self._clock()
        tokens = self._tokens.expire(now)
        return self._events([*self._lines.expire(now), *(self._lines.feed(tokens, now) if tokens else ())])

    def _events(self, tokens: Iterable[Token]) -> Iterator[Message]:
        for token in tokens:
            match token:
                case Text(text):
                    yield from character_keys(text)
                case Pasted(text):
                    if text := text.replace("\x00", ""):
                        yield events.Paste(text)
                case _:
                    yield from self._sequence(token.text)

    def _sequence(self, sequence: str) -> Iterable[Message]:
        if (focus := _FOCUS.get(sequence)) is not None:
            return [focus()]
        if sequence.startswith("\x1b]11;"):
            return [answer] if (answer := answer_of(sequence)) is not None else ()
        if sequence.startswith("\x1b\x1b"):
            inner = sequence[1:]
            if not key_events(inner):
                return [*key_events("\x1b"), *self._sequence(inner)]
        if _MODE.fullmatch(sequence):
            return self._reports.feed(sequence)
        if found := _SIZE.fullmatch(sequence):
            return self._resize(*map(int, found.groups()))
        if (mouse := _mouse(sequence)) is not None:
            return self._reports.feed(mouse) if mouse else ()
        return key_events(sequence)

    def _resize(self, height: int, width: int, pixel_height: int, pixel_width: int) -> Iterable[Message]:
        if pixel_height and pixel_width:
            return self._reports.feed(f"\x1b[48;{height};{width};{pixel_height};{pixel_width}t")
        # Textual would divide by the size in pixels, which some terminals do not know.
        return [events.Resize.from_dimensions((width, height), None)]


def _mouse(sequence: str) -> str | None:
    """A mouse report in the form that Textual understands; "" for a meaningless one, None if it is none."""
    if found := _SGR_MOUSE.fullmatch(sequence):
        return sequence if int(found[1]) < 128 else ""  # buttons above the third would be taken for the first
    if found := _URXVT_MOUSE.fullmatch(sequence):
        button, x, y = (int(number) for number in found.groups())
    elif found := _X10_MOUSE.fullmatch(sequence):
        button, x, y = (ord(char) for char in found.groups())
        x, y = x - 32, y - 32
    else:
        return "" if sequence.startswith("\x1b[<") else None
    button -= 32
    if not 0 <= button < 128 or min(x, y) < 1:
        return ""
    let_go = button & 0b1100011 == 3
    return f"\x1b[<{button & ~3 if let_go else button};{x};{y}{'m' if let_go else 'M'}"
