"""Reads standard input as text, in whatever encoding it was written."""

from __future__ import annotations

import codecs
import contextlib
import sys
import threading
from collections.abc import Iterator

from tui_chat.cli.output import note

SILENT_S = 1.5
"""Seconds until a note says what is being waited for."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32's mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 4096


def read_all() -> str:
    """All of standard input as text. While nothing comes, standard error says that it is being waited for."""
    with _waiting():
        data = sys.stdin.buffer.read()
    return decoded(data).rstrip("\n")


def decoded(data: bytes) -> str:
    """Text of UTF-8, UTF-16 or UTF-32, by its mark or by where its zero bytes are; invalid bytes are replaced.

    Line ends become "\\n". Windows PowerShell 5 pipes UTF-16 into files, with a mark and without.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _newlines(data[len(mark) :].decode(encoding, "replace"))
    return _newlines(data.decode(encoding_of(data), "replace"))


def encoding_of(data: bytes) -> str:
    """The encoding of bytes without a mark.

    In UTF-16, zero bytes are on one side of the pairs only. Read as UTF-8, a good part of it are control characters:
    the other byte of each letter, such as 04 for Cyrillic.
    """
    head = data[:_LOOKED_AT]
    controls = sum(byte < 32 and byte not in b"\t\n\r" for byte in head)
    if 0 not in head or (_is_utf8(head) and controls * 5 < len(head)):
        return "utf-8"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else "utf-8"


def _is_utf8(head: bytes) -> bool:
    """The last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


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
