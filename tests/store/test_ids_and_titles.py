"""Ids sort by time and never repeat; a title is the first line, cut at a word."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.core.conversation_title import title_from
from tui_chat.store.ids import ALPHABET, LENGTH, Ids

NOW = 1_795_500_000_000


@given(st.lists(st.integers(-5000, 5000), min_size=2, max_size=200), st.integers())
def test_ids_rise_whatever_the_clock_does(steps: list[int], seed: int) -> None:
    clock = iter([NOW + step for step in steps])
    new_id = Ids(lambda: next(clock), random.Random(seed).getrandbits)
    made = [new_id() for _ in steps]
    assert made == sorted(set(made))
    assert all(len(one) == LENGTH and set(one) <= set(ALPHABET) for one in made)


def test_ids_of_later_times_sort_later_across_programs() -> None:
    early = Ids(lambda: NOW, lambda bits: 2**bits - 1)()
    late = Ids(lambda: NOW + 1, lambda bits: 0)()
    assert early < late
    assert Ids()() != Ids()()


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("", ""),
        (" \n\t\n", ""),
        ("\n  Hello   you\nthere", "Hello you"),
        ("word " * 20, "word " * 11 + "word…"),
        ("x" * 100, "x" * 59 + "…"),
        ("漢" * 100, "漢" * 29 + "…"),
        ("a\x1b[31mred\x07", "a [31mred"),
        ("x" * 60, "x" * 60),
        ("Why is my **postgres** query `slow`?", "Why is my postgres query slow?"),
        ("## Rivers and **owls**", "Rivers and owls"),
        ("2**3 and 4**5, __init__, a*b*c", "2**3 and 4**5, __init__, a*b*c"),
        ("#include <stdio.h>", "#include <stdio.h>"),
    ],
)
def test_titles(prompt: str, title: str) -> None:
    assert title_from(prompt) == title


@given(st.text())
def test_a_title_is_one_line_of_at_most_sixty_characters(prompt: str) -> None:
    title = title_from(prompt)
    assert len(title.splitlines()) <= 1
    assert title == title.strip()
