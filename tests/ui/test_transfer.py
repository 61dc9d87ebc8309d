"""Saving a conversation to a file and opening it from there."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from textual.widgets import Input

from tests.scripted import ScriptedBackend, answered
from tests.store.trees import talk
from tests.ui.harness import chat, in_background, screen_of, text_of
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.message import Outcome
from tui_chat.core.verdict import Verdict
from tui_chat.store import portable
from tui_chat.ui.app import ChatApp
from tui_chat.ui.screens.ask_text import AskText
from tui_chat.ui.screens.filter_rejection import FilterRejectionScreen

CUT: list[ev.Event | Exception] = [
    ev.Sent(1), ev.TextDelta("Some words"), ev.Judged((Verdict("answer", "hate", True, severity="high"),)),
    ev.Finished("content_filter"), ev.Closed(True),
]  # fmt: skip
LOST: list[ev.Event | Exception] = [ev.Sent(1), ev.TextDelta("Half of"), ev.Closed(False)]


async def answer_to(app: ChatApp, question: str, path: Path) -> None:
    await until(lambda: isinstance(app.screen, AskText) and question in text_of(app))
    app.screen.query_one(Input).value = str(path)


async def test_saved_deleted_and_opened_again_it_is_what_it_was(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("One."), CUT, LOST, answered("More.")])
    file = tmp_path / "talk.chat.json"
    async with chat(tmp_path / "library", backend, size=(100, 50)) as (app, pilot):
        session = app.context.session
        for number, prompt in enumerate(("first", "second", "third")):
            screen_of(app).prompt.replace_text(prompt)
            await pilot.press("enter")
            turns = 2 * number + 2
            await until(lambda: len(session.conversation.nodes) == turns and not session.running)  # noqa: B023
            if number == 1:
                await until(lambda: isinstance(app.screen, FilterRejectionScreen))
                await pilot.press("escape")
                await until(lambda: app.screen is screen_of(app))
        before = session.conversation
        assert [n.turn.outcome for n in before.path()][1::2] == [
            Outcome.COMPLETE,
            Outcome.ANSWER_BLOCKED,
            Outcome.INCOMPLETE,
        ]
        await pilot.press("ctrl+s")
        await answer_to(app, "Save the conversation as", file)
        await pilot.press("enter")
        await until(file.exists)
        assert json.loads(file.read_text(encoding="utf-8"))["format"] == "tui-chat/1"
        await until(lambda: app.screen is screen_of(app))
        await pilot.press("ctrl+s")
        await answer_to(app, "Save the conversation as", tmp_path / "talk")
        await until(lambda: "a page for the browser" in text_of(app))
        await pilot.press("down")
        assert app.screen.query_one(Input).value == str(tmp_path / "talk.md"), "the suffix follows the format"
        await pilot.press("enter")
        await until((tmp_path / "talk.md").exists)
        await session.services.library.delete(before.id)
        await pilot.press("ctrl+n")
        await screen_of(app).action_command("chat.open_file")
        await answer_to(app, "Open a conversation", file)
        await pilot.press("enter")
        await until(lambda: "Half of" in text_of(app))
        assert session.conversation is not before
        assert session.conversation == before
        assert "Answer blocked by the content filter" in text_of(app)
        assert "incomplete" in text_of(app)
        screen_of(app).prompt.replace_text("fourth")
        await pilot.press("enter")
        await until(lambda: "More." in text_of(app))
        assert [text for _, text in backend.asked[-1][0]] == ["first", "One.", "third", "Half of", "fourth"]


async def test_a_file_named_at_the_start_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    turns = [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hi."}]
    file.write_text(json.dumps(turns), encoding="utf-8")
    async with chat(tmp_path / "library", ScriptedBackend([]), open_file=file) as (app, _):
        await until(lambda: "Hello?" in text_of(app) and "Hi." in text_of(app))


async def test_keys_are_taken_while_a_file_is_read_and_escape_leaves_it(tmp_path: Path) -> None:
    (tmp_path / "long.chat.json").write_text(portable.dumps(talk(("question", "answer"))), encoding="utf-8")
    async with chat(tmp_path / "library", ScriptedBackend([])) as (app, pilot):
        screen, gate = screen_of(app), threading.Event()
        app.context.session.services.library._worker.submit(lambda _db: gate.wait(10))
        in_background(app, screen.controllers.files.open_named(str(tmp_path / "long.chat.json")))
        await pilot.press(*"typed on")
        await until(lambda: screen.prompt.text == "typed on")
        await pilot.press("escape")
        gate.set()
        await until(lambda: "The file was not opened." in text_of(app))
        await pilot.pause()
        assert app.context.session.conversation.nodes == {}
