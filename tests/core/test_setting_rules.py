"""Which settings a server has and what it takes of each."""

from __future__ import annotations

import pytest

from tui_chat.core import dialects
from tui_chat.core.setting_rules import adapted, check_for, range_of, takes, within
from tui_chat.core.setting_scale import placed, share
from tui_chat.core.setting_text import SettingRead, read_setting
from tui_chat.core.settings import NAMES, Settings

DIALECTS = dialects.table()


@pytest.mark.parametrize(
    ("dialect", "missing"),
    [
        ("mistral", set()),
        ("azure-serverless", {"reasoning_effort"}),
        ("openai", {"safe_prompt"}),
        ("ollama", {"safe_prompt"}),
        ("compatible", {"safe_prompt"}),
    ],
)
def test_what_a_dialect_lacks(dialect: str, missing: set[str]) -> None:
    rules = DIALECTS[dialect]
    assert {name for name in NAMES if not takes(name, rules)} == missing
    assert all(takes(name, None) for name in NAMES)


@pytest.mark.parametrize(
    ("dialect", "name", "value", "problem"),
    [
        ("mistral", "temperature", 1.5, None),
        ("mistral", "temperature", 1.6, "expected a number from 0 to 1.5"),
        ("mistral", "temperature", "x", "expected a number from 0 to 1.5"),
        ("openai", "temperature", 1.6, None),
        ("openai", "temperature", 2.1, "expected a number from 0 to 2"),
        ("mistral", "seed", -1, "expected a whole number from 0 on"),
        ("openai", "seed", -1, None),
        ("openai", "stop", list("abcde"), "expected at most 4 texts"),
        ("compatible", "stop", list("abcde"), None),
        ("openai", "safe_prompt", True, "expected nothing: openai has no safe_prompt"),
        ("mistral", "safe_prompt", True, None),
        ("mistral", "safe_prompt", "yes", "expected true or false"),
    ],
)
def test_a_value_is_checked_for_the_server_that_gets_it(
    dialect: str, name: str, value: object, problem: str | None
) -> None:
    assert check_for(name, value, DIALECTS[dialect]) == problem


def test_settings_of_another_server_are_adapted_and_it_is_said_how() -> None:
    made = Settings(temperature=1.9, seed=-4, safe_prompt=True, reasoning_effort="high", stop=tuple("abcde"))
    found = adapted(made, DIALECTS["azure-serverless"])
    assert found.settings == Settings(temperature=1.9, seed=0, safe_prompt=True, stop=tuple("abcde"))
    assert found.notes == {
        "seed": "at least 0 here: sent so",
        "reasoning_effort": "not known here: not sent",
    }
    assert adapted(made, DIALECTS["mistral"]).notes["temperature"] == "at most 1.5 here: sent so"
    assert adapted(made, DIALECTS["openai"]).settings.stop == tuple("abcd")


def test_what_is_turned_or_dragged_stays_within_the_server_s_range() -> None:
    rules = DIALECTS["mistral"]
    assert range_of("temperature", rules) == (0.0, 1.5)
    assert within(Settings(temperature=1.5).stepped("temperature", 1), "temperature", rules).temperature == 1.5
    assert within(Settings(seed=0).stepped("seed", -1), "seed", rules).seed == 0
    assert placed(Settings(), "temperature", 1.0, rules).temperature == 1.5
    assert share("temperature", 1.5, rules) == 1.0
    assert share("temperature", 1.5) == 0.75


def test_what_is_typed_is_checked_for_the_server() -> None:
    rules = DIALECTS["mistral"]
    assert "expected a number from 0 to 1.5" in str(read_setting("temperature 1.8", Settings(), rules))
    read = read_setting("safe_prompt on", Settings(), rules)
    assert isinstance(read, SettingRead)
    assert read.settings == Settings(safe_prompt=True)
    assert "has no safe_prompt" in str(read_setting("safe_prompt on", Settings(), DIALECTS["openai"]))
