"""The library in the app: find, open, rename, delete, and answers that go on in the background."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from textual.widgets import Input

from tests.scripted import ScriptedBackend, answered
from tests.ui.harness import chat, lines_of, screen_of, text_of
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.message import Outcome
from tui_chat.core.verdict import Verdict
from tui_chat.store.library import Library
from tui_chat.ui.app import ChatApp
from tui_chat.ui.row import Row
from tui_chat.ui.screens.confirm import Confirm
from tui_chat.ui.screens.library import LibraryScreen
from tui_chat.ui.widgets.library_pane import LibraryPane
from tui_chat.ui.widgets.library_view import _text


def idle(app: ChatApp) -> bool:
    return not app.desk.session.running


async def test_another_conversation_is_found_and_opened(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("Rivers carry water."), answered("Owls hunt at night."), answered("Yes.")])
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"rivers?", "enter")
        await until(lambda: "carry water." in text_of(app) and idle(app))
        await pilot.press("ctrl+n", *"owls?", "enter")
        await until(lambda: "hunt at night." in text_of(app) and idle(app))
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, LibraryScreen) and "rivers?" in text_of(app))
        assert "owls?" in text_of(app)
        await pilot.press(*"carry")
        await until(lambda: "owls?" not in "\n".join(lines_of(app)[4:]))
        assert "Rivers carry water." in text_of(app)
        await pilot.press("enter")
        await until(lambda: app.screen is screen_of(app) and "Rivers carry water." in text_of(app))
        assert "hunt at night." not in text_of(app)
        await pilot.press("y", "enter")
        await until(lambda: "Yes." in text_of(app))
        assert backend.asked[-1][0][0] == ("user", "rivers?")


async def test_an_answer_goes_on_while_another_conversation_is_open(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(3)
    backend = ScriptedBackend([answered("Rivers carry water."), answered("Owls hunt.")], hold=hold)
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"rivers?", "enter")
        await until(lambda: "Rivers" in text_of(app))
        first = app.desk.session.conversation.id
        await pilot.press("ctrl+n", "f3")
        await until(lambda: "answering" in text_of(app))
        screen_of(app).prompt.focus()
        await pilot.press(*"owls?", "enter")
        for _ in range(40):
            hold.release()
        await until(lambda: "Owls hunt." in text_of(app) and idle(app))
        assert "carry" not in text_of(app)
        await screen_of(app).shelf.open(first)
        await until(lambda: "Rivers carry water." in text_of(app))


async def test_a_conversation_opened_again_while_it_answers_goes_on_growing(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(3)
    async with chat(tmp_path, ScriptedBackend([answered("Rivers carry water.")], hold=hold)) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "Rivers" in text_of(app))
        first = app.desk.session.conversation.id
        await pilot.press("ctrl+n")
        await until(lambda: "Rivers" not in text_of(app))
        await screen_of(app).shelf.open(first)
        await until(lambda: "Rivers" in text_of(app))
        for _ in range(20):
            hold.release()
        await until(lambda: "Rivers carry water." in text_of(app) and idle(app))


async def test_a_rejection_elsewhere_does_not_interrupt_but_is_said_and_marked(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(2)
    cut: list[ev.Event | Exception] = [
        ev.Sent(1), ev.TextDelta("Some words"), ev.Judged((Verdict("answer", "hate", True, severity="high"),)),
        ev.Finished("content_filter"), ev.Closed(True),
    ]  # fmt: skip
    async with chat(tmp_path, ScriptedBackend([cut], hold=hold)) as (app, pilot):
        await pilot.press(*"first", "enter")
        await until(lambda: "Some words" in text_of(app))
        first = app.desk.session.conversation.id
        await pilot.press("ctrl+n")
        for _ in range(9):
            hold.release()
        await until(lambda: idle(app) and "rejected a turn" in text_of(app))
        assert app.screen is screen_of(app)
        await screen_of(app).shelf.open(first)
        await until(lambda: "Answer blocked by the content filter" in text_of(app))


async def test_rename_and_delete(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One.")])) as (app, pilot):
        await pilot.press(*"first", "enter")
        await until(lambda: "One." in text_of(app) and idle(app))
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, LibraryScreen) and "first" in text_of(app))
        await pilot.press("f5")
        await until(lambda: "New title" in text_of(app))
        app.screen.query_one(Input).value = "Better [bold]name"
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, LibraryScreen) and "Better [bold]name" in text_of(app))
        await pilot.press("f8")
        await until(lambda: isinstance(app.screen, Confirm))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, LibraryScreen))
        assert "Better" in text_of(app)
        await pilot.press("f8")
        await until(lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(lambda: isinstance(app.screen, LibraryScreen) and "Better" not in text_of(app))
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app))
        assert "One." not in text_of(app)
    library = Library(tmp_path)
    library.open_now()
    assert library.list_now() == []
    library.close_now()


async def test_one_being_answered_is_not_deleted(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One two.")], hold=asyncio.Semaphore(3))) as (app, pilot):
        await pilot.press(*"first", "enter")
        await until(lambda: "One" in text_of(app))
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, LibraryScreen) and "answering" in text_of(app))
        await pilot.press("f8")
        await until(lambda: "being answered" in text_of(app))
        assert isinstance(app.screen, LibraryScreen)


async def test_the_pane_shows_states_and_opens(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(3)
    backend = ScriptedBackend([answered("One two."), answered("Three.")], hold=hold)
    async with chat(tmp_path, backend, size=(120, 30)) as (app, pilot):
        await pilot.press(*"first", "enter")
        await until(lambda: "One" in text_of(app))
        await pilot.press("escape")
        await until(lambda: idle(app))
        await pilot.press("ctrl+n", "f3")
        await until(lambda: "■ stopped" in text_of(app))
        await pilot.press("down", "enter")
        await until(lambda: app.focused is screen_of(app).prompt and "One" in text_of(app))
        assert app.desk.session.conversation.path()[-1].turn.outcome is Outcome.STOPPED
        await pilot.press("f3", "f3")
        await until(lambda: not app.screen.query(LibraryPane))
        assert "first" in lines_of(app)[0]


def test_a_title_is_one_harmless_line() -> None:
    row = Row("id", "T1\n\x1b[2J\u202e[b]T2[/]", datetime(2026, 11, 24, tzinfo=UTC), 2)
    assert _text(row).plain.splitlines()[0] == "  T1⏎␛[2J\ufffd[b]T2[/]"
