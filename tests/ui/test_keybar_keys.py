"""The last line: five keys at most, those that fit the state, and a click on one does what its key does."""

from __future__ import annotations

import asyncio
from itertools import product
from pathlib import Path
from typing import cast, get_args

import pytest

from tests.scripted import ScriptedBackend, answered
from tests.support.golden import check
from tests.ui.harness import chat, lines_of, screen_of, text_of
from tests.waiting import until
from tui_chat.core.message import Outcome
from tui_chat.ui.command_table import BY_ID
from tui_chat.ui.key_bindings import effective_keys
from tui_chat.ui.keybar_keys import SHOWN, STAY, Place, edge_hints, hints
from tui_chat.ui.reading_hints import Chosen, reading_hints, reading_title
from tui_chat.ui.screens.library import LibraryScreen
from tui_chat.ui.state import UiState
from tui_chat.ui.widgets.keybar import fitting

KEYS = effective_keys({})


def words(place: Place, state: UiState) -> list[str]:
    return [hint.word for hint in hints(place, state, KEYS)]


@pytest.mark.parametrize(
    ("state", "first"),
    [
        (UiState(), ["send", "open"]),
        (UiState(empty=False, answering=True), ["stop", "queue", "new", "read"]),
        (UiState(empty=False, ended=Outcome.COMPLETE), ["send", "again", "edit", "read"]),
        (UiState(empty=False, ended=Outcome.STOPPED), ["send", "continue", "again", "edit"]),
        (UiState(empty=False, ended=Outcome.LENGTH), ["send", "continue", "again", "edit"]),
        (UiState(empty=False, ended=Outcome.FAILED), ["send", "again", "edit", "look at it"]),
        (UiState(empty=False, ended=Outcome.PROMPT_BLOCKED), ["send", "filter report", "edit", "read"]),
    ],
)
def test_the_keys_fit_how_the_last_answer_ended(state: UiState, first: list[str]) -> None:
    found = words("prompt", state)
    assert found[: len(first)] == first
    assert [hint.word for hint in edge_hints("prompt", KEYS)] == ["settings", "library", "help"]


READING = [
    (Chosen(outcome=Outcome.COMPLETE), "move copy menu again quote"),
    (Chosen(prompt=True, whole=True), "move edit copy menu again quote"),
    (Chosen(prompt=True, versions=2, files=True), "move edit copy versions compare menu files again"),
    (Chosen(code=True, has_code=True), "move copy code code blocks copy menu"),
    (Chosen(has_code=True, links=True, versions=3), "move copy versions compare menu copy code code blocks open link"),
    (Chosen(outcome=Outcome.STOPPED, last=True), "move continue again copy menu"),
    (Chosen(outcome=Outcome.STOPPED), "move copy menu"),
    (Chosen(outcome=Outcome.ANSWER_BLOCKED, last=True), "move filter report edit copy menu"),
    (Chosen(outcome=Outcome.FAILED), "move again copy menu"),
    (Chosen(selecting=True), "extend copy it end"),
]


@pytest.mark.parametrize(("chosen", "first"), READING)
def test_while_reading_they_fit_what_is_chosen(chosen: Chosen, first: str) -> None:
    found = reading_hints(chosen, KEYS)
    assert " ".join(hint.word for hint in found).startswith(first)
    assert all(hint.key and hint.command in BY_ID for hint in found)
    left, right, *_ = fitting(found, edge_hints("reading", KEYS), 58)
    assert len(left) >= 3
    assert [hint.word for hint in right] == ["all keys"], "at 60 columns, too"


def test_keys_of_two_directions_stand_together() -> None:
    found = {hint.word: hint.key for hint in reading_hints(Chosen(versions=2, has_code=True), KEYS)}
    assert (found["move"], found["versions"], found["code blocks"]) == ("↑↓", "←→", "[ ]")


