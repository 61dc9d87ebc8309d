"""A curl command that is pasted into the prompt: its key is not shown and not sent unless the user wants it so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.scripted import ScriptedBackend, answered
from tests.support.ring import Ring, holding
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.cli.saved_choices import SavedFile
from tui_chat.ui.app import ChatApp
from tui_chat.ui.recognize_paste import LONGEST, describes_endpoint, is_key_alone
from tui_chat.ui.screens.add_endpoint import AddEndpoint
from tui_chat.ui.screens.confirm import Confirm

KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
COMMAND = f"curl http://127.0.0.1:8766/v1 \\\n -H 'Authorization: Bearer {KEY}' -d '{{\"model\": \"m\"}}'"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        (COMMAND, True),
        (f"  $ {COMMAND}", True),
        ("curl localhost:11434/v1", True),
        ("curl api.example.com/v1 -d '{}'", True),
        (f"curl https://h.example -H 'api-key: {KEY}", True),
        ("curl is a program. See https://curl.se", False),
        ("curl's options", False),
        ("curl --help", False),
        ("how do I curl https://h.example?", False),
        ("curly braces", False),
        (COMMAND + " " * LONGEST, False),
        ("", False),
    ],
)
def test_what_is_offered_as_an_endpoint(text: str, offered: bool) -> None:
    assert describes_endpoint(text) is offered


@pytest.mark.parametrize(
    ("text", "is_key"),
    [
        (KEY, True),
        (f" {KEY}\n", True),
        ("sk-form-0123456789abcdef", True),
        (f"https://h.example/commit/{KEY}", False),
        (f"what is {KEY}?", False),
        (COMMAND, False),
        ("hello", False),
        ("", False),
    ],
)
def test_what_is_a_key_and_nothing_else(text: str, is_key: bool) -> None:
    assert is_key_alone(text) is is_key


async def paste(app: ChatApp, pilot: Pilot[int]) -> None:
    app.post_message(events.Paste(COMMAND))
    await until(lambda: isinstance(app.screen, Confirm) and "Add it as an endpoint?" in text_of(app))
    assert KEY not in text_of(app)


def value(app: ChatApp, name: str) -> str:
    return app.screen.query_one(f"#{name}", Input).value


def is_form(app: ChatApp) -> Callable[[], bool]:
    return lambda: isinstance(app.screen, AddEndpoint) and bool(app.screen.query("#currency"))


async def test_yes_opens_the_form_with_the_command_taken_apart(tmp_path: Path) -> None:
    more: dict[str, Any] = {"saved": SavedFile(tmp_path / "saved.toml"), "key_store": holding(Ring())}
    async with chat(tmp_path, ScriptedBackend([]), **more) as (app, pilot):
        await pilot.press(*"typed ")
        await paste(app, pilot)
        await pilot.press("y")
        await until(is_form(app))
        await until(lambda: value(app, "key") == KEY)
        assert app.screen.query_one("#url", TextArea).text == "http://127.0.0.1:8766/v1"
        assert (value(app, "name"), value(app, "model")) == ("127.0.0.1:8766", "m")
        await until(lambda: app.screen.query_one("#key_from").value == "keyring")  # type: ignore[attr-defined]
        assert KEY not in text_of(app)
        await pilot.press("ctrl+s")
        await until(lambda: app.context.endpoint == "127.0.0.1:8766")
        assert screen_of(app).prompt.text == "typed "


async def test_no_leaves_the_command_as_text_where_it_was_pasted(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("That asks a server.")])
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"What is ", *"this?", *["left"] * 5)
        await paste(app, pilot)
        await until(lambda: "enter add an endpoint   esc keep it as text" in text_of(app))
        await pilot.press("right")
        await until(lambda: "y add an endpoint   enter keep it as text" in text_of(app))
        assert "enter Keep it as text" in text_of(app), "its button says the same"
        await pilot.press("escape")
        await until(lambda: screen_of(app).prompt.text == f"What is {COMMAND}this?")
        assert app.screen is screen_of(app)
        await pilot.press("enter")
        await until(lambda: "That asks a server." in text_of(app))


async def test_enter_struck_right_after_the_paste_sends_no_key(tmp_path: Path) -> None:
    backend = ScriptedBackend([])
    async with chat(tmp_path, backend) as (app, pilot):
        app.post_message(events.Paste(COMMAND))
        await pilot.press("enter")
        await until(lambda: app.screen is not screen_of(app))
        assert not app.context.session.conversation.path()
        assert KEY not in text_of(app)


async def test_a_command_pasted_into_the_conversation_is_asked_about_too(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("Hello.")])) as (app, pilot):
        await pilot.press(*"hi", "enter")
        await until(lambda: "Hello." in text_of(app) and "ready" in text_of(app))
        screen_of(app).set_focus(screen_of(app).transcript)
        await until(lambda: screen_of(app).transcript.has_focus)
        await paste(app, pilot)
        await pilot.press("y")
        await until(is_form(app))
        assert screen_of(app).prompt.text == ""
