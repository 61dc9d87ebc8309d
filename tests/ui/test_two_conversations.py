"""What belongs to one conversation never appears in another one that is opened meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.scripted import ScriptedBackend, answered
from tests.store.faults import locked
from tests.store.trees import talk
from tests.support.drafts import draft_on_disk
from tests.support.thorough import some
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.engine.unsaved_write_kinds import DraftWrite, draft_key
from tui_chat.store.library import Library
from tui_chat.ui.app import ChatApp

Script = list[ev.Event | Exception]
ERROR = ServerError(ErrorKind.SERVER, "busy", status=503)


def stored(folder: Path) -> dict[str, list[str]]:
    """All texts in the library, by title."""
    library = Library(folder)
    library.open().now()
    try:
        found = (library.load(each.id).now() for each in library.list().now())
        return {c.title: [node.turn.text for node in c.path()] for c in found}
    finally:
        library.close().now()


def idle(app: ChatApp) -> bool:
    return not app.context.session.running


def retried(text: str) -> Script:
    """An answer after one that was refused, and after a wait."""
    return [ev.Sent(1), ev.Waiting("patience", 3.0, ERROR), ev.Sent(2), *answered(text)[1:]]


async def open_talk(app: ChatApp, pilot: Pilot[int], words: str) -> None:
    """Open a conversation as a user does: in the library, by its words."""
    await pilot.press("ctrl+o")
    await until(lambda: app.screen is not screen_of(app))
    await pilot.press(*words)
    await pilot.press("enter")
    await until(lambda: app.screen is screen_of(app))


@pytest.mark.parametrize("steps", some(range(9), 3))
async def test_answers_that_come_side_by_side_stay_apart_however_they_are_cut(tmp_path: Path, steps: int) -> None:
    """The first is retried. After so many of its events the other one is begun, and the first one opened again."""
    hold = asyncio.Semaphore(steps)
    backend = ScriptedBackend([retried("red red red red"), retried("blue blue blue")], hold=hold)
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"first", "enter")
        session = app.context.session
        await until(lambda: hold.locked() and session.running)
        first = session.conversation.id
        await pilot.press("ctrl+n", *"second", "enter")
        await until(lambda: len(session.running) == 2)
        second = session.conversation.id
        for _ in range(4):
            hold.release()
        await pilot.pause()
        assert "red" not in text_of(app)
        await screen_of(app).controllers.conversation.open(first)
        assert "blue" not in text_of(app)
        for _ in range(30):
            hold.release()
        await until(lambda: "red red red red" in text_of(app) and idle(app))
        assert "blue" not in text_of(app)
        await screen_of(app).controllers.conversation.open(second)
        await until(lambda: "blue blue blue" in text_of(app))
        assert "red" not in text_of(app)
    assert stored(tmp_path) == {"first": ["first", "red red red red"], "second": ["second", "blue blue blue"]}


async def test_a_prompt_that_waits_for_the_library_is_not_in_the_new_conversation(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One."), answered("Two.")])) as (app, pilot):
        prompt, session = screen_of(app).prompt, app.context.session
        with locked(tmp_path):
            await pilot.press(*"first", "enter")
            await until(lambda: session.sending is not None and session.sending.waiting)
            await pilot.press("ctrl+n")
            assert prompt.text == ""
            await pilot.press(*"half a")
            screen_of(app).controllers.drafts.keep_now()
            waiting = session.services.unsaved.pending(draft_key(""))
            assert isinstance(waiting, DraftWrite)
            assert waiting.text == "first\n\nhalf a", "what a quit would save"
        await until(lambda: stored(tmp_path) == {"first": ["first", "One."]})
        assert prompt.text == "half a"
        await session.services.unsaved.settled()
        assert draft_on_disk(tmp_path) == "half a", "nor lost in a crash"
        await pilot.press(*" second", "enter")
        await until(lambda: "Two." in text_of(app))
    assert stored(tmp_path) == {"first": ["first", "One."], "half a second": ["half a second", "Two."]}


async def test_the_same_words_can_be_sent_in_two_conversations_that_wait(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One."), answered("Two.")])) as (app, pilot):
        session = app.context.session
        with locked(tmp_path):
            await pilot.press(*"same", "enter")
            await until(lambda: session.sending is not None and session.sending.waiting)
            await pilot.press("ctrl+n", *"same", "enter")
            await until(lambda: len(session.all_sending) == 2)
        await until(lambda: idle(app) and not session.all_sending)
        assert screen_of(app).prompt.text == ""
    library = Library(tmp_path)
    library.open().now()
    assert len(library.list().now()) == 2
    library.close().now()


async def test_a_prompt_that_could_not_be_stored_comes_back_when_a_new_conversation_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        prompt, session = screen_of(app).prompt, app.context.session
        with locked(tmp_path):
            await pilot.press(*"first", "enter")
            await until(lambda: session.sending is not None and session.sending.waiting)
            await pilot.press("ctrl+n", *"second")
            for sending in session.all_sending:
                sending.given_up = True
            await until(lambda: not session.all_sending)
        await until(lambda: "first" in prompt.text and "second" in prompt.text)
        await until(lambda: draft_on_disk(tmp_path) == prompt.text)
    assert stored(tmp_path) == {}


@pytest.mark.parametrize("back", [False, True])
async def test_a_branch_that_waits_leaves_what_was_begun_before_in_its_own_conversation(
    tmp_path: Path, back: bool
) -> None:
    library = Library(tmp_path)
    library.open().now()
    library.create(talk(("other question", "other answer"), id="other", title="other")).now()
    library.create(talk(("question", "answer"), title="talk")).now()
    library.close().now()
    async with chat(tmp_path, ScriptedBackend([answered("Anew.")]), open_id="talk") as (app, pilot):
        prompt, session, turns = screen_of(app).prompt, app.context.session, screen_of(app).controllers.conversation
        await pilot.press(*"begun", "f4")
        await until(lambda: prompt.text == "question")
        with locked(tmp_path):
            await pilot.press(*"s", "enter")
            await until(lambda: session.sending is not None and session.sending.waiting)
            await turns.open("other")
            assert prompt.text == ""
            if back:
                await turns.open("talk")
        await until(lambda: stored(tmp_path)["talk"] == ["questions", "Anew."])
        screen_of(app).controllers.drafts.keep_now()
        await session.services.unsaved.settled()
        assert (draft_on_disk(tmp_path, "talk"), draft_on_disk(tmp_path, "other")) == ("begun", "")
        if not back:
            await turns.open("talk")
        assert prompt.text == "begun"


async def test_a_rejected_prompt_is_edited_where_it_was_sent(tmp_path: Path) -> None:
    """Another conversation was on its way to the screen when its window came up."""
    library = Library(tmp_path)
    library.open().now()
    library.create(talk(("other question", "other answer"), id="other")).now()
    library.close().now()
    filtered = ServerError(ErrorKind.FILTERED, "no", status=400, code="content_filter")
    script: Script = [ev.Sent(1), ev.Failed(filtered), ev.Closed(done=False)]
    async with chat(tmp_path, ScriptedBackend([script]), continue_last=False) as (app, pilot):
        await pilot.press(*"secret plan", "enter")
        await until(lambda: app.screen is not screen_of(app) and idle(app))
        first = app.context.session.conversation.id
        await screen_of(app).controllers.conversation.open("other")
        await pilot.press("e")
        await until(lambda: screen_of(app).prompt.text == "secret plan")
        assert app.context.session.conversation.id == first
        assert "other answer" not in text_of(app)


async def test_what_was_put_aside_is_there_again_in_its_own_conversation_only(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.open().now()
    for name in ("other", "talk"):
        library.create(talk((f"{name} question", "answer"), id=name)).now()
    library.close().now()
    async with chat(tmp_path, ScriptedBackend([]), open_id="talk") as (app, pilot):
        prompt, turns = screen_of(app).prompt, screen_of(app).controllers.conversation
        await pilot.press(*"aside", "ctrl+c")
        assert prompt.text == ""
        await turns.open("other")
        await pilot.press("up")
        assert prompt.text == "other question"
        await turns.open("talk")
        await pilot.press("up")
        assert prompt.text == "aside"
