"""What cannot be saved: the mark on the turn, the notices, quitting, and each thing that the library can refuse."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from tests.scripted import ScriptedBackend, answered
from tests.store.faults import full, locked
from tests.store.trees import talk
from tests.support.library import on_disk
from tests.support.rows import row
from tests.ui.harness import chat, in_background, screen_of, text_of
from tests.waiting import until
from tui_chat.store.library import Library
from tui_chat.ui import answer_runner, quit_checks
from tui_chat.ui.app import ChatApp
from tui_chat.ui.screens.ask_text import AskText
from tui_chat.ui.screens.quit_unsaved import QuitUnsavedScreen
from tui_chat.ui.watchdog import PATIENCE_S
from tui_chat.ui.widgets.header import Header
from tui_chat.ui.widgets.library_view import LibraryView
from tui_chat.ui.widgets.transcript.footer import NOT_SAVED

MARK = NOT_SAVED[0]


def notices(app: ChatApp) -> str:
    return "\n".join(notice.message for notice in app._notifications)


def below(app: ChatApp, turn_id: str) -> str:
    """The first line below an answer, as the transcript draws it; notices may lie over it on the screen."""
    entry = screen_of(app).transcript.entries[turn_id]
    lines = [entry.layout.line(row)[0].plain.strip() for row in range(entry.layout.body.stop, entry.layout.height)]
    return next(filter(None, lines), "")


async def test_an_unsaved_answer_is_marked_until_it_is_saved(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(3)
    async with chat(tmp_path, ScriptedBackend([answered("One two.")], hold=hold)) as (app, pilot):
        await pilot.press(*"first", "enter")
        await until(lambda: "One" in text_of(app))
        with full(tmp_path):
            for _ in range(9):
                hold.release()
            await until(lambda: app.query_one(Header).shown.status == "not saved")
            answer = app.context.session.conversation.path()[-1].id
            await until(lambda: below(app, answer) == MARK)
            await until(lambda: "disk is full" in notices(app) and not app.context.session.running)
            await pilot.press("ctrl+n")
            await screen_of(app).controllers.library.open(_latest(app))
            await until(lambda: "One two." in text_of(app))
            assert below(app, answer) == MARK, "also when it is shown again"
        await until(lambda: app.query_one(Header).shown.status == "ready")
        await until(lambda: below(app, answer) != MARK)
        await until(lambda: "Everything is saved now" in notices(app))
        found = on_disk(tmp_path, app.context.session.conversation.id)
        assert [node.turn.text for node in found.path()] == ["first", "One two."]


def _latest(app: ChatApp) -> str:
    found = app.context.session.services.library.latest().now()
    assert found is not None
    return found


async def asked(app: ChatApp) -> QuitUnsavedScreen:
    await until(lambda: isinstance(app.screen, QuitUnsavedScreen))
    screen = app.screen
    assert isinstance(screen, QuitUnsavedScreen)
    return screen


async def test_quitting_asks_stays_and_goes_by_itself_once_there_is_room(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One.")])) as (app, pilot):
        with full(tmp_path):
            await pilot.press(*"a thought", "ctrl+q")
            await asked(app)
            await until(lambda: "what is typed in the prompt" in text_of(app))
            await pilot.press("escape")
            await until(lambda: app.screen is screen_of(app))
            assert screen_of(app).prompt.text == "a thought"
        await pilot.press("ctrl+q")
        await until(lambda: not app.is_running)
        assert app.return_code == 0


async def test_a_disk_that_is_slow_between_two_questions_does_not_end_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Event()

    def slowly(path: Path) -> bool:
        return looked.wait(60) and path.exists()

    monkeypatch.setattr("tui_chat.ui.quit_checks.is_there", slowly)
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        timers: dict[float, Callable[[], object]] = {}
        monkeypatch.setattr(app, "set_timer", lambda delay, callback: timers.update({delay: callback}))
        with full(tmp_path):
            await pilot.press(*"a thought", "ctrl+q")
            await asked(app)
            await pilot.press("s")
            await until(lambda: isinstance(app.screen, AskText) and app.screen.query(Input))
            app.screen.query_one(Input).value = str(tmp_path / "rest.chat.json")
            await pilot.press("enter")
            await until(lambda: len(app.screen_stack) == 1)
            timers[PATIENCE_S]()  # the five seconds are over in this moment
            await pilot.pause()
            looked.set()
            await until(lambda: not app.is_running)
        assert app.return_code == 0
        assert "rest.chat.json" in app.ending.last_words


async def test_quitting_without_saving_ends_with_1_and_says_so(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        with full(tmp_path):
            await pilot.press(*"a thought", "ctrl+q")
            await asked(app)
            await pilot.press("q")
            await until(lambda: not app.is_running)
        assert app.return_code == 1
        assert app.ending.last_words == "tui-chat: Not saved: what is typed in the prompt."


async def test_quitting_into_a_file_that_is_new_and_can_be_written(tmp_path: Path) -> None:
    taken, file = tmp_path / "taken.chat.json", tmp_path / "rest.chat.json"
    taken.write_text("precious")
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        with full(tmp_path):
            await pilot.press(*"a thought", "ctrl+q")
            await asked(app)
            for name in (taken, tmp_path / "nowhere" / "x.chat.json", file):
                if isinstance(app.screen, QuitUnsavedScreen):
                    await pilot.press("s")
                await until(lambda: isinstance(app.screen, AskText) and app.screen.query(Input))
                before = app.screen
                app.screen.query_one(Input).value = str(name)
                await pilot.press("enter")
                await until(lambda: app.screen is not before or not app.is_running)  # noqa: B023
            await until(lambda: not app.is_running)
        assert app.return_code == 0
        assert str(file) in app.ending.last_words
    assert taken.read_text() == "precious"
    assert json.loads(file.read_text(encoding="utf-8"))["turns"][0]["text"] == "a thought"


async def test_a_send_that_waits_can_be_left_and_is_still_sent_once(tmp_path: Path) -> None:
    """Another conversation is shown meanwhile: the prompt there is its own, and the draft does not come back."""
    backend = ScriptedBackend([answered("One."), answered("Two.")])
    async with chat(tmp_path, backend) as (app, pilot):
        session, screen = app.context.session, screen_of(app)
        session.services.library.wait_for_others(0.05)
        await pilot.press(*"first", "enter")
        await until(lambda: "One." in text_of(app) and not session.running)
        first = session.conversation.id
        with locked(tmp_path):
            await pilot.press(*"second", "enter")
            await until(lambda: "waiting for the library" in app.query_one(Header).shown.status)
            await pilot.press("enter")
            await pilot.press("ctrl+n")
            assert screen.prompt.text == ""
            await pilot.press(*"third")
            assert "waiting for the library" not in app.query_one(Header).shown.status
        await until(lambda: len(backend.asked) == 2 and not session.running)
        assert screen.prompt.text == "third"
        assert session.conversation.id != first
        found = on_disk(tmp_path, first)
        assert [node.turn.text for node in found.path()] == ["first", "One.", "second", "Two."]
        await screen.controllers.library.open(first)
        assert screen.prompt.text == ""
        await until(lambda: "Two." in text_of(app))
        await session.services.unsaved.settled()
        assert await session.services.library.drafts.get("") == "third"


async def test_a_send_that_waits_can_be_given_up_and_what_is_typed_on_meanwhile_stays(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("One.")])
    async with chat(tmp_path, backend) as (app, pilot):
        with locked(tmp_path):
            await pilot.press(*"first", "enter")
            await until(lambda: "waiting for the library" in app.query_one(Header).shown.status)
            await pilot.press("escape")
            await until(lambda: "Not sent" in notices(app))
        assert screen_of(app).prompt.text == "first"
        assert app.context.session.conversation.nodes == {}
        assert app.context.session.services.library.list().now() == []
        with locked(tmp_path):
            await pilot.press("enter")
            await until(lambda: "waiting for the library" in app.query_one(Header).shown.status)
            await pilot.press(*" more", "enter")
            await until(lambda: "still waits for the library" in notices(app))
            assert screen_of(app).prompt.text == "first more"
        await until(lambda: "One." in text_of(app))
        assert [text for _, text in backend.asked[0][0]] == ["first"]
        assert screen_of(app).prompt.text == " more"


async def test_a_library_that_was_deleted_is_told_of_once_and_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    backend = ScriptedBackend([answered("One."), answered("Two.")])
    async with chat(folder, backend) as (app, pilot):
        session = app.context.session
        await pilot.press(*"first", "enter")
        await until(lambda: "One." in text_of(app) and not session.running)
        shutil.rmtree(folder)
        await pilot.press(*"second", "enter")
        await until(lambda: "Two." in text_of(app) and not session.running)
        await until(lambda: "was deleted or moved away" in notices(app))
        await session.services.unsaved.settled()
        assert notices(app).count("was deleted or moved away") == 1
        found = on_disk(folder, session.conversation.id)
        assert [node.turn.text for node in found.path()] == ["first", "One.", "second", "Two."]


async def test_what_a_library_that_fails_refuses_is_told_and_changes_nothing(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.open().now()
    library.create(talk(("question", "answer"), id="other", title="Other")).now()
    library.close().now()
    backend = ScriptedBackend([answered("Half of", reason="length")])
    async with chat(tmp_path, backend, continue_last=False) as (app, pilot):
        session, screen = app.context.session, screen_of(app)
        await pilot.press(*"first", "enter")
        await until(lambda: "Half of" in text_of(app) and not session.running)
        await pilot.press("f3")
        await until(lambda: "Other" in text_of(app))
        await session.services.unsaved.settled()
        await session.services.library.close()
        before = list(session.conversation.nodes)
        for what in ("list", "delete", "send"):
            with row(what):
                app.clear_notifications()
                match what:
                    case "list":
                        screen.controllers.library.refresh()
                    case "delete":
                        view = screen.query_one(LibraryView)
                        in_background(app, screen.controllers.library.delete("other", "Other", view))
                    case _:
                        screen.prompt.focus()
                        await pilot.press(*"more", "enter")
                await until(lambda: "is not open" in notices(app))
                assert list(session.conversation.nodes) == before
                assert screen.prompt.text == ("more" if what == "send" else "")
                assert "Other" in text_of(app)


async def test_settings_a_title_and_a_version_hold_though_they_cannot_be_saved_yet(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One."), answered("Two.")])) as (app, pilot):
        session, screen = app.context.session, screen_of(app)
        for key in ("enter", "ctrl+r"):
            await pilot.press(*("first" if key == "enter" else ""), key)
            await until(lambda: len(session.conversation.nodes) > 1 and not session.running)
        await until(lambda: "Two." in text_of(app) and not session.running)
        await pilot.press("f3")
        await until(lambda: screen.query(LibraryView) and "1 version" not in text_of(app))
        with full(tmp_path):
            await pilot.press("alt+up")
            assert session.show_version(session.conversation.path()[-1].id, -1) is not None
            in_background(app, screen.controllers.library.rename(session.conversation.id, "first"))
            await until(lambda: isinstance(app.screen, AskText) and app.screen.query(Input))
            app.screen.query_one(Input).value = "Renamed"
            await pilot.press("enter")
            await until(lambda: len(session.services.unsaved.failed) == 3)
            assert session.conversation.title == "Renamed"
        await until(lambda: not session.services.unsaved.failed)
        found = on_disk(tmp_path, session.conversation.id)
        assert (found.title, found.settings.temperature) == ("Renamed", 0.7)
        assert found.path()[-1].turn.text == "One."


async def test_a_prompt_goes_to_the_conversation_in_which_it_was_sent(tmp_path: Path) -> None:
    """The key for a new conversation comes in the same moment as enter."""
    backend = ScriptedBackend([answered("One."), answered("Two.")])
    async with chat(tmp_path, backend) as (app, pilot):
        session = app.context.session
        await pilot.press(*"first", "enter")
        await until(lambda: "One." in text_of(app) and not session.running)
        first = session.conversation.id
        await pilot.press(*"second")
        app.post_message(events.Key("enter", "\r"))
        app.post_message(events.Key("ctrl+n", None))
        await until(lambda: len(backend.asked) == 2 and not session.running)
        await until(lambda: session.conversation.id != first)
        assert screen_of(app).prompt.text == ""
        found = on_disk(tmp_path, first)
        assert [node.turn.text for node in found.path()] == ["first", "One.", "second", "Two."]
        assert len(session.services.library.list().now()) == 1


async def test_a_library_that_does_not_answer_keeps_nobody_from_quitting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network drive that is gone: no error, and no end."""
    monkeypatch.setattr(quit_checks, "PATIENCE_S", 0.05)
    monkeypatch.setattr(answer_runner, "PATIENCE_S", 0.05)
    hung = threading.Event()
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        app.context.session.services.library._worker.submit(lambda _db: hung.wait(30))
        try:
            await pilot.press(*"a thought", "enter", "ctrl+q")
            await asked(app)
            await until(lambda: "does not respond" in text_of(app))
            await pilot.press("q")
            await until(lambda: not app.is_running)
        finally:
            hung.set()
        assert app.return_code == 1
