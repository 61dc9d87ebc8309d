"""Prompts that were sent before are found again: here first, then in the library."""

from __future__ import annotations

from pathlib import Path

from tests.scripted import ScriptedBackend, answered
from tests.store.trees import talk
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.store.library import Library


def filled(folder: Path) -> None:
    library = Library(folder)
    library.open().now()
    library.create(talk(("Where do rivers begin?", "At a spring."), id="rivers", title="Rivers")).now()
    library.create(talk(("What do owls eat?", "Mice at rivers."), id="owls", title="Owls")).now()
    library.close().now()


async def test_it_lists_this_conversation_then_the_library_narrows_and_puts_one_into_the_prompt(tmp_path: Path) -> None:
    filled(tmp_path)
    async with chat(tmp_path, ScriptedBackend([answered("One.")])) as (app, pilot):
        prompt = screen_of(app).prompt
        await pilot.press(*"Which rivers are long?", "enter")
        await until(lambda: "One." in text_of(app) and not app.context.session.running)
        await pilot.press(*"/history ")
        await until(lambda: "What do owls eat?" in text_of(app))
        await pilot.press(*"rivers")
        await until(lambda: "owls" not in text_of(app))
        lines = text_of(app).splitlines()
        own, other = (max(n for n, line in enumerate(lines) if words in line) for words in ("long?", "begin?"))
        assert own < other
        await pilot.press("down", "enter")
        assert prompt.text == "Where do rivers begin?"


async def test_the_own_draft_comes_back_with_escape_or_is_one_key_up(tmp_path: Path) -> None:
    filled(tmp_path)
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        prompt, history = screen_of(app).prompt, screen_of(app).controllers.prompt_history
        await pilot.press(*"half a thought")
        history.search("owls")
        await until(lambda: "What do owls eat?" in text_of(app))
        await pilot.press("escape")
        assert prompt.text == "half a thought"
        history.search("owls")
        await until(lambda: "What do owls eat?" in text_of(app))
        await pilot.press("enter")
        assert prompt.text == "What do owls eat?"
        await pilot.press("up")
        assert prompt.text == "half a thought"


async def test_nothing_found_is_said(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await pilot.press(*"/history zebra")
        await until(lambda: "No sent prompt contains “zebra”." in text_of(app))
