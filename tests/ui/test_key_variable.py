"""Which variable is to hold a key that was typed for one run."""

from __future__ import annotations

import re

import pytest

from tui_chat.ui.key_variable import key_variable, typed_key


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("mine", "TUI_CHAT_MINE_KEY"),
        ("my box", "TUI_CHAT_MY_BOX_KEY"),
        ("127.0.0.1:8766", "TUI_CHAT_127_0_0_1_8766_KEY"),
        ("日本", "TUI_CHAT_ENDPOINT_KEY"),
        ("", "TUI_CHAT_ENDPOINT_KEY"),
    ],
)
def test_it_is_made_of_the_endpoints_name(name: str, variable: str) -> None:
    assert key_variable(name) == variable


@pytest.mark.parametrize(
    "typed",
    [
        " sk-form-0123456789abcdef ",
        "MY_KEY=sk-form-0123456789abcdef",
        'export MY_KEY="sk-form-0123456789abcdef"',
        "Authorization: Bearer sk-form-0123456789abcdef",
    ],
)
def test_a_key_is_found_in_the_line_that_sets_it(typed: str) -> None:
    assert typed_key(typed) == "sk-form-0123456789abcdef"
    assert typed_key("a few words") == "a few words"


def test_a_long_name_gives_one_that_the_file_takes() -> None:
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,127}", key_variable("a long name " * 40))


def test_another_endpoints_variable_is_not_used_for_a_second_server() -> None:
    assert key_variable("my-box", {key_variable("my box")}) == "TUI_CHAT_MY_BOX_2_KEY"
