"""The knobs: steps, ranges, and *not sent* as a state of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.core.setting_steps import MAX_TOKENS_STEPS, stepped
from tui_chat.core.settings import Settings, check, from_mapping, to_mapping, with_value


def test_temperature_starts_at_the_first_value_and_stays_in_range() -> None:
    assert stepped(Settings(), "temperature", 1).temperature == 0.7
    assert stepped(Settings(temperature=0.7), "temperature", -5).temperature == 0.2
    assert stepped(Settings(temperature=1.95), "temperature", 3).temperature == 2.0
    assert stepped(Settings(temperature=0.1), "temperature", -1).temperature == 0.0
    assert stepped(Settings(temperature=0.52), "temperature", 1).temperature == 0.6
    assert stepped(Settings(temperature=0.0), "temperature", -1).temperature == 0.0


def test_top_p_starts_at_its_end_and_stays_in_range() -> None:
    found = [stepped(Settings(top_p=value), "top_p", steps).top_p for value, steps in TOP_P]
    assert found == [1.0, 0.55, 0.4, 1.0, 0.0]


TOP_P = [(None, 1), (0.5, 1), (0.5, -2), (0.98, 1), (0.02, -1)]


def test_max_tokens_walks_its_steps_and_ends_at_not_sent() -> None:
    settings, seen = Settings(max_tokens=64), []
    for _ in range(len(MAX_TOKENS_STEPS)):
        settings = stepped(settings, "max_tokens", 1)
        seen.append(settings.max_tokens)
    assert seen == [*MAX_TOKENS_STEPS[1:], None]
    assert stepped(settings, "max_tokens", 1).max_tokens is None
    assert stepped(settings, "max_tokens", -1).max_tokens == MAX_TOKENS_STEPS[-1]
    assert stepped(Settings(max_tokens=1000), "max_tokens", 1).max_tokens == 1024
    assert stepped(Settings(max_tokens=1000), "max_tokens", -1).max_tokens == 512
    assert stepped(Settings(max_tokens=10), "max_tokens", -1).max_tokens == 64


def test_settings_lie_over_others() -> None:
    assert Settings(temperature=0.0).over(Settings(temperature=1.0, max_tokens=5)) == Settings(
        temperature=0.0, max_tokens=5
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", "hot"),
        ("temperature", True),
        ("temperature", float("nan")),
        ("temperature", 2.1),
        ("top_p", -0.1),
        ("max_tokens", 0),
        ("max_tokens", 1.5),
        ("seed", "x"),
        ("stop", []),
        ("stop", "END"),
        ("stop", [""]),
        ("presence_penalty", 2.5),
        ("frequency_penalty", "much"),
        ("frequency_penalty", True),
        ("reasoning_effort", "very high"),
        ("reasoning_effort", ""),
        ("reasoning_effort", 3),
        ("system", 3),
        ("temprature", 0.5),
    ],
)
def test_a_bad_value_is_named_and_its_neighbours_are_kept(name: str, value: object) -> None:
    settings, problems = from_mapping({name: value, "max_tokens" if name != "max_tokens" else "seed": 7})
    assert [p[0] for p in problems] == [name]
    assert problems[0][2].startswith("expected")
    assert settings == (Settings(max_tokens=7) if name != "max_tokens" else Settings(seed=7))


@given(
    st.builds(
        Settings,
        system=st.none() | st.text(),
        temperature=st.none() | st.floats(0, 2),
        top_p=st.none() | st.floats(0, 1),
        max_tokens=st.none() | st.integers(1, 10_000),
        seed=st.none() | st.integers(-(2**40), 2**40),
        presence_penalty=st.none() | st.floats(-2, 2),
        frequency_penalty=st.none() | st.floats(-2, 2),
        reasoning_effort=st.none() | st.from_regex(r"[a-z]{1,20}", fullmatch=True),
        stop=st.none() | st.lists(st.text(min_size=1), min_size=1, max_size=3).map(tuple),
    )
)
def test_plain_data_and_back(settings: Settings) -> None:
    assert from_mapping(to_mapping(settings)) == (settings, [])


def test_zero_is_a_value() -> None:
    assert to_mapping(Settings(temperature=0.0)) == {"temperature": 0.0}
    assert check("temperature", 0) is None


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"top_k": 40}, None),
        ('{"top_k": 40, "nested": {"a": [1, null]}}', None),
        ({}, "expected JSON such as"),
        ("[1]", "expected JSON such as"),
        ("{", "expected JSON such as"),
        ({"a": float("nan")}, "expected JSON such as"),
        (7, "expected JSON such as"),
        ({"temperature": 1}, "expected no temperature in it"),
        ({"messages": []}, "expected no messages in it"),
        ({"stream": False}, "expected no stream in it"),
        ({"a": "x" * 30_000}, "expected at most 20,000 characters"),
        ({"api_key": "abcdefgh12345678"}, "expected no key or password"),
        ({"deep": {"x": ["sk-proj-abcdefghij1234567890abcdefghij12"]}}, "expected no key or password"),
    ],
)
def test_what_may_be_added_to_the_body(value: object, problem: str | None) -> None:
    found = check("extra_body", value)
    assert found is None if problem is None else found is not None and found.startswith(problem)


def test_an_addition_to_the_body_is_kept_as_text_and_written_as_an_object() -> None:
    settings = with_value(Settings(), "extra_body", '{"top_k":40}')
    assert settings == with_value(Settings(), "extra_body", {"top_k": 40})
    assert hash(settings) == hash(with_value(Settings(), "extra_body", {"top_k": 40}))
    assert to_mapping(settings) == {"extra_body": {"top_k": 40}}
    assert from_mapping(to_mapping(settings)) == (settings, [])
