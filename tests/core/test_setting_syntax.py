"""Settings as they are typed."""

from __future__ import annotations

import pytest

from tui_chat.core.setting_syntax import SettingRead, expected, read_setting, setting_lines, suggested
from tui_chat.core.settings import NAMES, Settings

BEFORE = Settings(temperature=0.5, max_tokens=100)


@pytest.mark.parametrize(
    ("typed", "name", "value"),
    [
        ("temperature 0.3", "temperature", 0.3),
        ("Temperature  0", "temperature", 0.0),
        ("temperature=0.3", "temperature", 0.3),
        ("temperature = 0.3", "temperature", 0.3),
        ("top-p .9", "top_p", 0.9),
        ("max_tokens 512", "max_tokens", 512),
        ("seed -1", "seed", -1),
        ("stop END", "stop", ("END",)),
        ('stop ["a", "b"]', "stop", ("a", "b")),
        ("system Be brief.\nAlways.", "system", "Be brief.\nAlways."),
        ("temperature none", "temperature", None),
        ("temperature NONE", "temperature", None),
        ("temperature", "temperature", 0.5),
    ],
)
def test_a_setting_is_read(typed: str, name: str, value: object) -> None:
    read = read_setting(typed, BEFORE)
    assert isinstance(read, SettingRead)
    assert read.name == name
    assert getattr(read.settings, name) == value
    others = [each for each in NAMES if each != name]
    assert all(getattr(read.settings, each) == getattr(BEFORE, each) for each in others)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("temperature 3", "expected a number from 0 to 2, or none; found 3. Nothing was changed."),
        ("temperature warm", "expected a number from 0 to 2"),
        ("temperature 0,3", "expected a number from 0 to 2"),
        ("temperature nan", "expected a number from 0 to 2"),
        ("max_tokens 1.5", "expected a whole number"),
        ("max_tokens 0", "expected a whole number from 1"),
        ("stop []", "expected a list of texts"),
        ("stop [1", "expected a list of texts"),
        ("temprature 1", "There is no setting temprature (did you mean temperature?)."),
        ("temp 1", "(did you mean temperature?)"),
        ("zzz 1", "There is no setting zzz. There are system, temperature"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_expected(typed: str, words: str) -> None:
    problem = read_setting(typed, BEFORE)
    assert isinstance(problem, str)
    assert words in problem
    assert problem.endswith("Nothing was changed.")


def test_every_setting_says_what_it_takes_and_its_offers_are_valid() -> None:
    for name in NAMES:
        assert expected(name), name
        assert all(isinstance(read_setting(f"{name} {value}", BEFORE), SettingRead) for value in suggested(name))
    assert list(setting_lines(BEFORE))[1] == "temperature: 0.5"
    assert "seed: not sent" in list(setting_lines(BEFORE))
