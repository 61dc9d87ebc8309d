"""The checker of bytes finds what it must find, wherever it is cut, and lets through what programs mean to send."""

from __future__ import annotations

import re

import pytest

from tests.pty.sequences import complete_length, forbidden, problems, tokens, visible

SIZE = (80, 24)

ALLOWED = [
    b"plain text, \xc3\xa4\xe6\xbc\xa2 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 \xe2\x9d\xa4\xef\xb8\x8f",
    b"\x1b[?1049h\x1b[?25l\x1b[?1000;1006h",
    b"\x1b[1;38;2;1;2;3;48;2;4;5;6mstyled\x1b[0m\r\n",
    b"\x1b[1;1H\x1b[24;80H\x1b[H",
    b"\x1b[?2026$p\x1b[?2026h\x1b[?2026l\x1b[>25u\x1b[<u",
    b"\x1b]22;pointer\x07",
    b"",
]
REFUSED = [
    b"\x1b[2J",
    b"\x1b[10A",
    b"\x1b[K",
    b"\x1b[25;1H",
    b"\x1b[1;81H",
    b"\x1b[1;1;1H",
    b"\x1b[6n",
    b"\x1b[c",
    b"\x1b[>c",
    b"\x1b[?1047h",
    b"\x1b[21t",
    b"\x1b[?25;47h",
    b"\x1b[ q",
    b"\x1b[4h",
    b"\x1b]0;title\x07",
    b"\x1b]2;title\x1b\\",
    b"\x1b]8;;https://example.com\x1b\\",
    b"\x1b]52;c;UFdO\x07",
    b"\x1b]22;\x1b\\",
    b"\x1bPq#0~~\x1b\\",
    b"\x1b_Ga=T\x1b\\",
    b"\x1b^private\x1b\\",
    b"\x1bc",
    b"\x1b7",
    b"\x1b(0",
    b"\x1b",
    b"\x1b[",
    b"\x1b]never ended",
    b"\x00",
    b"\x07",
    b"\x08",
    b"\x0e",
    b"\x7f",
    b"\t",
    b"\xc2\x9b2J",
    b"\xc2\x9d0;x\xc2\x9c",
    b"\xc2\x85",
    b"\x9b2J",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    "\u202e".encode(),
    "\u2066".encode(),
    "\u200b".encode(),
    "\u2060".encode(),
    "\ufeff".encode(),
    "\u2028".encode(),
    "\U000e0069".encode(),
    "\U000e0173".encode(),
    "\ufe01".encode(),
]


@pytest.mark.parametrize("raw", ALLOWED)
def test_what_programs_send_is_allowed(raw: bytes) -> None:
    assert problems(raw, SIZE) == []


@pytest.mark.parametrize("raw", REFUSED)
def test_everything_else_is_found_alone_and_between_allowed_bytes(raw: bytes) -> None:
    assert problems(raw, SIZE)
    for before in ALLOWED:
        assert problems(before + b"A" + raw + b"B", SIZE)


def test_the_tokens_are_the_bytes_again() -> None:
    raw = b"".join(ALLOWED + REFUSED)
    assert "".join(token.raw for token in tokens(raw)).encode("utf-8", "surrogateescape") == raw


def test_what_a_test_expects_besides_is_allowed_and_nothing_more() -> None:
    title = re.compile(r"\x1b\]0;tui-chat[ -~]*\x07")
    assert problems(b"\x1b]0;tui-chat: demo\x07", SIZE, also=title) == []
    assert problems(b"\x1b]0;PWNED\x07", SIZE, also=title)


def test_visible_text_is_what_is_left() -> None:
    assert visible(b"\x1b[1;1Hone\x1b[0m two\r\n\x1b]22;text\x07three") == "one twothree"


def test_forbidden_bytes_are_found_by_their_hexadecimal() -> None:
    assert forbidden(b"A\x1b[2JB", ["1b5b324a", "c29b"]) == ["1b5b324a"]


@pytest.mark.parametrize(
    "whole", ["─", "é", "😀", "\x1b[?1049h", "\x1b[38;2;1;2;3m", "\x1b]22;text\x07", "\x1b]22;text\x1b\\", "\x1b7"]
)
def test_what_a_read_has_cut_does_not_count_until_it_is_whole(whole: str) -> None:
    raw = whole.encode()
    assert [complete_length(bytearray(b"before" + raw[:at])) for at in range(1, len(raw))] == [6] * (len(raw) - 1)
    assert complete_length(bytearray(b"before" + raw)) == 6 + len(raw)
    assert complete_length(bytearray(b"before" + raw + b"a")) == 7 + len(raw)


def test_a_raw_control_byte_always_counts() -> None:
    assert complete_length(bytearray(b"before\x9b")) == 7
