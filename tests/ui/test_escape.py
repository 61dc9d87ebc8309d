"""Escape is never lost: whatever was just said, opened or focused, it closes the innermost thing or stops the answer.

A notice is nothing to close: it goes by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from tests.scripted import ScriptedBackend, answered
from tests.ui.harness import chat, lines_of, screen_of, strike, text_of
from tests.waiting import until
from tui_chat.core.message import Outcome
from tui_chat.ui.app import ChatApp
from tui_chat.ui.screens.key_help import KeyHelpScreen

LONG = answered("word " * 60)


@asynccontextmanager
async def streaming(folder: Path, before: str = "") -> AsyncIterator[tuple[ChatApp, Pilot[int]]]:
    """The app with an answer that comes and does not end, below one that has the text `before`."""
    first = answered(before)
    hold = asyncio.Semaphore(20 + (len(first) if before else 0))
    async with chat(folder, ScriptedBackend([*([first] if before else ()), LONG], hold=hold)) as (app, pilot):
        if before:
            await pilot.press(*"Hello", "enter")
            await until(lambda: app.context.session.conversation.nodes and not app.context.session.running)
        await pilot.press(*"Hello", "enter")
        await until(lambda: "word" in text_of(app))
        yield app, pilot
        for _ in LONG:
            hold.release()


async def say(app: ChatApp) -> None:
    screen_of(app).controllers.notifier.say("This was done.")
    await until(lambda: "This was done." in text_of(app))


def stopped(app: ChatApp) -> bool:
    last = next(app.context.session.conversation.upward())
    return last.turn.outcome is Outcome.STOPPED and not app.context.session.running


@pytest.mark.parametrize(
    "keys",
    [
        ["escape"],
        ["shift+tab", "escape", "escape"],
        ["f1", "escape", "escape"],
        ["ctrl+f", "escape", "escape"],
        ["f2", "escape", "escape"],
        ["ctrl+t", "escape", "escape"],
        ["/", "escape", "escape"],
        ["x", "escape"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("notice", [False, True])
async def test_each_escape_closes_one_thing_and_the_last_one_stops_the_answer(
    tmp_path: Path, keys: list[str], notice: bool
) -> None:
    async with streaming(tmp_path) as (app, _):
        if notice:
            await say(app)
        strike(app, *keys)  # one behind the other, as fast as a terminal hands them over
        await until(lambda: stopped(app))
        assert app.screen is screen_of(app)


async def test_a_notice_over_what_is_read_or_opened_takes_no_escape(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("Hello.")])) as (app, pilot):
        await pilot.press(*"Hi", "enter")
        await until(lambda: "Hello." in text_of(app) and not app.context.session.running)
        await pilot.press("shift+tab")
        await say(app)
        await pilot.press("escape")
        assert screen_of(app).prompt.has_focus
        await pilot.press("/")
        await until(lambda: "/help" in text_of(app))
        await say(app)
        await pilot.press("escape")
        await until(lambda: "/help" not in text_of(app))
        await pilot.press("backspace", "f1")
        await until(lambda: isinstance(app.screen, KeyHelpScreen))
        await say(app)
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app))


@pytest.mark.parametrize("reading", [False, True])
async def test_escape_acts_in_a_window_without_the_focus(tmp_path: Path, reading: bool) -> None:
    """Some terminals hand over keys to a window that they say has none."""
    async with streaming(tmp_path) as (app, pilot):
        if reading:
            await pilot.press("shift+tab")
        app.post_message(events.AppBlur())
        await pilot.pause()
        await pilot.press("escape")
        if reading:
            await until(lambda: screen_of(app).prompt.has_focus)
            assert not stopped(app)
            await pilot.press("escape")
        await until(lambda: stopped(app))


async def test_what_was_selected_in_a_notice_that_is_gone_takes_no_escape(tmp_path: Path) -> None:
    async with streaming(tmp_path) as (app, pilot):
        await say(app)
        toast = app.screen.query_one(Toast)
        await pilot.mouse_down(toast, offset=(3, 1))
        await pilot.hover(toast, offset=(9, 1))
        await pilot.mouse_up(toast, offset=(9, 1))
        await until(lambda: bool(app.screen.selections))
        app.clear_notifications()
        await until(lambda: not app.screen.query(Toast))
        await pilot.press("escape")
        await until(lambda: stopped(app))


async def select_a_word(app: ChatApp, pilot: Pilot[int]) -> None:
    row = next(y for y, line in enumerate(lines_of(app)) if "word" in line)
    await pilot.mouse_down(offset=(3, row))
    await pilot.hover(offset=(8, row))
    await pilot.mouse_up(offset=(8, row))
    assert app.screen.get_selected_text()


async def test_a_selection_that_was_scrolled_away_takes_no_escape(tmp_path: Path) -> None:
    async with streaming(tmp_path, before="\n\n".join(f"Line {number}." for number in range(60))) as (app, pilot):
        await select_a_word(app, pilot)
        await pilot.press("ctrl+home")
        await until(lambda: "Line 3." in text_of(app))
        assert app.screen.selections
        await pilot.press("escape")
        await until(lambda: stopped(app))


async def test_a_selection_in_view_goes_first(tmp_path: Path) -> None:
    async with streaming(tmp_path) as (app, pilot):
        await select_a_word(app, pilot)
        await pilot.press("escape")
        assert not app.screen.selections
        assert not stopped(app)
        await pilot.press("escape")
        await until(lambda: stopped(app))
