"""What was typed and not sent is still there after a quit, a crash, and in its own conversation."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual import events

from tests.scripted import ScriptedBackend, answered
from tests.support.drafts import draft_on_disk
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.store.library import Library


async def test_a_quit_keeps_what_was_typed(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await pilot.press(*"half a thought", "ctrl+q")
        await until(lambda: not app.is_running)
    async with chat(tmp_path, ScriptedBackend([])) as (app, _):
        await until(lambda: screen_of(app).prompt.text == "half a thought")


@pytest.mark.parametrize("text", ["word " * 1_000_000, ("word " * 15 + "\n") * 65_000])
async def test_five_megabytes_are_pasted_typed_on_and_kept_in_a_moment(tmp_path: Path, text: str) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        prompt = screen_of(app).prompt
        before = time.process_time()
        app.post_message(events.Paste(text))
        await until(lambda: len(prompt.text) == len(text))
        await pilot.press(*"and", "ctrl+q")
        await until(lambda: not app.is_running)
        assert time.process_time() - before < 5
    assert draft_on_disk(tmp_path) == text + "and"


async def test_what_is_typed_while_it_starts_goes_before_the_draft(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.open().now()
    library.drafts.set("", "an old draft").now()
    library.close().now()
    async with chat(tmp_path, ScriptedBackend([]), typed="new") as (app, pilot):
        assert screen_of(app).prompt.text == "new"
        await pilot.press("up")
        assert screen_of(app).prompt.text == "an old draft"


async def test_a_sent_prompt_never_comes_back_as_a_draft(tmp_path: Path) -> None:
    """Neither in its own conversation nor in a new one, after a switch or a restart. It was a draft before."""
    async with chat(tmp_path, ScriptedBackend([answered("One."), answered("Two.")])) as (app, pilot):
        screen, session = screen_of(app), app.context.session
        for prompt, answer in (("first", "One."), ("second", "Two.")):
            await pilot.press(*prompt)
            owner = session.conversation.id if session.conversation.nodes else ""
            await until(lambda: draft_on_disk(tmp_path, owner) == prompt)  # noqa: B023 - called before the next turn
            await pilot.press("enter")
            await until(lambda: answer in text_of(app) and not session.running)  # noqa: B023
        first = session.conversation.id
        await session.services.unsaved.settled()
        assert (draft_on_disk(tmp_path), draft_on_disk(tmp_path, first)) == ("", ""), "nor after a crash"
        await pilot.press("ctrl+n")
        assert screen.prompt.text == ""
        await screen.controllers.library.open(first)
        assert screen.prompt.text == ""
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await until(lambda: "Two." in text_of(app))
        assert screen_of(app).prompt.text == ""
        await pilot.press("ctrl+n")
        assert screen_of(app).prompt.text == ""
