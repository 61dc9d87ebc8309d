"""The short ways of the terminal emulator draw what pyte draws."""

from __future__ import annotations

import random

import pyte
import pytest

from tests.pty.screen import Screen, Stream

PARTS = [
    *("plain text", "│ ╭─╮ ▎", "漢字", "e\u0301", "👩\u200d🚒", "\u200b", "é", "\x7f", "\r\n", "\b", "\t", "a" * 30),
    *("\x1b[m", "\x1b[0m", "\x1b[1;31m", "\x1b[38;2;1;2;3;48;5;17m", "\x1b[;7m", "\x1b[38;5m", "\x1b[99999m"),
    *("\x1b[H", "\x1b[3;7H", "\x1b[;20H", "\x1b[2J", "\x1b[K", "\x1b[1K", "\x1b[5A", "\x1b[2C", "\x1b[9X", "\x1b[2L"),
    *("\x1b[?25l", "\x1b[?5h", "\x1b[?5l", "\x1b[4h", "\x1b[4l", "\x1b[?7l", "\x1b[?7h", "\x1b[2;5r", "\x1b[r"),
    *("\x1b]0;title\x07", "\x1b[>1u", "\x1b(0", "\x0e", "\x0f", "\x1b[3\x18", "\x1bc", "\x1b", "\x1b[3d"),
]


@pytest.mark.parametrize("seed", range(20))
def test_it_draws_what_pyte_draws_in_any_pieces(seed: int) -> None:
    rand = random.Random(seed)
    data = "".join(rand.choices(PARTS, k=300)).encode()
    ours, theirs = Screen(31, 9), pyte.Screen(31, 9)
    stream, other = Stream(ours), pyte.ByteStream(theirs)
    while data:
        piece, data = data[: (at := rand.randint(1, 60))], data[at:]
        stream.feed(piece)
        other.feed(piece)
        drawn, expected = ([[s.buffer[y][x] for x in range(31)] for y in range(9)] for s in (ours, theirs))
        assert drawn == expected
        cursor, wanted = ((s.cursor.x, s.cursor.y, s.cursor.attrs) for s in (ours, theirs))
        assert cursor == wanted
    assert (ours.title, ours.dirty) == (theirs.title, theirs.dirty)
