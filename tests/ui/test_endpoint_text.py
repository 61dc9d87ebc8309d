"""What is said of an endpoint: each kind of change, and how long a key lasts that is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tui_chat.core.endpoint import EndpointConfig, Price
from tui_chat.ui.endpoint_text import change_words, key_lasts

MINE = EndpointConfig("mine", "https://h.example/v1", model="m", api_key_env="MY_KEY", price=Price(1.0, 2.0))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Nothing about mine was changed."),
        ({"name": "yours"}, "mine is called yours now."),
        ({"url": "https://i.example/v1"}, "The address of mine is https://i.example/v1 now."),
        ({"model": "n"}, "mine is asked for n now."),
        ({"model": None}, "mine names no model any more."),
        ({"price": Price(2.0, 6.0)}, "A million tokens of mine cost $2.00 in, $6.00 out."),
        ({"price": None}, "mine has no price any more."),
        ({"api_key_env": "B"}, "The key of mine comes from another place now: from B."),
        (
            {"api_key_env": None, "api_key_command": ("p",)},
            "The key of mine comes from another place now: from a command.",
        ),
        ({"api_key_env": None, "auth": "entra"}, "mine signs in to Azure now."),
        ({"api_key_env": None}, "No key is sent to mine any more."),
        ({"headers": {"X-Team": "blue"}}, "What is sent to mine besides is changed."),
        ({"price": None, "model": "n"}, "mine has another model and price now."),
        ({"price": None, "model": "n", "name": "yours"}, "yours has another name, model and price now."),
    ],
)
def test_each_kind_of_change_has_its_sentence(changes: dict[str, Any], said: str) -> None:
    assert change_words(MINE, replace(MINE, **changes), new_key=False) == said


def test_a_new_key_is_one_of_them() -> None:
    assert change_words(MINE, MINE, new_key=True) == "mine has another key."
    assert change_words(MINE, replace(MINE, price=None), new_key=True) == "mine has another key and price now."


@pytest.mark.parametrize(
    ("origin", "variable", "ways"),
    [
        ("saved.toml", "MY_KEY", "set the variable MY_KEY, use api_key_command, or install the extra keyring"),
        ("saved.toml", None, "use api_key_command, or install the extra keyring"),
        ("config.toml", "MY_KEY", "set the variable MY_KEY, or use api_key_command or api_key_keyring in config.toml"),
        ("config.toml", None, "use api_key_env, api_key_command or api_key_keyring in config.toml"),
        ("environment", "MY_KEY", "set the variable MY_KEY"),
        ("", None, "name a variable that holds it with --key-env"),
    ],
)
def test_what_makes_a_key_last_is_what_can_be_done_there(origin: str, variable: str | None, ways: str) -> None:
    said = key_lasts(replace(MINE, api_key_env=variable), origin, keyring=False)
    assert said == f"The key is kept until tui-chat ends. To keep it longer: {ways}."
