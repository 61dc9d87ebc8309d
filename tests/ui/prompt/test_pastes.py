"""Folded pastes as values: what is folded, what is shown, and that nothing else is taken for a chip."""

from __future__ import annotations

import random

import pytest

from tui_chat.core.short_number import short_number
from tui_chat.ui.widgets.prompt.pastes import Pastes, is_long, label

LONG = "\n".join(f"line {n}" for n in range(30))


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("x" * 2000, False),
        ("x" * 2001, True),
        ("a\n" * 20, False),
        ("a\n" * 20 + "a", True),
        ("\n" * 500, False),
        ("word", False),
    ],
)
def test_more_than_twenty_lines_or_two_thousand_characters_are_folded(text: str, long: bool) -> None:
    assert is_long(text) is long


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x" * 11_985 + "\n" * 213 + "y", "[pasted 214 lines · 12k characters]"),
        ("x" * 3000, "[pasted 1 line · 3k characters]"),
        ("a\n" * 21, "[pasted 21 lines · 42 characters]"),
        ("x" * 5_200_000, "[pasted 1 line · 5.2M characters]"),
    ],
)
def test_the_label_says_how_much_it_is(text: str, shown: str) -> None:
    assert label(text) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0"), (999, "999"), (1000, "1k"), (9_949, "9.9k"), (9_960, "10k"), (128_000, "128k")]
)
def test_numbers_are_short(number: int, shown: str) -> None:
    assert short_number(number) == shown


def test_the_edited_text_stands_for_the_full_text() -> None:
    pastes = Pastes()
    edited = f"look: {pastes.fold(LONG)} and {pastes.fold(LONG * 2)}."
    assert pastes.expand(edited) == f"look: {LONG} and {LONG * 2}."
    assert pastes.shown(edited) == f"look: {label(LONG)} and {label(LONG * 2)}."
    assert len(pastes.shown(edited)) == len(edited)


def test_a_text_that_looks_like_a_label_is_only_a_text() -> None:
    pastes = Pastes()
    chip = pastes.fold(LONG)
    assert pastes.expand(f"{label(LONG)} {chip}") == f"{label(LONG)} {LONG}"
    assert [each.text for each in pastes.chips(label(LONG))] == []


def test_the_same_text_twice_is_two_chips_of_one_text() -> None:
    pastes = Pastes()
    edited = pastes.fold(LONG) + pastes.fold(LONG)
    assert pastes.expand(edited) == LONG * 2
    assert len(list(pastes.chips(edited))) == 2


def test_a_text_that_comes_back_is_folded_as_it_was_unless_it_was_unfolded() -> None:
    pastes = Pastes()
    edited = f"see {pastes.fold(LONG)}!"
    assert pastes.fold_known(f"see {LONG}!") == edited
    (chip,) = pastes.chips(edited)
    assert pastes.unfold(chip) == LONG
    assert pastes.fold_known(f"see {LONG}!") == f"see {LONG}!"


def test_when_no_more_can_be_folded_the_text_itself_is_there() -> None:
    pastes = Pastes()
    edited = [pastes.fold(f"{n} {LONG}") for n in range(1100)]
    assert [pastes.expand(each) for each in edited] == [f"{n} {LONG}" for n in range(1100)]


def test_the_cursor_finds_its_way_around_chips() -> None:
    """Random columns: outside of chips nothing moves, inside the cursor goes to an end, and on from the other one."""
    chance = random.Random(7)
    for _ in range(300):
        pastes = Pastes()
        parts = [
            pastes.fold(f"{chance.random()}{LONG}") if chance.random() < 0.5 else "ä" * chance.randrange(3)
            for _ in range(5)
        ]
        line = "".join(parts)
        column = chance.randrange(len(line) + 1)
        chip = pastes.around(line, column)
        snapped = pastes.snapped(line, column, None)
        assert pastes.around(line, snapped) is None
        if chip is None:
            assert snapped == column
        else:
            assert pastes.snapped(line, column, chip.start) == chip.end
            assert pastes.snapped(line, column, chip.end) == chip.start
