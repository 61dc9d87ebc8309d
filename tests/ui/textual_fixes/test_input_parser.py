"""Wherever a paste is cut, its escapes are text, and what is no paste comes through as it was."""

from __future__ import annotations

import random

import pytest

from tui_chat.ui.textual_fixes.input_parser import END, STAND_IN, START, PasteGuard

CASES = [
    ("plain \x1b[A keys", "plain \x1b[A keys"),
    (f"{START}a\x1b[31mb\x1b{END}\x1b[B", f"{START}a{STAND_IN}[31mb{STAND_IN}{END}\x1b[B"),
    (f"{START}{START}x{END}", f"{START}{STAND_IN}[200~x{END}"),
    (f"{START}\x1b\x1b[201~y", f"{START}{STAND_IN}{END}y"),
    (f"{START}\x1b[20{END}{START}{END}z", f"{START}{STAND_IN}[20{END}{START}{END}z"),
    (f"{START}\x1b[201\r\x11{END}", f"{START}{STAND_IN}[201\r\x11{END}"),
    (f"{END}\x1b", f"{END}\x1b"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_every_cut_gives_the_same(text: str, expected: str) -> None:
    for first in range(len(text) + 1):
        for second in range(first, len(text) + 1):
            guard = PasteGuard()
            assert "".join(map(guard.feed, (text[:first], text[first:second], text[second:]))) == expected
    guard = PasteGuard()
    assert "".join(map(guard.feed, text)) == expected


def test_random_streams() -> None:
    dice = random.Random(1)
    for _ in range(2000):
        text = "".join(dice.choice([START, END, "\x1b", "[", "2", "0", "1", "~", "x"]) for _ in range(12)) + END
        whole = PasteGuard().feed(text)
        guard = PasteGuard()
        assert "".join(map(guard.feed, text)) == whole
        assert len(whole) == len(text)