@pytest.mark.parametrize(
    ("chosen", "title"),
    [
        (Chosen(), "reading a block of the answer · esc back to the prompt"),
        (Chosen(code=True, versions=2, which=1), "reading a code block · esc back to the prompt"),
        (Chosen(whole=True, versions=3, which=2), "reading the answer 2/3 · esc back to the prompt"),
        (Chosen(prompt=True), "reading your prompt · esc back to the prompt"),
        (Chosen(selecting=True), "selecting · move on, then c copies · esc ends it"),
    ],
)
def test_the_line_above_the_prompt_says_what_is_chosen(chosen: Chosen, title: str) -> None:
    assert reading_title(chosen).strip() == title
    assert len(title) <= 56


@pytest.mark.parametrize("place", [place for place in get_args(Place) if place != "reading"])
def test_they_are_five_at_most_each_with_a_key(place: Place) -> None:
    for outcome, answering in product((None, *Outcome), (False, True)):
        found = hints(place, UiState(empty=False, ended=outcome, answering=answering), KEYS)
        assert 1 <= len(found) <= SHOWN
        assert all(hint.key and hint.word for hint in found)


def test_the_users_keys_are_shown_and_a_command_without_one_is_not() -> None:
    keys = effective_keys({"chat.edit": ["f7"], "chat.retry": []})
    found = {hint.word: hint.key for hint in hints("prompt", UiState(empty=False, ended=Outcome.COMPLETE), keys)}
    assert found["edit"] == "f7"
    assert "again" not in found


