"""Cuts what a terminal sends into complete tokens: text, escape sequences and pastes.

Pure: bytes and the time go in, tokens come out. Where the bytes are cut makes no difference, with one exception that
no program can avoid: an escape that nothing follows for a while is the escape key. What follows it later is still told
from typing. Answers of the terminal that carry a string (the clipboard, its version) are dropped here, because nothing
in this program asks for them; only what it says of its ground is handed on.
"""

from __future__ import annotations

import codecs
import re

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

ESC = 0x1B
PASTE_START, PASTE_END = b"\x1b[200~", b"\x1b[201~"

INCOMPLETE_S = 1.0
"""Seconds of silence after which a sequence that has begun will not be completed any more."""
STRING_S = 10.0
"""Seconds that the string of an answer may take in all: without its end it would swallow what is typed for ever."""
PASTE_SILENCE_S = 5.0
"""Seconds of silence after which a paste counts as over although its end marker never came."""
PASTE_TRICKLE_S = 30.0
"""Seconds after which it does so while bytes come no faster than they are typed."""
TYPED_AT_ONCE = 32
"""Bytes in one read that are too many to be typed."""
MAX_SEQUENCE = 1024
MAX_STRING = 1 << 16
"""Bytes of a string that are remembered; of a longer one the rest is dropped as it comes."""

_ANSWER = lazy_pattern(rb"\x1b(?:\][\dlL]|P[\d;>!$+=?]|_G)")
"""How the strings begin that terminals send. Anything else is an alt key with typing after it, unless its end comes at
once."""
_GROUND = b"\x1b]11;"
"""How the terminal's answer about its ground begins."""
_STRING_END = lazy_pattern(rb"\x07|\x1b\\|(?<![\x80-\xff])\x9c|\xc2\x9c|[\x00-\x1a\x1c-\x1f]|\x1b.|\x1b\Z", re.DOTALL)
_CSI = lazy_pattern(rb"\x1b\[(?:\[[A-E]|\d{1,2}\$|[ -?]*[@-LN-Z\\-~])|\x1b\[[ -?]+[M\[]")
"""A complete control sequence. The forms with [ and $ are keys of the Linux console and of rxvt, which break the rules;
`ESC [ M` without parameters begins an old mouse report and is looked at elsewhere."""
_NO_NUMBER = lazy_pattern(rb"\x1b\[<?\d+(?:;-?(?:\d+|NaN|Infinity))+[Mm]")
_NO_NUMBER_BEGUN = lazy_pattern(
    rb"\x1b\[<?\d+(?:;-?(?:\d+|NaN|Infinity))*;-?(?:N|Na|NaN|I|In|Inf|Infi|Infin|Infini|Infinit|Infinity|\d*)\Z"
)
"""Mouse reports of terminals in a browser that had no numbers to report; by the rules they would end at the N."""
_CSI_BEGUN = lazy_pattern(rb"\x1b\[(?:\[|[ -?]*)")
_LATE_REST = lazy_pattern(
    rb"\[200~|\[(?:[0-?]+[ -/]*[@-~]|\[[A-E]|M...|[@-LN-Z])(?=\x1b|\Z)|\]\d{1,4};|P[>!]|P\d[$+]|_G", re.DOTALL
)
"""What comes at once only from a terminal: the rest of a sequence whose escape was taken for the escape key."""
_SS3 = lazy_pattern(rb"\x1bO\d{0,2}[A-Za-z]")
_SS3_BEGUN = lazy_pattern(rb"\x1bO\d{0,2}")


