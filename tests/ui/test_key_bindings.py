"""The user's keys: which are taken, and that they act wherever one types."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend, answered
from tests.ui.harness import chat, text_of
from tests.waiting import until
from tui_chat.ui.key_bindings import valid_keys


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("chat.tree", "crtl+t", "crtl+t is not the name of a key (did you mean ctrl+t?)"),
        ("chat.tree", "ctrl+pgup", "ctrl+pgup is not the name of a key (did you mean ctrl+pageup?)"),
        ("chat.tree", "Ctrl+T", "Ctrl+T is not the name of a key (did you mean ctrl+t?)"),
        ("chat.tree", "ctrl+", "ctrl+ is not the name of a key"),
        ("chat.tree", "", " is not the name of a key"),
        ("chat.tree", "♥♥", "♥♥ is not the name of a key"),
        ("chat.tree", "x", "x types text into the prompt"),
        ("chat.tree", "shift+x", "shift+x types text into the prompt"),
        ("chat.tree", "full_stop", "full_stop types text into the prompt"),
        ("chat.tree", "é", "é types text into the prompt"),
        ("chat.tree", "space", "space types text into the prompt"),
        ("chat.tree", "ctrl+n", "ctrl+n is already the key of chat.new"),
    ],
)
def test_a_key_that_cannot_be_taken_is_named_and_the_others_stay(name: str, key: str, said: str) -> None:
    kept, problems = valid_keys({name: [key, "f7"]})
    assert kept == {name: ("f7",)}
    assert len(problems) == 1
    assert f"keys.{name}: {said}" in problems[0]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("chat.tree", "ctrl+e"),
        ("chat.tree", "alt+semicolon"),
        ("chat.tree", "ctrl+alt+x"),
        ("chat.tree", "f16"),
        ("chat.tree", "shift+f5"),
        ("chat.tree", "ctrl+slash"),
        ("chat.tree", "alt+é"),
        ("chat.tree", "ctrl+shift+home"),
        ("reading.copy", "x"),
        ("reading.copy", "G"),
        ("reading.copy", "question_mark"),
    ],
)
def test_a_key_that_can_be_taken_is(name: str, key: str) -> None:
    assert valid_keys({name: [key]}) == ({name: (key,)}, [])


KEYS = {
    "ctrl+e": "end of the line",
    "ctrl+k": "deletes to the end",
    "ctrl+w": "deletes a word",
    "f6": "selects a line",
    "f7": "selects all",
    "home": "start of the line",
    "ctrl+left": "a word back",
    "alt+b": "a word back, ours",
}


@pytest.mark.parametrize("key", KEYS)
async def test_the_users_key_wins_over_what_the_prompt_and_reading_do_with_it(tmp_path: Path, key: str) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("Hi.")]), keys={"help": [key]}) as (app, pilot):
        await pilot.press(*"hello", "enter")
        await until(lambda: "Hi." in text_of(app) and not app.context.session.running)
        for place in ("prompt", "reading"):
            if place == "reading":
                await pilot.press("shift+tab")
            await pilot.press(key)
            await until(lambda: len(app.screen_stack) == 2)
            await pilot.press("escape")
            await until(lambda: len(app.screen_stack) == 1)
