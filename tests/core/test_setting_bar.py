"""Bars of settings: drawn where the value lies, and set where they are clicked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.core.setting_bar import has_scale, placed, share
from tui_chat.core.settings import NAMES, Settings, check

SCALED = [name for name in NAMES if has_scale(name)]


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("temperature", 0.0, 0.0),
        ("temperature", 1.0, 0.5),
        ("temperature", 2.0, 1.0),
        ("top_p", 0.25, 0.25),
        ("presence_penalty", 0.0, 0.5),
        ("max_tokens", 64, 0.0),
        ("max_tokens", 32768, 1.0),
        ("max_tokens", 1, 0.0),
        ("max_tokens", 10_000_000, 1.0),
        ("reasoning_effort", "minimal", 0.0),
        ("reasoning_effort", "high", 1.0),
        ("reasoning_effort", "odd", None),
        ("seed", 7, None),
        ("temperature", None, None),
    ],
)
def test_where_a_value_lies(name: str, value: object, where: float | None) -> None:
    assert share(name, value) == where


@given(st.sampled_from(SCALED), st.floats(-1, 2))
def test_a_place_on_the_bar_is_a_valid_value_that_lies_there(name: str, where: float) -> None:
    value = getattr(placed(Settings(), name, where), name)
    assert check(name, value) is None
    lies = share(name, value)
    assert lies is not None
    assert abs(lies - min(max(where, 0.0), 1.0)) <= 1 / 6
    assert getattr(placed(Settings(), name, lies), name) == value
