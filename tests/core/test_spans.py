"""Spans that overlap, and the common beginning of two sequences."""

from __future__ import annotations

import pytest

from tui_chat.core.spans import common_start, merged


def test_spans_that_overlap_or_touch_become_one() -> None:
    assert merged([(4, 6), (0, 2), (1, 3), (3, 3), (8, 9), (5, 7)]) == [(0, 3), (4, 7), (8, 9)]
    assert merged([]) == []


@pytest.mark.parametrize(
    ("one", "other", "length"),
    [("", "a", 0), ("abc", "abd", 2), ("abc", "abc", 3), ("ab", "abc", 2)],
)
def test_the_common_beginning(one: str, other: str, length: int) -> None:
    assert common_start(one, other) == common_start(list(one), list(other)) == length
