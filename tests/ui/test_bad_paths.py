"""Whatever is typed where a path is asked for, the app says what is wrong with it and goes on."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from tests.scripted import ScriptedBackend, answered
from tests.support.thorough import some
from tests.ui.bad_paths import BAD, NAMED
from tests.ui.harness import chat, in_background, screen_of, text_of
from tests.waiting import until
from tui_chat.core.filter_table import rows
from tui_chat.ui.app import ChatApp
from tui_chat.ui.screens.ask_text import AskText

NOT_COPIED = "The text is not written yet"


async def typed(app: ChatApp, pilot: Pilot[int], path: str) -> None:
    await until(lambda: isinstance(app.screen, AskText) and app.screen.query(Input))
    app.screen.query_one(Input).value = path
    await pilot.press("enter")


def told(app: ChatApp) -> list[str]:
    return [notice.message for notice in app._notifications]


async def asked_again(app: ChatApp, pilot: Pilot[int], path: str) -> None:
    """With what was typed, which can be mended or left."""
    await until(lambda: isinstance(app.screen, AskText) and app.screen.query(Input))
    assert app.screen.query_one(Input).value == path
    await pilot.press("escape")
    await until(lambda: not isinstance(app.screen, AskText))


async def test_a_copy_survives_every_bad_path(tmp_path: Path) -> None:
    async with chat(tmp_path / "library", ScriptedBackend([])) as (app, pilot):
        in_background(app, screen_of(app).controllers.copy.offer_file("precious", "no clipboard"))
        for path in some(BAD, 3):
            app.clear_notifications()
            await typed(app, pilot, path)
            await until(lambda: told(app))
            assert all("cannot be written" in each for each in told(app)), (path, told(app))
            await until(lambda: isinstance(app.screen, AskText) and NOT_COPIED in text_of(app))
            assert path == "~" or app.screen.query_one(Input).value == path
        await typed(app, pilot, str(tmp_path / "copy.md"))
        await until(lambda: (tmp_path / "copy.md").exists())
    assert (tmp_path / "copy.md").read_text() == "precious"


async def test_saving_and_opening_tell_what_is_wrong_with_a_path(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One.")])) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "One." in text_of(app) and not app.context.session.running)
        screen = screen_of(app)
        for path in ("~nobody-of-this-name/x.md", "/nowhere/x.md", "a\0b.md"):
            for command in ("chat.save_as", "chat.open_file"):
                app.clear_notifications()
                await screen.action_command(command)
                await typed(app, pilot, path)
                await until(lambda: told(app))
                await asked_again(app, pilot, path)
                assert app.screen is screen


async def test_the_filter_table_tells_what_is_wrong_with_a_path(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        screen = screen_of(app)
        found = rows(app.context.session.conversation)
        for path in NAMED[:2]:
            app.clear_notifications()
            in_background(app, screen.controllers.content_filter.save_table(found, "x"))
            await typed(app, pilot, f"{path}.csv")
            await until(lambda: told(app))
            await asked_again(app, pilot, f"{path}.csv")
            assert app.screen is screen
