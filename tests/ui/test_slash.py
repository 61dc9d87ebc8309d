"""Slash commands in the app: the list over the prompt, its keys, and what each command makes visible."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from tests.scripted import ScriptedBackend, answered
from tests.support.rows import row
from tests.ui.harness import chat, lines_of, screen_of, strike, text_of
from tests.waiting import until
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ServerError
from tui_chat.core.settings import Settings
from tui_chat.core.slash_commands import SLASH_COMMANDS
from tui_chat.store.prompt_templates import PromptTemplates
from tui_chat.ui.app import ChatApp
from tui_chat.ui.screens.library import LibraryScreen
from tui_chat.ui.widgets.slash_menu import SlashMenu
from tui_chat.wire.model_list import Model


@dataclass
class ListingBackend(ScriptedBackend):
    """Lists models, once it is let."""

    scripts: list[list[Any]] = field(default_factory=list)
    name: str = "work"
    found: tuple[Model, ...] | ServerError = ()
    listing: asyncio.Event = field(default_factory=asyncio.Event)
    asked_for_models: int = 0

    async def models(self) -> tuple[Model, ...] | ServerError:
        self.asked_for_models += 1
        await self.listing.wait()
        return self.found


def add_endpoint(app: ChatApp, backend: ListingBackend) -> None:
    """Another endpoint, which the app believes to be configured."""
    backends = app.context.backends
    backends.add(EndpointConfig(name=backend.name, url="http://127.0.0.1:9/v1"))
    backends._made[backend.name] = backend


def menu(app: ChatApp) -> str:
    """What the list shows; "" while it is closed."""
    found = list(screen_of(app).query(SlashMenu))
    state = found[0].state if found else None
    if state is None:
        return ""
    rows = [f"{'>' if index == state.chosen else ' '}{item.label}" for index, item in enumerate(state.items)]
    return "\n".join([*rows, state.note])


def prompt(app: ChatApp) -> str:
    return screen_of(app).prompt.text


@asynccontextmanager
async def app_with(
    folder: Path, *answers: str, templates: dict[str, bytes] | None = None, **more: Any
) -> AsyncIterator[tuple[ChatApp, Pilot[int], ScriptedBackend]]:
    backend = ScriptedBackend([answered(text) for text in answers])
    (folder / "prompts").mkdir()
    for name, text in (templates or {}).items():
        (folder / "prompts" / name).write_bytes(text)
    more.setdefault("templates", PromptTemplates(folder / "prompts"))
    async with chat(folder, backend, **more) as (app, pilot):
        yield app, pilot, backend


# Every command


@dataclass(frozen=True)
class Effect:
    """`typed` and enter; `seen` gets the screen as it was before."""

    typed: str
    seen: Callable[[ChatApp, str], object]
    then: Sequence[str] = ()


def says(*words: str) -> Callable[[ChatApp, str], bool]:
    return lambda app, before: all(w in text_of(app) for w in words) and not all(w in before for w in words)


def sets(**values: object) -> Callable[[ChatApp, str], bool]:
    return lambda app, _: all(getattr(app.context.session.settings, name) == value for name, value in values.items())


EFFECTS = [
    Effect("/help", says("Keys and help"), ["escape"]),
    Effect("/help telemetry", says("Privacy", "What is stored where"), ["escape"]),
    Effect("/help whales", says("No page of the manual is about “whales”"), ["ctrl+c"]),
    Effect("/retry", says("Again.", "2/2")),
    Effect("/continue", says("Nothing to continue")),
    Effect("/edit", says("Editing a prompt"), ["escape"]),
    Effect("/copy", lambda app, _: app.clipboard == "Again."),
    Effect("/find ques", says("1/1", "enter next"), ["escape"]),
    Effect("/history ques", lambda app, _: prompt(app) == "question", ["ctrl+c"]),
    Effect("/endpoint add", says("Add an endpoint", "Address, or a whole curl command"), ["escape"]),
    Effect("/endpoint list", says("Endpoints", "c check"), ["escape"]),
    Effect("/endpoint work", lambda app, _: app.context.endpoint == "work"),
    Effect("/model big", lambda app, _: app.context.backend.model == "big"),
    Effect("/endpoint scripted", lambda app, _: app.context.endpoint == "scripted"),
    Effect("/set temperature 0.3", sets(temperature=0.3)),
    Effect("/set temperature none", sets(temperature=None)),
    Effect("/system Be brief.", sets(system="Be brief.")),
    Effect("/system none", sets(system=None)),
    Effect("/compare", says("Compare answers", "what differs"), ["escape"]),
    Effect("/preset precise", sets(temperature=0.1, top_p=0.5)),
    Effect("/context", says("What the next request sends", "2 messages"), ["escape"]),
    Effect("/usage", says("What the next request sends", "No price is known for"), ["escape"]),
    Effect("/temperature 0.4", sets(temperature=0.4)),
    Effect("/filter", says("has said nothing about this conversation"), ["escape"]),
    Effect("/theme nord", lambda app, _: app.theme == "nord"),
    Effect("/attach", says("Attach a file"), ["escape"]),
    Effect("/tree", says("Branches", "2/2"), ["escape"]),
    Effect("/tag Work -home", says("Tags: #work")),
    Effect("/save", says("Save the conversation as"), ["escape"]),
    Effect("/open", lambda app, _: isinstance(app.screen, LibraryScreen), ["escape"]),
    Effect("/doctor", says("first token"), ["escape"]),
    Effect("/new", lambda app, _: not app.context.session.conversation.nodes),
    Effect("/open question", says("Again.")),
    Effect("/quit", lambda app, _: not app.is_running),
]


async def test_every_command_does_what_it_says(tmp_path: Path) -> None:
    assert {effect.typed.split()[0][1:] for effect in EFFECTS} >= {command.name for command in SLASH_COMMANDS}
    presets = {"precise": Settings(temperature=0.1, top_p=0.5)}
    async with app_with(tmp_path, "First.", "Again.", "ok", size=(110, 36), presets=presets) as (app, pilot, _):
        add_endpoint(app, ListingBackend())
        await pilot.press(*"question", "enter")
        await until(lambda: "First." in text_of(app) and not app.context.session.running)
        for effect in EFFECTS:
            app.clear_notifications()
            before = text_of(app)
            assert not effect.seen(app, before), effect.typed
            await pilot.press(*effect.typed, "enter")
            try:
                await until(lambda: effect.seen(app, before), 20)  # noqa: B023 - called before the next turn
            except TimeoutError:
                raise AssertionError(f"{effect.typed}:\n{text_of(app)}") from None
            if app.is_running:
                await pilot.press(*effect.then)
                await until(lambda: app.screen is screen_of(app) and not app.context.session.running)
                await until(lambda: prompt(app) == "" and menu(app) == "")


# The list


async def test_what_was_typed_while_the_app_started_is_completed(tmp_path: Path) -> None:
    async with app_with(tmp_path, typed="/the") as (app, _, _):
        await until(lambda: menu(app).startswith(">/theme"))


async def test_a_command_that_the_up_key_brings_back_leaves_the_keys_to_the_walk(tmp_path: Path) -> None:
    async with app_with(tmp_path) as (app, pilot, _):
        for typed in ("/set temperature 0.1", "/set temperature 0.2"):
            await pilot.press(*typed, "escape", "enter")
            await until(lambda: prompt(app) == "")
        await pilot.press("up", "up")
        assert (prompt(app), menu(app)) == ("/set temperature 0.1", "")
        await pilot.press("down")
        assert prompt(app) == "/set temperature 0.2"
        await pilot.press("up", "enter")
        await until(lambda: prompt(app) == "")
        assert app.context.session.settings.temperature == 0.1
        await pilot.press("up", "backspace")
        assert "now 0.1" in menu(app), "edited, it is completed again"


async def test_escape_closes_the_list_before_it_stops_the_answer(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(3)
    async with app_with(tmp_path, "one two three four") as (app, pilot, backend):
        backend.hold = hold
        await pilot.press(*"question", "enter")
        await until(lambda: app.context.session.running)
        await pilot.press("/")
        await until(lambda: "Start a new conversation" in text_of(app))
        found = screen_of(app).query_one(SlashMenu)
        assert found.region.bottom == screen_of(app).prompt.region.y, "right over the prompt"
        await pilot.press("escape")
        assert menu(app) == ""
        assert app.context.session.running
        await pilot.press("escape")
        await until(lambda: not app.context.session.running)


async def test_keys_struck_at_once_act_in_their_order(tmp_path: Path) -> None:
    async with app_with(tmp_path, "ok") as (app, pilot, backend):
        await pilot.press(*"question", "enter")
        await until(lambda: "ok" in text_of(app) and not app.context.session.running)
        strike(app, "/new", "enter", "next")
        await until(lambda: prompt(app) == "next" and not app.context.session.conversation.nodes)
        assert len(backend.asked) == 1


async def test_the_list_is_there_while_the_prompt_has_the_focus_and_in_a_small_terminal(tmp_path: Path) -> None:
    async with app_with(tmp_path) as (app, pilot, _):
        await pilot.press("/")
        assert "Start a new conversation" in text_of(app)
        await until(lambda: "enter run" in lines_of(app)[-1] and "enter send" not in lines_of(app)[-1])
        screen_of(app).transcript.focus()
        await until(lambda: "Start a new conversation" not in text_of(app))
        screen_of(app).prompt.focus()
        await until(lambda: "Start a new conversation" in text_of(app))
        await pilot.press("escape")
        await until(lambda: "enter send" in lines_of(app)[-1])
        await pilot.press("backspace", "/")
        with row("the pointer chooses, and the wheel turns"):
            found = screen_of(app).query_one(SlashMenu)
            await pilot._post_mouse_events([events.MouseScrollDown], found, offset=(5, 3))
            await until(lambda: "\n>/new" in menu(app))
            items = found.state.items if found.state else ()
            find = next(index for index, item in enumerate(items) if item.label == "/find")
            await pilot.click(found, offset=(5, find + 1))
            await until(lambda: screen_of(app).query("FindBar"))
            assert (menu(app), prompt(app)) == ("", "")
            await pilot.press("escape")
            await until(lambda: not screen_of(app).query("FindBar"))
        with row("what is chosen is in view in a small terminal"):
            await pilot.resize_terminal(20, 6)
            await pilot.press("/")
            for name in ("/help", "/new", "/open", "/continue", "/retry", "/edit"):
                await until(lambda: name in text_of(app))  # noqa: B023 - called before the next turn
                await pilot.press("down")
            await pilot.press(*["up"] * 7)
            await until(lambda: "/quit" in text_of(app))


# Unknown ones, and slashes that are meant


async def test_two_slashes_send_one_and_the_prompt_comes_back_as_it_is_typed(tmp_path: Path) -> None:
    async with app_with(tmp_path, "ok", "fine and more", "done") as (app, pilot, backend):
        await pilot.press(*"//etc/hosts?", "enter")
        await until(lambda: "ok" in text_of(app) and not app.context.session.running)
        assert backend.asked[0][0] == [("user", "/etc/hosts?")]
        assert prompt(app) == ""
        await pilot.press("f4")
        assert prompt(app) == "//etc/hosts?", "editing it sends the same text again"
        backend.hold = hold = asyncio.Semaphore(2)
        await pilot.press("enter")
        await until(lambda: len(backend.asked) == 2)
        assert backend.asked[1][0] == [("user", "/etc/hosts?")]
        await pilot.press(*"//etc", "enter")
        await until(lambda: prompt(app) == "")
        await pilot.press("up")
        await until(lambda: prompt(app) == "//etc")  # out of the queue
        await pilot.press("escape", "enter")
        await until(lambda: prompt(app) == "")
        backend.hold = None
        for _ in range(99):
            hold.release()
        await until(lambda: len(backend.asked) == 3 and not app.context.session.running)
        assert backend.asked[2][0][-1] == ("user", "/etc")
        await pilot.press("up")
        assert prompt(app) == "//etc"


# What follows a name


async def test_themes_are_tried_while_choosing_and_given_back(tmp_path: Path) -> None:
    kept: list[str] = []

    class Saved:
        waits = False

        def ui(self, **values: Any) -> None:
            kept.append(values["theme"])

    async with app_with(tmp_path, saved=Saved()) as (app, pilot, _):
        await pilot.press(*"/theme gru")
        await until(lambda: app.theme == "gruvbox")
        await pilot.press("escape")
        assert app.theme == "textual-dark"
        await pilot.press("tab", "enter")
        await until(lambda: kept)
        assert (app.theme, kept, prompt(app)) == ("gruvbox", ["gruvbox"], "")


async def test_a_path_that_is_typed_is_what_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with app_with(tmp_path, "ok") as (app, pilot, _):
        await pilot.press(*"question", "enter")
        await until(lambda: "ok" in text_of(app) and not app.context.session.running)
        await pilot.press(*"/save pro")
        await until(lambda: " prompts/" in menu(app))
        await pilot.press("tab", *"a.md", "enter")
        await until(lambda: (tmp_path / "prompts" / "a.md").exists())


# Templates


async def test_a_template_is_filled_in_from_one_place_to_the_next(tmp_path: Path) -> None:
    files = {"review.md": b"Review {input} as {who}. {{Not}} me, {who}.", "bad.md": b"\xff", "new.md": b"x"}
    async with app_with(tmp_path, "ok", templates=files) as (app, pilot, backend):
        await pilot.press(*"/rev")
        await until(lambda: menu(app).startswith(">/review"))
        await pilot.press(*"iew main.py", "enter")
        await until(lambda: prompt(app) == "Review main.py as {who}. {Not} me, {who}.")
        assert screen_of(app).prompt.selected_text == "{who}"
        await pilot.press(*"a cat", "tab")
        assert prompt(app) == "Review main.py as a cat. {Not} me, a cat."
        (notice,) = app._notifications
        assert "prompts/bad.md is left out" in notice.message
        assert "/new is a command" in notice.message
        await pilot.press("enter")
        await until(lambda: backend.asked)
        assert backend.asked[0][0] == [("user", "Review main.py as a cat. {Not} me, a cat.")]
