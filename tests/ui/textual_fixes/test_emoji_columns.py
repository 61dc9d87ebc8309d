"""Columns hold in a terminal that takes some text for narrower or wider than we do."""

from __future__ import annotations

import random
import re

import pyte
import pytest

from tui_chat.render.line import cells_of
from tui_chat.ui.textual_fixes.emoji_columns import steadied

NARROW = ["❤️ ❤️ ❤️ love", "1️⃣ one 2️⃣ two", "⚠️ careful", "✔️", "a ℹ️ b ⚙️ c", "漢字 ☺️ かな"]
"""Text that the emulator takes for narrower than we do."""

OTHERS = [
    "👍🏽 yes 👋🏿",
    "👩‍👩‍👧‍👦 family",
    "हिन्दी में",
    "தமிழ்",
    "plain",
    "漢字かな",
    "שלום",
    "🇩🇪 flag",
    "🏳️‍🌈",
    "❤️‍🔥 ✌️🏽",
    "😀️",
]
TEXTS = NARROW + OTHERS


def drawn(data: str, size: tuple[int, int] = (60, 12)) -> pyte.Screen:
    """By an emulator that counts each character by itself, as older terminals do."""
    screen = pyte.Screen(*size)
    pyte.Stream(screen).feed(data)
    return screen


@pytest.mark.parametrize("text", NARROW)
def test_what_stands_behind_a_text_is_where_it_belongs(text: str) -> None:
    width = cells_of(text)
    screen = drawn(steadied(f"\x1b[3;5H\x1b[1m{text}\x1b[0m│\x1b[3;30Hend"))
    assert screen.buffer[2][4 + width].data == "│"
    assert "".join(screen.buffer[2][x].data for x in range(29, 32)) == "end"


@pytest.mark.parametrize("text", NARROW)
def test_nothing_of_what_stood_there_before_shines_through(text: str) -> None:
    width = cells_of(text)
    screen = drawn(f"\x1b[3;5H{'#' * 40}" + steadied(f"\x1b[3;5H{text}\x1b[3;{5 + width}H│"))
    assert "#" not in "".join(screen.buffer[2][x].data for x in range(4, 5 + width))


@pytest.mark.parametrize("seed", range(20))
def test_only_blanks_and_places_are_added(seed: int) -> None:
    rand = random.Random(seed)
    data = "".join(
        rand.choice([f"\x1b[{rand.randint(1, 9)};{rand.randint(1, 20)}H", "\x1b[38;2;1;2;3m", "\x1b[0m", "\n", *TEXTS])
        for _ in range(60)
    )
    found = steadied(data)
    rest = iter(found)
    assert all(character in rest for character in data), "all of it is there, in its order"
    assert re.sub(r" +\x1b\[\d+;\d+H|\x1b\[\d+;\d+H", "", found).replace(" ", "") == re.sub(
        r"\x1b\[\d+;\d+H", "", data
    ).replace(" ", "")


@pytest.mark.parametrize("text", OTHERS)
def test_what_may_be_wider_is_left_whole(text: str) -> None:
    """Going back behind it would write over its end."""
    data = f"\x1b[1;1H{text} │\x1b[0m\n"
    assert steadied(data) == data


def test_what_has_no_known_place_is_left_alone() -> None:
    assert steadied("⚠️ x") == "⚠️ x"
    assert steadied("\x1b[2;2H\x1b[K⚠️ x") == "\x1b[2;2H\x1b[K⚠️ x"
