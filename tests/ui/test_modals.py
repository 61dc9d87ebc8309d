"""A modal closes once, however many closing keys come together."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncGenerator
from pathlib import Path

from textual.app import App
from textual.screen import ModalScreen
from textual.widgets import Input

import tui_chat
from tests.scripted import ScriptedBackend
from tests.support.rows import row
from tests.ui.harness import chat, in_background, screen_of, strike, text_of
from tests.waiting import until
from tui_chat.client.doctor import CheckStep
from tui_chat.ui.screens.confirm import Confirm
from tui_chat.ui.screens.doctor import Doctor
from tui_chat.ui.screens.key_help import KeyHelpScreen
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.screens.palette import PaletteScreen


def modals() -> list[type[ModalScreen[object]]]:
    """Every modal of the program, and of what it takes from Textual those that it shows."""
    for found in pkgutil.walk_packages(tui_chat.__path__, "tui_chat."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    known: list[type[ModalScreen[object]]] = [ModalScreen]
    for each in known:
        known.extend(each.__subclasses__())
    return [each for each in known if each.__module__.startswith("tui_chat.")]


def test_every_modal_of_the_program_closes_once() -> None:
    found = modals()
    assert len(found) > 10
    assert [each.__name__ for each in found if not issubclass(each, Modal)] == []
    own = {each for each in found if each is not Modal}
    assert [each.__name__ for each in own if "dismiss" in vars(each) or "check_action" in vars(each)] == []


async def test_a_modal_closed_twice_gives_its_first_answer_and_closes_nothing_else() -> None:
    answers: list[object] = []
    app = App[None]()
    async with app.run_test() as pilot:
        first, second = Confirm("One?", "yes", "no"), Confirm("Two?", "yes", "no")
        await app.push_screen(first, lambda answer: answers.append(("first", answer)))
        await app.push_screen(second, lambda answer: answers.append(("second", answer)))
        second.dismiss(False)
        second.dismiss(True)
        await pilot.pause()
        assert app.screen is first
        first.dismiss(True)
        first.dismiss(False)
        await pilot.pause()
        assert answers == [("second", False), ("first", True)]


async def test_a_window_that_is_closed_as_it_opens_ends_nothing_and_runs_a_command_once(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        with row("the key that closes comes in the same write as the one that opens, or some turns of the loop later"):
            for turns in range(24, 40):
                strike(app, "ctrl+p")
                for _ in range(turns):
                    await asyncio.sleep(0)
                if isinstance(window := app.screen, PaletteScreen):
                    window.dismiss(None)
                    window.dismiss(None)
                await until(lambda: len(app.screen_stack) == 1 or app._exception)
                await until(lambda: not app.query("PaletteScreen"))
        with row("the list of themes"):
            in_background(app, screen_of(app).controllers.themes.pick())
            await until(lambda: isinstance(app.screen, PaletteScreen))
            listed = app.screen
            listed.dismiss()
            listed.dismiss()
            await pilot.pause()
            assert app.screen is screen_of(app)
        with row("a command runs once"):
            await pilot.press("ctrl+p")
            await until(lambda: isinstance(app.screen, PaletteScreen))
            await pilot.press(*"keys and help")
            await until(lambda: "Keys and help" in text_of(app))
            palette = app.screen
            chosen = Input.Submitted(palette.query_one(Input), "keys and help")
            for _ in range(3):
                palette.post_message(chosen)
            await until(lambda: isinstance(app.screen, KeyHelpScreen))
            await pilot.pause()
            assert len(app.screen_stack) == 2


async def test_a_modal_below_another_answers_to_nothing() -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        below, top = Confirm("One?", "yes", "no"), Confirm("Two?", "yes", "no")
        await app.push_screen(below)
        await app.push_screen(top)
        below.dismiss(True)
        await below.run_action("answer(True)")
        await pilot.pause()
        assert app.screen is top


async def test_a_check_whose_window_closes_meanwhile_ends_nothing() -> None:
    """Its parts are gone before the check is cancelled."""
    closing, closed = asyncio.Event(), asyncio.Event()

    async def steps() -> AsyncGenerator[CheckStep, None]:
        await closing.wait()
        yield CheckStep("address", True, "is one")
        closed.set()

    app = App[None]()
    async with app.run_test():
        window = Doctor("mine", steps, lambda text, what: None)
        await app.push_screen(window)
        await window.query("*").remove()
        closing.set()
        await until(closed.is_set, 20)
        await app.workers.wait_for_complete()