@dataclass(frozen=True, slots=True)
class Text:
    """Characters that came outside of any sequence or paste."""

    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One complete escape sequence. The bytes of an old mouse report are code points below 256."""

    text: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """The text between the two markers of a paste, as it was sent."""

    text: str


Token = Text | Sequence | Pasted


class InputTokenizer:
    """Feed it each read with the time of it, and call `expire` when `deadline` has come and there is nothing to read.

    `escape_s` is how long an escape waits for the rest of a sequence until it is the escape key.
    """

    def __init__(self, escape_s: float) -> None:
        self._escape_s = escape_s
        self._pending = bytearray()
        """Bytes of a token that is not complete: a paste, or what begins with an escape."""
        self._pasting = False
        self._searched = 0
        """How far the pending paste was searched for its end."""
        self._began = 0.0
        self._last = 0.0
        self._burst = 0.0
        """When the pending paste last grew faster than anybody types."""
        self._escaped: float | None = None
        """When an escape was given out as a key, if nothing has come since."""
        self._late: int | None = None
        """Where in `_pending` the bytes begin that came after a pause."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    @property
    def deadline(self) -> float | None:
        """When `expire` has something to do; None while nothing is pending."""
        if self._pasting:
            return min(self._last + PASTE_SILENCE_S, self._burst + PASTE_TRICKLE_S)
        if not self._pending:
            return None
        if not self._pending.strip(b"\x1b"):
            return self._last + self._escape_s
        if self._pending[1] in b"P]_^X":
            if not _ANSWER.match(self._pending) and len(self._pending) > 2:
                return self._last + self._escape_s
            return min(self._last + max(INCOMPLETE_S, self._escape_s), self._began + STRING_S)
        return self._last + max(INCOMPLETE_S, self._escape_s)

    def feed(self, data: bytes, now: float) -> list[Token]:
        """The tokens that these bytes complete."""
        if self._escaped is not None:
            if now - self._escaped < INCOMPLETE_S and _LATE_REST.match(data):
                data = b"\x1b" + data
            self._escaped = None
        if len(data) >= TYPED_AT_ONCE:
            self._burst = now
        if not self._pending:
            self._began, self._late = now, None
        elif self._late is None and now - self._last >= self._escape_s:
            self._late = len(self._pending)
        self._last = now
        self._pending += data
        found: list[Token] = []
        while self._pending and (token := self._next()) is not None:
            found += token
        return found

    def expire(self, now: float) -> list[Token]:
        """The tokens that the silence until now completes."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return []
        if self._pasting:
            return self._paste(len(self._pending), 0)
        if not self._pending.strip(b"\x1b"):
            escapes: list[Token] = [Sequence("\x1b")] * len(self._pending)
            self._pending.clear()
            self._escaped = now
            return escapes
        if self._pending[1] in b"P]_^X":
            found = self._give_up(len(self._pending))
        else:
            found = self._sequence(len(self._pending))
        while self._pending and (token := self._next()) is not None:
            found += token
        return found

    def _next(self) -> list[Token] | None:
        """Take the next token off `_pending`; [] if something was dropped, None if more bytes are needed."""
        pending = self._pending
        if self._pasting:
            return self._end_of_paste()
        if pending[0] != ESC:
            return self._text()
        if self._decoder.getstate()[0]:  # a character that this escape has cut off
            return [Text(self._decoder.decode(b"", True))]
        if len(pending) == 1:
            return None
        match chr(pending[1]):
            case "\x1b":
                return self._after_two_escapes()
            case "[":
                return self._control_sequence()
            case "O":
                return self._one_of(_SS3, _SS3_BEGUN)
            case "P" | "]" | "_" | "^" | "X":
                return self._string()
            case _:
                length = 1 + _width(pending[1])
                return self._sequence(length) if len(pending) >= length else None

    def _text(self) -> list[Token]:
        """The characters up to the next escape. An incomplete character waits."""
        end = self._pending.find(ESC)
        chunk = bytes(self._pending if end < 0 else self._pending[:end])
        del self._pending[: len(chunk)]
        self._late = None
        text = self._decoder.decode(chunk, end >= 0)
        return [Text(text)] if text else []

    def _sequence(self, length: int) -> list[Token]:
        raw = bytes(self._pending[:length])
        del self._pending[:length]
        self._late = None
        mouse = raw.startswith(b"\x1b[M") and len(raw) == 6
        return [Sequence(raw.decode("latin-1" if mouse else "utf-8", "replace"))]

    def _after_two_escapes(self) -> list[Token] | None:
        """rxvt and iTerm2 send alt with an arrow as an escape before the arrow's own sequence."""
        rest = self._pending[1:]
        if len(rest) == 1:
            return None
        if chr(rest[1]) not in "[O" or rest.startswith(PASTE_START):
            return self._sequence(1)
        for complete, begun in ((_CSI, _CSI_BEGUN), (_SS3, _SS3_BEGUN)):
            if found := complete.match(rest):
                return self._sequence(1 + found.end())
            if (found := begun.match(rest)) and found.end() == len(rest):
                return None
        return self._sequence(1)

    def _control_sequence(self) -> list[Token] | None:
        pending = self._pending
        if pending.startswith(b"\x1b[M"):
            if any(0 < byte < 0x20 for byte in pending[3:6]):
                return self._sequence(3)
            return self._sequence(6) if len(pending) >= 6 else None
        if pending.startswith(PASTE_START):
            del pending[: len(PASTE_START)]
            self._pasting, self._searched, self._burst = True, 0, self._last
            return []
        if found := _NO_NUMBER.match(pending):
            return self._sequence(found.end())
        return None if _NO_NUMBER_BEGUN.match(pending) else self._one_of(_CSI, _CSI_BEGUN)

    def _one_of(self, complete: re.Pattern[bytes], begun: re.Pattern[bytes]) -> list[Token] | None:
        """The sequence if it is complete; what there is of it if the next byte cannot belong to it."""
        if found := complete.match(self._pending):
            return self._sequence(found.end())
        start = begun.match(self._pending)
        assert start is not None
        if start.end() < len(self._pending):
            return self._sequence(start.end())
        if len(self._pending) > MAX_SEQUENCE:
            self._pending.clear()
            return []
        return None

    def _string(self) -> list[Token] | None:
        """An answer of the terminal: dropped once its end has come, but for the one about its ground."""
        end = _STRING_END.search(self._pending, 2)
        if end is None or (end[0] == b"\x1b" and end.end() == len(self._pending)):
            if len(self._pending) > MAX_SEQUENCE and not _ANSWER.match(self._pending):
                return self._give_up(len(self._pending))
            if len(self._pending) > MAX_STRING:
                del self._pending[16:-1]
                self._late = None
            return None
        if end[0] in (b"\x07", b"\x1b\\", b"\x9c", b"\xc2\x9c"):
            if self._pending.startswith(_GROUND) and end.end() < MAX_SEQUENCE:
                return self._sequence(end.end())
            del self._pending[: end.end()]
            self._late = None
            return []
        return self._give_up(end.start())

    def _give_up(self, length: int) -> list[Token]:
        """What began like an answer has no end. What came after a pause, or does not look like one, was typed."""
        if not _ANSWER.match(self._pending):
            return self._sequence(2)
        typed = length if self._late is None else min(self._late, length)
        del self._pending[:typed]
        self._late = None
        return []

    def _end_of_paste(self) -> list[Token] | None:
        end = self._pending.find(PASTE_END, self._searched)
        if end < 0:
            self._searched = max(0, len(self._pending) - len(PASTE_END) + 1)
            return None
        return self._paste(end, len(PASTE_END))

    def _paste(self, length: int, marker: int) -> list[Token]:
        text = self._pending[:length].decode("utf-8", "replace")
        del self._pending[: length + marker]
        self._pasting, self._late = False, None
        return [Pasted(text)]


def _width(lead: int) -> int:
    """The bytes of the UTF-8 character that begins with this one."""
    return 1 if lead < 0xC2 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4 if lead < 0xF5 else 1
