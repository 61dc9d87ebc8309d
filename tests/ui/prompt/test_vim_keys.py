"""Vim's keys in the app: modes are shown, keys do what they do in vim, and escape is the app's in normal mode."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import events

from tests.scripted import ScriptedBackend, answered
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until


async def test_vim_in_the_prompt(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("One word after the other.")], hold=asyncio.Semaphore(4))
    async with chat(tmp_path, backend, vim=True) as (app, pilot):
        prompt = screen_of(app).prompt
        assert "INSERT" in text_of(app)
        await pilot.press(*"one two three", "escape")
        await until(lambda: "NORMAL" in text_of(app))
        await pilot.press(*"0dw")
        assert prompt.text == "two three"
        await pilot.press("u")
        assert prompt.text == "one two three"
        await pilot.press("ctrl+r")
        assert prompt.text == "two three"
        await pilot.press(*"ve")
        assert (prompt.selected_text, "VISUAL" in text_of(app)) == ("two", True)
        await pilot.press(*"cThe", "escape", "d")
        await until(lambda: "NORMAL d" in text_of(app))
        await pilot.press("escape", *"A?", "enter")
        await until(lambda: "One word" in text_of(app))
        assert (app.context.session.conversation.prompts()[0].turn.text, prompt.text) == ("The three?", "")
        await pilot.press("escape")
        assert app.context.session.current, "from insert to normal mode"
        await pilot.press("escape")
        await until(lambda: "stopped" in text_of(app))


async def test_a_folded_paste_goes_whole(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([]), vim=True) as (app, pilot):
        prompt = screen_of(app).prompt
        await pilot.press(*"ab")
        app.post_message(events.Paste("a line\n" * 30))
        await until(lambda: "[pasted 30 lines" in text_of(app))
        await pilot.press("c", "escape", *"0llx")
        assert prompt.text == "abc"
        await pilot.press("u")
        assert prompt.text == "ab" + "a line\n" * 30 + "c"


async def test_without_the_setting_letters_are_letters(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await pilot.press("escape", *"dd")
        assert screen_of(app).prompt.text == "dd"
        assert "NORMAL" not in text_of(app)
