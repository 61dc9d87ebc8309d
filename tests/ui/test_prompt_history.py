"""Prompts that were sent before are found again: here first, then in the library."""

from __future__ import annotations

from pathlib import Path

from tests.scripted import ScriptedBackend
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
