"""Which bytes a program may write to the terminal. This file owns the allowlist of the tests.

It is an allowlist on purpose, and it shares no code with the program's own filter: what neither Textual nor this
program means to send is a fault, whether or not anybody has thought of it as an attack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<csi>\x1b\[(?P<private>[<=>?]*)(?P<params>[0-9:;]*)(?P<middle>[ -/]*)(?P<final>[@-~]))
  | (?P<string>\x1b(?P<kind>[P\]X^_])(?P<payload>[^\x07\x1b\x9c]*)(?:\x07|\x1b\\|\x9c))
  | (?P<escape>\x1b.?)
  | (?P<control>[\x00-\x1f\x7f-\x9f])
  | (?P<text>[^\x00-\x1f\x7f-\x9f]+)
    """,
    re.VERBOSE | re.DOTALL,
)

_UNFINISHED = re.compile(
    rb"""
    (?: \x1b (?: \[ [0-9:;<=>?]* [ -/]* | [P\]X^_] [^\x07\x1b]* \x1b? )?
      | [\xc2-\xdf] | [\xe0-\xef] [\x80-\xbf]? | [\xf0-\xf4] [\x80-\xbf]{0,2}
    ) \Z
    """,
    re.VERBOSE,
)
"""A sequence or a character of which only the beginning has come."""

_LONGEST_SEQUENCE = 4096
"""Bytes from the end in which the beginning of an unfinished one is looked for."""

MODES = frozenset({"7", "25", "1000", "1003", "1004", "1006", "1015", "1016", "1049", "2004", "2026", "2048"})
"""Private modes of Textual 8.2.8: line wrap, cursor, mouse, focus, alternate screen, paste, sync, resize."""

QUESTIONS = frozenset({"\x1b[?2026$p", "\x1b[?2048$p", "\x1b]11;?\x1b\\"})
"""Which of two modes the terminal knows, and what its ground is."""

KEYBOARD = frozenset({"\x1b[>25u", "\x1b[<u"})
"""The kitty keyboard protocol on and off."""

POINTER = re.compile(r"\x1b\]22;[a-z-]*\x07")
"""The shape of the mouse pointer, as Textual 8 asks for it (OSC 22)."""

TITLE = re.compile(r"\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\x07|\x1b\[2[23];2t")
"""The terminal's title, and the stack on which its own is kept meanwhile."""

_JOINERS = "\u200c\u200d"
"""Format characters with an honest use inside of words and emoji."""

_BAD_RANGES = re.compile("[\ufe00-\ufe0d\U000e0000-\U000e01ef\u2028\u2029\ud800-\udfff\ufffe\uffff\ufff9-\ufffb]")


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of what was written. `kind` is csi, string (OSC, DCS and so on), escape, control or text."""

    kind: str
    raw: str
    private: str = ""
    params: str = ""
    middle: str = ""
    final: str = ""


def tokens(raw: bytes) -> Iterator[Token]:
    """What was written, piece by piece. Bytes that are not UTF-8 become lone surrogates, which nothing allows."""
    for found in _TOKEN.finditer(raw.decode("utf-8", "surrogateescape")):
        kind = found.lastgroup if found.lastgroup in ("escape", "control", "text") else None
        if kind is None:
            kind = "csi" if found["csi"] else "string"
        parts = (found["private"] or "", found["params"] or "", found["middle"] or "", found["final"] or "")
        yield Token(kind, found[0], *parts)


def complete_length(raw: bytearray) -> int:
    """How many bytes have come up to the end of the last whole character or sequence. A read may end anywhere."""
    begin = max(0, len(raw) - _LONGEST_SEQUENCE)
    unfinished = _UNFINISHED.search(raw, begin)
    return unfinished.start() if unfinished else len(raw)


def visible(raw: bytes) -> str:
    """The text that was written, without everything that moves or colours it, in the order of writing."""
    found = _TOKEN.finditer(raw.decode("utf-8", "surrogateescape"))
    return "".join([token[0] for token in found if token.lastgroup == "text"])


def problems(raw: bytes, size: tuple[int, int], *, also: re.Pattern[str] | None = None) -> list[str]:
    """What a program on a terminal of (columns, rows) should not have written; empty where all is well.

    `also` matches further whole sequences that a test expects, such as a title or a copy to the clipboard.
    """
    found: dict[str, None] = {}
    for token in {token.raw: token for token in tokens(raw)}.values():
        if also is not None and token.kind != "text" and also.fullmatch(token.raw):
            continue
        if (problem := _problem(token, size)) is not None:
            found[problem] = None
    return list(found)


def forbidden(raw: bytes, never_hex: list[str]) -> list[str]:
    """Which of the given byte strings (in hexadecimal) were written."""
    return [bad for bad in never_hex if bytes.fromhex(bad) in raw]


def _problem(token: Token, size: tuple[int, int]) -> str | None:
    match token.kind:
        case "text" if token.raw.isascii():
            return None
        case "text":
            bad = sorted({f"U+{ord(char):04X}" for char in token.raw if not _honest(char)})
            return f"characters {', '.join(bad)} in {token.raw[:40]!r}" if bad else None
        case "control":
            return None if token.raw in "\r\n" else f"control character {token.raw!r}"
        case "csi" | "string" if TITLE.fullmatch(token.raw) and all(map(_honest, token.raw[4:-1])):
            return None
        case "csi":
            return None if _allowed(token, size) else f"sequence {token.raw!r}"
        case "string" if POINTER.fullmatch(token.raw) or token.raw in QUESTIONS:
            return None
        case _:
            return f"sequence {token.raw[:60]!r}"


def _allowed(token: Token, size: tuple[int, int]) -> bool:
    if token.raw in QUESTIONS or token.raw in KEYBOARD:
        return True
    match token.private, token.middle, token.final:
        case "?", "", "h" | "l":
            return set(token.params.split(";")) <= MODES
        case "", "", "m":
            return True
        case "", "", "H":
            return _inside(token.params, size)
        case _:
            return False


def _inside(params: str, size: tuple[int, int]) -> bool:
    """Whether a cursor position (row;column, both from 1) is one of this terminal's."""
    columns, rows = size
    numbers = [int(number or 1) for number in params.split(";")] if params else [1, 1]
    return len(numbers) == 2 and 1 <= numbers[0] <= rows and 1 <= numbers[1] <= columns


def _honest(char: str) -> bool:
    if char in _JOINERS:
        return True
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs") and not _BAD_RANGES.match(char)
