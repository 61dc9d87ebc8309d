"""The queue on the screen: listed above the prompt, edited from it, held and gone on with."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.scripted import ScriptedBackend, answered
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.ui.app import ChatApp


def prompts_of(app: ChatApp) -> list[str]:
    return [node.turn.text for node in app.context.session.conversation.prompts()]


def backend_that_waits(*answers: str) -> tuple[ScriptedBackend, asyncio.Semaphore]:
    hold = asyncio.Semaphore(0)
    return ScriptedBackend([answered(text) for text in answers], hold=hold), hold


def let_go(hold: asyncio.Semaphore) -> None:
    for _ in range(100):
        hold.release()


async def test_prompts_queue_while_an_answer_comes_and_follow_it(tmp_path: Path) -> None:
    backend, hold = backend_that_waits("One.", "Two.", "Three.")
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"first", "enter")
        await until(lambda: app.context.session.current and not screen_of(app).prompt.text)
        await pilot.press(*"second", "enter", *"third", "enter")
        await until(lambda: "sent when the answer has ended" in text_of(app))
        assert screen_of(app).prompt.text == ""
        assert prompts_of(app) == ["first"]
        let_go(hold)
        await until(lambda: "Three." in text_of(app) and not app.context.session.running)
        assert prompts_of(app) == ["first", "second", "third"]
        await until(lambda: "sent when" not in text_of(app))
        await pilot.press("up", "up")
        assert screen_of(app).prompt.text == "second", "sent ones are in the history, once each"
        await until(lambda: "A prompt from before: enter sends it anew" in text_of(app))
        await pilot.press("down", "down")
        await until(lambda: not screen_of(app).prompt.text and "A prompt from before" not in text_of(app))


async def test_up_edits_the_last_one_and_a_click_removes_one(tmp_path: Path) -> None:
    backend, hold = backend_that_waits("One.", "Two.")
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"first", "enter")
        await until(lambda: app.context.session.current and not screen_of(app).prompt.text)
        await pilot.press(*"second", "enter", *"third", "enter")
        await pilot.press("up")
        await until(lambda: screen_of(app).prompt.text == "third" and "A queued prompt: enter puts" in text_of(app))
        await pilot.press("!", "enter")
        await until(lambda: "third!" in text_of(app) and not screen_of(app).prompt.text)
        queue = app.screen.query_one("QueueList")
        await pilot.click(queue, offset=(queue.outer_size.width - 3, 0))
        await until(lambda: "second" not in text_of(app))
        let_go(hold)
        await until(lambda: "Two." in text_of(app) and not app.context.session.running)
        assert prompts_of(app) == ["first", "third!"]


async def test_they_outlive_a_quit_and_wait_until_the_user_goes_on(tmp_path: Path) -> None:
    backend, _ = backend_that_waits("One.")
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"first", "enter")
        await until(lambda: app.context.session.current and not screen_of(app).prompt.text)
        await pilot.press(*"second", "enter", *"third", "enter", "ctrl+q")
        await until(lambda: not app.is_running)
    later = ScriptedBackend([answered("Two."), answered("Three.")])
    async with chat(tmp_path, later, continue_last=True) as (app, pilot):
        await until(lambda: "waits: from before the restart" in text_of(app))
        assert prompts_of(app) == ["first"]
        await pilot.press("enter")
        await until(lambda: "Three." in text_of(app) and not app.context.session.running)
        assert prompts_of(app) == ["first", "second", "third"]


async def test_the_list_stays_over_the_box_when_the_terminal_changes_and_a_low_one_only_counts(tmp_path: Path) -> None:
    backend, _ = backend_that_waits("One.")
    async with chat(tmp_path, backend, size=(160, 30)) as (app, pilot):
        prompt = screen_of(app).prompt
        await pilot.press(*"first", "enter")
        await until(lambda: app.context.session.current and not prompt.text)
        await pilot.press(*"second", "enter", *"third", "enter")
        await until(lambda: "sent when the answer has ended" in text_of(app))
        queue = app.screen.query_one("QueueList")
        for width in (160, 100, 150, 60, 200):
            await pilot.resize_terminal(width, 30)
            await until(lambda: prompt.region.width and prompt.screen.size.width == width)  # noqa: B023
            await until(lambda: (queue.region.x, queue.region.right) == (prompt.region.x, prompt.region.right))
        await pilot.resize_terminal(60, 12)
        await until(lambda: "2 queued · sent when the answer has ended" in text_of(app))
        assert "second" not in text_of(app)
