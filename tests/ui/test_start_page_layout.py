"""The page of an empty conversation: what is on it, how one gets to its lines, and that nothing typed is lost by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from tests.scripted import ScriptedBackend, answered
from tests.store.trees import talk
from tests.support.golden import check
from tests.support.rows import row
from tests.ui.harness import chat, lines_of, screen_of, text_of
from tests.waiting import until
from tui_chat.store.library import Library
from tui_chat.ui.app import ChatApp
from tui_chat.ui.screens.add_endpoint import AddEndpoint
from tui_chat.ui.widgets.start_page import StartPage

TITLES = ("Why is my postgres query slow?", "Regex for matching ISO dates", "Ein langer Titel über Bäume 🌳 und Wälder")


def saved(folder: Path, *titles: str) -> None:
    """A library with these conversations, the first one changed last."""
    library = Library(folder)
    library.open().now()
    for number, title in enumerate(reversed(titles)):
        library.create(talk((f"about {title}", f"All on {title}."), id=f"c{number}", title=title)).now()
    library.close().now()


@asynccontextmanager
async def start(folder: Path, *titles: str, answers: int = 2, **more: Any) -> AsyncIterator[tuple[ChatApp, Pilot[int]]]:
    saved(folder, *titles)
    said = [answered(f"Answer {number}.") for number in range(1, answers + 1)]
    backend = ScriptedBackend(said, model="mistral-large", context=128_000)
    async with chat(folder, backend, continue_last=False, **more) as (app, pilot):
        await until(lambda: "tui-chat" in text_of(app))
        yield app, pilot


def shown(app: ChatApp, words: str) -> bool:
    return words in text_of(app)


def view(app: ChatApp) -> StartPage:
    return screen_of(app).query_one(StartPage)


async def test_it_says_what_answers_and_the_users_own_keys(tmp_path: Path) -> None:
    async with start(tmp_path, keys={"chat.open": ["f7"]}) as (app, _):
        page = text_of(app)
        assert "mistral-large · scripted · 128k context" in page
        assert "f7  " in page
        assert "conversations" in page
        assert "Continue" not in page, "there is nothing to go on with"
        assert "No endpoint of your own" not in page


async def test_it_goes_with_the_first_turn_and_comes_back_with_a_new_conversation(tmp_path: Path) -> None:
    async with start(tmp_path, "Owls") as (app, pilot):
        await pilot.press(*"hello", "enter")
        await until(lambda: "Answer 1." in text_of(app) and not app.context.session.running)
        assert "Continue" not in text_of(app)
        await pilot.press("ctrl+n")
        await until(lambda: "Continue" in text_of(app) and "hello" in text_of(app) and "Owls" in text_of(app))
        await pilot.press(*"again", "enter")
        await until(lambda: "Answer 2." in text_of(app))


async def test_the_list_is_reached_from_the_empty_prompt_and_by_a_click(tmp_path: Path) -> None:
    async with start(tmp_path, "Owls", "Cats") as (app, pilot):
        await pilot.press("up")
        await until(lambda: view(app).has_focus)
        assert next(line for line in lines_of(app) if "❯" in line).split()[:3] == ["❯", "2", "Cats"]
        await pilot.press("escape")
        for keys, title in ((["down", "enter"], "Owls"), (["down", "2"], "Cats"), ([], "Cats")):
            with row(keys or "a click"):
                if keys:
                    await pilot.press(*keys)
                else:
                    await pilot.click(offset=(50, next(y for y, line in enumerate(lines_of(app)) if "Cats" in line)))
                await until(partial(shown, app, f"All on {title}."))
                assert screen_of(app).prompt.has_focus
                await pilot.press("ctrl+n")
                await until(partial(shown, app, "Continue"))


async def test_a_prompt_may_begin_with_any_letter(tmp_path: Path) -> None:
    prompts = ["1 and 1 are", "any idea?", "demo", "2", "a"]
    async with start(tmp_path, "Owls", "Cats", answers=len(prompts), no_endpoint=True) as (app, pilot):
        for number, typed in enumerate(prompts, 1):
            with row(typed):
                await pilot.press(*typed)
                assert screen_of(app).prompt.text == typed
                await pilot.press("up", "down", "enter")
                await until(partial(shown, app, f"Answer {number}."))
                assert app.context.session.conversation.prompts()[0].turn.text == typed
                await pilot.press("ctrl+n")
                await until(partial(shown, app, "Continue"))


async def test_what_means_nothing_on_the_list_is_typed_in_the_prompt(tmp_path: Path) -> None:
    async with start(tmp_path, "Owls") as (app, pilot):
        await pilot.press("down")
        await until(lambda: view(app).has_focus)
        await pilot.press(*"what")
        await until(lambda: screen_of(app).prompt.text == "what" and screen_of(app).prompt.has_focus)
        await pilot.press("ctrl+a", "delete", "delete", "delete", "delete", "down")
        await until(lambda: view(app).has_focus)
        app.post_message(events.Paste("1 line\nand another"))
        await until(lambda: screen_of(app).prompt.text == "1 line\nand another")


async def test_one_gets_back_to_the_prompt(tmp_path: Path) -> None:
    async with start(tmp_path, "Owls") as (app, pilot):
        for key in ("escape", "down", "tab"):
            await pilot.press("down")
            await until(lambda: view(app).has_focus and "❯ 1  Owls" in text_of(app))
            await pilot.press(key)
            await until(lambda: screen_of(app).prompt.has_focus and "❯" not in text_of(app))
        await pilot.press("shift+tab")
        await until(lambda: view(app).has_focus)


async def test_keys_struck_while_the_app_starts_reach_the_list(tmp_path: Path) -> None:
    saved(tmp_path, "Owls", "Cats")
    early = ["down", "down", "enter"]
    async with chat(tmp_path, ScriptedBackend([]), continue_last=False, early=early) as (app, _):
        await until(lambda: "All on Cats." in text_of(app))


async def test_where_nothing_is_set_up_it_offers_an_endpoint_and_the_demo(tmp_path: Path) -> None:
    async with start(tmp_path, no_endpoint=True) as (app, pilot):
        await pilot.press("down", "a")
        await until(lambda: isinstance(app.screen, AddEndpoint))
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app) and screen_of(app).prompt.has_focus)
        await pilot.press("down", "d")
        await until(lambda: "A script, not a model" in text_of(app))
        assert app.context.endpoint == "demo"
        assert "Try the demo" not in text_of(app)
        assert screen_of(app).prompt.has_focus


async def test_the_banner_goes_once_it_was_read_and_the_header_still_says_it(tmp_path: Path) -> None:
    for read in ("prompt", "click"):  # escape: below
        async with start(tmp_path / read, no_endpoint=True) as (app, pilot):
            assert "No endpoint is configured · F1" in lines_of(app)[1]
            if read == "prompt":
                await pilot.press(*"hello", "enter")
            else:
                await pilot.click("#banner")
            await until(lambda: "No endpoint is configured" in lines_of(app)[0])
            assert "No endpoint is configured" not in lines_of(app)[1]
            assert app.context.hint_read


async def test_escape_stops_an_answer_before_it_takes_the_banner_away(tmp_path: Path) -> None:
    saved(tmp_path, "Owls")
    hold = asyncio.Semaphore(1)
    backend = ScriptedBackend([answered("One.")], hold=hold)
    async with chat(tmp_path, backend, continue_last=False, no_endpoint=True) as (app, _):
        context, controllers = app.context, screen_of(app).controllers
        in_flight = asyncio.create_task(controllers.conversation.submit("x"))
        await until(lambda: context.session.current is not None)
        await controllers.escape.close_innermost()
        assert "F1" in lines_of(app)[1]
        await until(lambda: not context.session.running)
        await controllers.escape.close_innermost()
        assert context.hint_read
        await in_flight


async def test_what_was_typed_while_the_app_started_is_in_the_prompt(tmp_path: Path) -> None:
    saved(tmp_path, "Owls")
    async with chat(tmp_path, ScriptedBackend([]), continue_last=False, typed="1 a d") as (app, _):
        assert screen_of(app).prompt.text == "1 a d"
        assert "Continue" in text_of(app)


async def test_it_fits_any_size(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=(200, 60), continue_last=False, no_endpoint=True) as (
        app,
        pilot,
    ):
        for width, height in ((200, 60), (20, 5), (8, 3), (40, 12), (60, 20)):
            with row((width, height)):
                await pilot.resize_terminal(width, height)
                await until(partial(fits, app, max(width, 20)))
                if height >= 12:
                    await until(partial(shown, app, "scripted"))
                    await until(partial(shown, app, "Add an endpoint"))


def fits(app: ChatApp, width: int) -> bool:
    return app.screen.size.width == width and all(len(line) <= width for line in lines_of(app))


@pytest.mark.parametrize("width", [60, 100, 140, 200])
@pytest.mark.parametrize("kind", ["first", "returning"])
async def test_it_looks_as_approved(tmp_path: Path, width: int, kind: str) -> None:
    height = {60: 20, 100: 30, 140: 40, 200: 50}[width]
    first = kind == "first"
    titles = () if first else TITLES
    async with start(tmp_path, *titles, no_endpoint=first, size=(width, height)) as (app, pilot):
        await check(f"start-{kind}-{width}", app)
        for theme in ("textual-dark", "textual-light") if width == 100 else ():
            app.theme = theme
            await pilot.pause()
            await check(f"start-{kind}-{theme}", app, looks=True)
