"""Keys that come faster than their commands are done act in their order, wherever the focus goes meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from textual import events
from textual.app import App, ScreenStackError
from textual.widgets import Input

from tests.scripted import ScriptedBackend, answered
from tests.support.rows import row
from tests.ui.harness import chat, screen_of, strike, text_of
from tests.waiting import until
from tui_chat.ui.input_order import InputOrder
from tui_chat.ui.screens.key_help import KeyHelpScreen
from tui_chat.ui.screens.library import LibraryScreen
from tui_chat.ui.screens.problems import Problems


async def test_text_behind_a_new_conversation_is_in_it(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("First."), answered("Second.")])
    async with chat(tmp_path, backend) as (app, _):
        strike(app, "one", "enter")
        await until(lambda: "First." in text_of(app) and "ready" in text_of(app))
        strike(app, "draft", "ctrl+n", "two", "enter", "three")
        await until(lambda: "Second." in text_of(app))
        await until(lambda: screen_of(app).prompt.text == "three")
        assert backend.asked[1][0] == [("user", "two")]


async def test_what_is_typed_behind_a_key_is_typed_where_it_leads(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        prompt = screen_of(app).prompt
        with row("help"):
            strike(app, "?", "xyz")
            await until(lambda: isinstance(app.screen, KeyHelpScreen))
            strike(app, "escape", "!")
            await until(lambda: prompt.text == "!")
            prompt.replace_text("")
        with row("a paste keeps its place"):
            strike(app, "ctrl+n", "a")
            app.post_message(events.Paste("b\nc"))
            strike(app, "d")
            await until(lambda: prompt.text == "ab\ncd")
            prompt.replace_text("")
        with row("moves of the cursor"):
            strike(
                app, *"abc", "left", "left", *"de", "home", *"f", "backspace", "right", "end", *"g", "left", "delete"
            )
            strike(app, *"h")
            await until(lambda: prompt.text == "adebch")
            prompt.replace_text("")
        with row("a window that opens"):
            for _ in range(3):
                strike(app, "a", "ctrl+o", "words", "escape", "b")
            await until(lambda: prompt.text == "ababab")
            assert not isinstance(app.screen, LibraryScreen)
            strike(app, "ctrl+o", "words")
            await until(lambda: [shown.value for shown in app.screen.query(Input)] == ["words"])
            assert prompt.text == "ababab"
            strike(app, "escape")
            await until(lambda: app.screen is screen_of(app))
            prompt.replace_text("")
        with row("a key that is held down"):
            for _ in range(20):
                strike(app, *"x" * 30)
                await asyncio.sleep(0)
            await until(lambda: len(prompt.text) == 600)
            strike(app, "ctrl+o", "escape", *"y" * 30)
            await until(lambda: prompt.text == "x" * 600 + "y" * 30)
            prompt.replace_text("")
            await pilot.pause()
        with row("ctrl+c twice at once quits"):
            strike(app, "ctrl+c", "ctrl+c")
            await until(lambda: app._exit)


async def test_before_the_app_has_begun_commands_wait(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("Understood.")])
    async with chat(tmp_path, backend, early=["f2", "pageup", "escape", "ctrl+n", "question", "enter"]) as (
        app,
        _,
    ):
        await until(lambda: "Understood." in text_of(app))
        assert app.screen.query("SettingsPane")
        assert backend.asked[0][0] == [("user", "question")]


async def test_problems_are_shown_once_what_was_typed_has_been_dealt_with(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("Understood.")])
    early = ["ctrl+n", "question", "enter"]
    async with chat(tmp_path, backend, early=early, problems=["Something is wrong."]) as (app, _):
        await until(lambda: isinstance(app.screen, Problems))
        await until(lambda: backend.asked)
        assert backend.asked[0][0] == [("user", "question")]


class Ending:
    """An app that is over at a moment of the test's choosing."""

    def __init__(self) -> None:
        self.screen_stack: list[object] = [self]
        self.failures: list[Exception] = []

    @property
    def screen(self) -> object:
        if not self.screen_stack:
            raise ScreenStackError("No screens on stack")
        return self.screen_stack[0]

    @property
    def focused(self) -> object:
        return self.screen and None

    def post_message(self, _: object) -> bool:
        return False

    def _handle_exception(self, error: Exception) -> None:
        self.failures.append(error)


@pytest.mark.parametrize("at", ["the beginning", "the first key"])
async def test_keys_that_wait_when_the_app_ends_are_no_failure(at: str) -> None:
    app, handed_on, has_begun = Ending(), list[str](), list[bool]()

    class Chat:
        @property
        def begun(self) -> bool:
            return bool(has_begun)

        async def until_begun(self) -> None:
            has_begun.append(True)
            if at == "the beginning":
                app.screen_stack = []

    async def hand_on(event: events.Event) -> None:
        handed_on.append(cast(events.Key, event).key)
        app.screen_stack = []

    order = InputOrder(cast(App[Any], app), hand_on, Chat)
    for key in ("ctrl+n", "ctrl+o"):
        await order.take(events.Key(key, None))
    await order.drained()
    assert app.failures == []
    assert handed_on == (["ctrl+n"] if at == "the first key" else [])