async def test_they_follow_the_focus_and_a_window_on_top(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One.")])) as (app, pilot):
        await pilot.press(*"hello", "enter")
        await until(lambda: "One." in text_of(app) and "^r again" in lines_of(app)[-1])
        await pilot.press("shift+tab")
        await until(lambda: "↑↓ move   c copy   enter menu" in lines_of(app)[-1] and "? all keys" in lines_of(app)[-1])
        await pilot.press("f2")
        await until(lambda: "0-9 set" in lines_of(app)[-1] and lines_of(app)[-1].endswith("f2 close"))
        await pilot.press("0", ".", "2")
        await until(lambda: lines_of(app)[-1].startswith(" enter set it   esc as before   ↑↓ set it, next row"))
        await pilot.press("enter")
        await until(lambda: "0-9 set" in lines_of(app)[-1])
        assert app.context.session.settings.temperature == 0.2
        await pilot.press("escape")
        await until(lambda: lines_of(app)[-1].endswith("alt+w to settings  f1 help"))
        await pilot.press("f2")
        await until(lambda: not app.screen.query("SettingsPane"))
        await pilot.press("f3")
        await until(lambda: lines_of(app)[-1].endswith("f3 close") and "^t tag" in text_of(app))
        await pilot.press("f3", "ctrl+f")
        await until(lambda: "enter next" in lines_of(app)[-1])
        await pilot.press("escape", "f1")
        await until(lambda: app.screen is not screen_of(app) and lines_of(app)[-1].strip() == "esc close")
        await pilot.press("escape")
        await until(lambda: "^r again" in lines_of(app)[-1])


async def test_a_click_on_a_key_does_what_it_does(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        at = lines_of(app)[-1].index("^o open")
        await pilot.click(offset=(at + 4, app.size.height - 1))
        await until(lambda: isinstance(app.screen, LibraryScreen))
        await pilot.press("escape")
        await until(lambda: "f2 settings" in lines_of(app)[-1])
        at = lines_of(app)[-1].index("f2 settings")
        await pilot.click(offset=(at + 4, app.size.height - 1))
        await until(lambda: app.screen.query("SettingsPane") and "f2 close" in lines_of(app)[-1])


@pytest.mark.parametrize(
    ("panes", "words"),
    [
        ({"settings"}, "f2 close, f3 library, alt+w to settings, f1 help"),
        ({"library"}, "f3 close, f2 settings, alt+w to library, f1 help"),
        ({"settings", "library"}, "f2 close settings, f3 close library, alt+w to the panes, f1 help"),
    ],
)
def test_of_open_panes_the_keys_say_how_to_close_them_and_how_to_go_there(panes: set[str], words: str) -> None:
    assert ", ".join(f"{hint.key} {hint.word}" for hint in edge_hints("prompt", KEYS, panes)) == words


@pytest.mark.parametrize(
    ("place", "width", "shown"),
    [
        (
            "prompt",
            100,
            "enter send  ^r again  f4 edit  shift+tab read  ^p palette ~ f2 close  alt+w to settings  f1 help",
        ),
        ("prompt", 80, "enter send   ^r again   f4 edit   shift+tab read ~ alt+w to settings   f1 help"),
        ("prompt", 60, "enter send  ^r again  f4 edit ~ alt+w to settings  f1 help"),
        ("prompt", 20, "~ f1 help"),
        ("blocked", 60, "enter send  f5 filter report  f4 edit ~ f2 close  f1 help"),
        ("setting", 60, "↑↓ row   ←→ change   0-9 set   esc back ~ f2 close"),
        ("setting typed", 60, "enter set it   esc as before ~ f2 close"),
        ("library", 60, "↑↓ move   enter open   del delete   esc back ~ f3 close"),
    ],
)
def test_with_a_pane_open_what_is_needed_least_gives_way(place: str, width: int, shown: str) -> None:
    panes = ("library",) if place == "library" else ("settings",)
    ended = Outcome.PROMPT_BLOCKED if place == "blocked" else Outcome.COMPLETE
    where = cast("Place", place.replace("blocked", "prompt"))
    found = hints(where, UiState(empty=False, ended=ended), KEYS), edge_hints(where, KEYS, panes)
    left, right, _, gap = fitting(*found, width - 2, STAY)
    texts = [(" " * gap).join(f"{hint.key} {hint.word}" for hint in each) for each in (left, right)]
    assert " ~ ".join(texts).strip() == shown


@pytest.mark.parametrize(
    ("outcome", "width", "shown"),
    [
        (
            None,
            140,
            "enter send   ^r again   f4 edit   shift+tab read   ^p palette ~ f2 settings   f3 library   f1 help",
        ),
        (
            None,
            100,
            "enter send   ^r again   f4 edit   shift+tab read   ^p palette ~ f2 settings   f3 library   f1 help",
        ),
        (None, 80, "enter send   ^r again   f4 edit   shift+tab read   ^p palette ~ f1 help"),
        (None, 60, "enter send   ^r again   f4 edit   shift+tab read ~ f1 help"),
        (Outcome.LENGTH, 80, "enter send  ^g continue  ^r again  f4 edit  ^p palette ~ f2 settings  f1 help"),
        (Outcome.PROMPT_BLOCKED, 80, "enter send  f5 filter report  f4 edit  shift+tab read  ^p palette ~ f1 help"),
        (None, 20, "~ f1 help"),
    ],
)
def test_where_there_is_little_room_the_right_edge_gives_way_but_for_help(
    outcome: Outcome | None, width: int, shown: str
) -> None:
    state = UiState(empty=False, ended=outcome)
    left, right, between, gap = fitting(hints("prompt", state, KEYS), edge_hints("prompt", KEYS), width - 2)
    texts = [(" " * gap).join(f"{hint.key} {hint.word}" for hint in each) for each in (left, right)]
    assert " ~ ".join(texts).strip() == shown
    assert len(texts[0]) + between + len(texts[1]) == width - 2


async def test_streaming_and_stopped_look_as_approved(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(5)
    backend = ScriptedBackend([answered("Half of it")], model="mistral-large", hold=hold)
    async with chat(tmp_path, backend, size=(100, 30)) as (app, pilot):
        await pilot.press(*"hello", "enter")
        await until(lambda: "Half of it" in text_of(app) and "esc stop" in lines_of(app)[-1])
        await check("keys-streaming-100", app, rows=(0, -1))
        await pilot.press("escape")
        await until(lambda: "^g continue" in lines_of(app)[-1] and not app.context.session.running)
        await check("keys-stopped-100", app, rows=(0, -1))
