"""Reads standard input as text, whatever its encoding."""

from __future__ import annotations

import codecs
import contextlib
import sys
import threading
from collections.abc import Iterator

from tui_chat.cli.output import note
from tui_chat.core.lazy_pattern import lazy_pattern

SILENT_S = 1.5
"""Seconds until a note says that standard input is being awaited."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32's mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_LOOKED_AT = 4096
_COMMON = lazy_pattern(
    "[\t\n\r -~\u00a0-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u1e00-\u1fff\u2010-\u203a\u20ac"
    "\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e\U0001f300-\U0001faff]"
)


def read_all() -> str:
    """Read all of standard input as text. During a silence, standard error says that it is being awaited."""
    with _waiting():
        data = sys.stdin.buffer.read()
    text, charset = decoded(data)
    if charset:
        note(f"standard input is not UTF-8; it was read as {charset}")
    return text.rstrip("\n")


def decoded(data: bytes) -> tuple[str, str]:
    r"""Decode UTF-8, UTF-16 or UTF-32, by its mark or its zero bytes, else an older encoding, whose name is returned.

    Line ends become "\n". Windows PowerShell 5 pipes UTF-16 into files, with and without a mark.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _newlines(data[len(mark) :].decode(encoding, "replace")), ""
    found = encoding_of(data)
    if found == "utf-8" or b"\0" not in data:
        from tui_chat.engine.text_encoding import WESTERN, decode_unmarked

        text, charset = decode_unmarked(data)
        if found == "utf-8" or charset not in WESTERN:
            return _newlines(text), "" if charset == "utf-8" else charset
    return _newlines(data.decode(found, "replace")), ""


def encoding_of(data: bytes) -> str:
    """The encoding of bytes without a mark: the one in which they are characters of living languages.

    UTF-16 may be valid UTF-8 by chance. Then many of the characters are controls: zero bytes, or the other byte of each
    letter, such as 04 for Cyrillic.
    """
    head = data[:_LOOKED_AT]
    controls = sum(byte < 32 and byte not in b"\t\n\r" for byte in head)
    if _read_as("utf-8", head) is not None and (controls * 3 < len(head) or len(data) % 2):
        return "utf-8"
    found = [(*_weight(text), each) for each in _WIDE if (text := _read_as(each, head)) and _is_common(text)]
    if not found:
        return "utf-8"
    _, pages, encoding = max(found)
    printable = sum(32 <= byte < 127 for byte in head)
    # Letters of Latin-1 look like Chinese in pairs, though of many pages; Japanese without Chinese has few.
    latin = 0 not in head and printable * 4 >= len(head) * 3 and (pages < -4 or pages * 4 < -len(head))
    return "utf-8" if latin else encoding


def _is_common(text: str) -> bool:
    return len(_COMMON.findall(text)) > 0.9 * len(text)


def _weight(text: str) -> tuple[int, int]:
    """More ASCII and fewer Unicode pages make a text more likely."""
    return sum(char < "\x7f" for char in text), -len({ord(char) >> 8 for char in text})


def _read_as(encoding: str, head: bytes) -> str | None:
    """The text; None if it is invalid. The last character may be cut."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return None


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@contextlib.contextmanager
def _waiting() -> Iterator[None]:
    timer = threading.Timer(SILENT_S, note, ["waiting for the end of standard input; </dev/null asks without it"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
