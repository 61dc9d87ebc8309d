"""Which settings a server has and what it takes of each."""

from __future__ import annotations

import pytest

from tui_chat.core import dialects
from tui_chat.core.setting_bar import placed, share
from tui_chat.core.setting_rules import adapted, check_for, range_of, takes, within, words_of
from tui_chat.core.setting_steps import stepped
from tui_chat.core.setting_syntax import SettingRead, read_setting, suggested, typed_as
from tui_chat.core.settings import NAMES, Settings

DIALECTS = dialects.table()


@pytest.mark.parametrize(
    ("dialect", "missing"),
    [
        ("mistral", set()),
        ("azure-serverless", {"reasoning_effort", "prompt_mode"}),
        ("openai", {"safe_prompt", "prompt_mode"}),
        ("ollama", {"safe_prompt", "prompt_mode"}),
        ("compatible", {"safe_prompt", "prompt_mode"}),
    ],
)
def test_what_a_dialect_lacks(dialect: str, missing: set[str]) -> None:
    rules = DIALECTS[dialect]
    assert {name for name in NAMES if not takes(name, rules)} == missing
    assert {name for name in NAMES if not takes(name, None)} == {"prompt_mode"}


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
    assert within(stepped(Settings(temperature=1.5), "temperature", 1), "temperature", rules).temperature == 1.5
    assert within(stepped(Settings(seed=0), "seed", -1), "seed", rules).seed == 0
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


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_words_of_a_dialect_can_be_typed_and_turned_through(dialect: str) -> None:
    rules = DIALECTS[dialect]
    for name in ("reasoning_effort", "prompt_mode"):
        words, settings = words_of(name, rules), Settings()
        for offer in suggested(name, rules):
            read = read_setting(f"{name} {offer}", settings, rules)
            assert isinstance(read, SettingRead)
            assert typed_as(name, getattr(read.settings, name)) == offer
        if not words:
            assert suggested(name, rules) == ("none",)
            continue
        settings = stepped(settings, name, 1, rules)
        assert getattr(settings, name) == ("low" if name == "reasoning_effort" else "reasoning")
        for steps, end in ((-1, words[0]), (1, words[-1])):
            turned = settings
            for _ in words:
                turned = stepped(turned, name, steps, rules)
            assert getattr(turned, name) == end


def test_no_thinking_is_a_word_of_the_server_and_not_the_lack_of_one() -> None:
    mistral = DIALECTS["mistral"]
    read = read_setting("reasoning_effort off", Settings(), mistral)
    assert isinstance(read, SettingRead)
    assert read.settings == Settings(reasoning_effort="none")
    gone = read_setting("reasoning_effort none", read.settings, mistral)
    assert isinstance(gone, SettingRead)
    assert gone.settings == Settings()
    assert suggested("reasoning_effort", mistral) == ("off", "minimal", "low", "medium", "high", "xhigh", "none")
    assert suggested("reasoning_effort") == ("minimal", "low", "medium", "high", "none")
    assert share("reasoning_effort", "none", mistral) == 0.0
    assert share("reasoning_effort", "xhigh", mistral) == 1.0
    assert placed(Settings(), "reasoning_effort", 0.99, DIALECTS["ollama"]) == Settings(reasoning_effort="max")
