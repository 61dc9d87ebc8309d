"""A moment is told apart from its neighbours in few words."""

from __future__ import annotations

from datetime import datetime

import pytest

from tui_chat.core.relative_dates import short_time

NOW = datetime(2026, 3, 12, 15, 0)  # a Thursday


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (datetime(2026, 3, 12, 9, 5), "09:05"),
        (datetime(2026, 3, 11, 23, 59), "Wed"),
        (datetime(2026, 3, 6, 1, 0), "Fri"),
        (datetime(2026, 3, 5, 23, 0), "5 Mar"),
        (datetime(2025, 12, 31, 23, 0), "31 Dec 2025"),
        (datetime(2026, 3, 13, 1, 0), "13 Mar"),
    ],
)
def test_the_day_of_the_week_stands_for_the_last_six_days_only(then: datetime, words: str) -> None:
    assert short_time(then, NOW) == words
