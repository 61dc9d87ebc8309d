"""The chat as its user meets it: sending, stopping, quitting, coming back."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
import time
import weakref
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual import events
from textual.geometry import Size

from tests.scripted import ScriptedBackend, answered
from tests.store.trees import talk
from tests.ui.harness import chat, lines_of, screen_of, text_of
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import ErrorKind, Message, Outcome, Role, ServerError, Turn
from tui_chat.core.settings import Settings
from tui_chat.store.library import Library
from tui_chat.ui.controllers.conversation import STILL_COMING
from tui_chat.ui.screens.confirm import Confirm
from tui_chat.ui.screens.key_help import KeyHelpScreen
from tui_chat.ui.textual_fixes.minimum_size import at_least

SENTENCE = "Rivers carry water from the mountains to the sea."


def kept(folder: Path) -> list[tuple[str, Outcome | None]]:
    """The latest conversation as another process finds it: text and outcome of each turn."""
    library = Library(folder)
    library.open().now()
    try:
        latest = library.latest().now()
        assert latest is not None
        return [(n.turn.text, n.turn.outcome) for n in library.load(latest).now().path()]
    finally:
        library.close().now()


async def test_text_appears_while_it_comes_and_the_next_question_carries_the_history(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered(SENTENCE), answered("Rome.")], hold=(hold := asyncio.Semaphore(4)))
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"What do rivers do?", "enter")
        await until(lambda: "Rivers carry" in text_of(app))
        assert SENTENCE not in text_of(app)
        assert "answering" in text_of(app)
        assert "esc stop" in lines_of(app)[-1]
        for _ in range(40):
            hold.release()
        await until(lambda: SENTENCE in text_of(app) and "ready" in text_of(app))
        assert "enter send" in lines_of(app)[-1]
        assert screen_of(app).prompt.text == ""
        await pilot.press(*"And?", "enter")
        await until(lambda: "Rome." in text_of(app))
        assert backend.asked[1][0] == [("user", "What do rivers do?"), ("assistant", SENTENCE), ("user", "And?")]
        assert "What do rivers do?" in lines_of(app)[0], "the first line names the conversation"


@dataclass
class SlowToClose(ScriptedBackend):
    """A server that takes its time to close a connection."""

    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(
        self, messages: Sequence[Message], settings: Settings, *, stream: bool = True
    ) -> AsyncGenerator[ev.Event, None]:
        try:
            async for event in super().answer(messages, settings, stream=stream):
                yield event
        finally:
            await self.closing.wait()


async def test_escape_stops_and_what_came_stays(tmp_path: Path) -> None:
    backend = SlowToClose([answered(SENTENCE), answered("Yes.")], hold=asyncio.Semaphore(4))
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "Rivers carry" in text_of(app))
        await pilot.press("escape")
        await until(lambda: "stopped" in text_of(app) and "answering" not in text_of(app))
        assert not backend.closing.is_set(), "shown before the connection is closed"
        backend.closing.set()
        await until(lambda: "ready" in text_of(app))
        assert "Rivers carry" in text_of(app)
        await until(lambda: kept(tmp_path) == [("x", None), ("Rivers carry ", Outcome.STOPPED)])
        assert backend.hold is not None
        for _ in range(20):
            backend.hold.release()
        await pilot.press("y", "enter")
        await until(lambda: "Yes." in text_of(app))
        assert backend.asked[1][0] == [("user", "x"), ("assistant", "Rivers carry "), ("user", "y")]


async def test_a_branch_sent_while_an_answer_comes_stays_in_the_prompt_and_quitting_keeps_what_came(
    tmp_path: Path,
) -> None:
    backend = ScriptedBackend([answered(SENTENCE)], hold=asyncio.Semaphore(4))
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "Rivers carry" in text_of(app))
        await pilot.press("f4", *" more", "enter")
        await pilot.pause()
        assert screen_of(app).prompt.text == "x more"
        assert "still coming" in text_of(app)
        await pilot.press("ctrl+q")
        await until(lambda: not app.is_running)
    assert kept(tmp_path) == [("x", None), ("Rivers carry ", Outcome.STOPPED)]
    assert backend.closed


async def test_a_restart_opens_the_last_conversation(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered(SENTENCE)])) as (app, pilot):
        await pilot.press(*"What?", "enter")
        await until(lambda: "ready" in text_of(app) and SENTENCE in text_of(app))
    again = ScriptedBackend([answered("Rome.")])
    async with chat(tmp_path, again) as (app, pilot):
        await until(lambda: SENTENCE in text_of(app))
        await pilot.press("y", "enter")
        await until(lambda: "Rome." in text_of(app))
        assert again.asked[0][0][:2] == [("user", "What?"), ("assistant", SENTENCE)]


async def test_an_answer_cut_by_a_crash_is_shown_as_incomplete(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.open().now()
    library.create(talk(("x", SENTENCE), id="c")).now()
    library.close().now()
    with sqlite3.connect(tmp_path / "conversations.db") as meddler:
        meddler.execute("UPDATE turns SET outcome = NULL, text = 'Rivers ca' WHERE role = 'assistant'")
    meddler.close()
    async with chat(tmp_path, ScriptedBackend([])) as (app, _):
        await until(lambda: "incomplete" in text_of(app))
        assert "Rivers ca" in text_of(app)


async def test_again_answers_the_last_prompt_anew_and_new_begins_an_empty_conversation(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("Old."), answered("New."), answered("Two.")])
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "Old." in text_of(app) and "ready" in text_of(app))
        await pilot.press("ctrl+r")
        await until(lambda: "New." in text_of(app) and "ready" in text_of(app))
        assert "Old." not in text_of(app)
        await pilot.press("ctrl+n", "y", "enter")
        await until(lambda: "Two." in text_of(app))
        assert "New." not in text_of(app)
        assert backend.asked[2][0] == [("user", "y")]


async def test_ctrl_c_first_puts_the_prompt_aside_then_asks(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await pilot.press(*"draft", "ctrl+c")
        assert screen_of(app).prompt.text == ""
        await pilot.press("up")
        assert screen_of(app).prompt.text == "draft"
        await pilot.press("ctrl+c", "ctrl+c")
        await until(lambda: isinstance(app.screen, Confirm))
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app))
        await pilot.press("ctrl+c", "y")
        await until(lambda: not app.is_running)


async def test_help_lists_the_keys_and_no_key_acts_through_it(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("One.")])
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "One." in text_of(app) and "ready" in text_of(app))
        await pilot.press("f1")
        await until(lambda: isinstance(app.screen, KeyHelpScreen))
        await pilot.press(*"new line")
        await until(lambda: "shift+enter" in text_of(app))
        await pilot.press("ctrl+n", "ctrl+r")
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app))
        assert "One." in text_of(app)
        assert len(backend.asked) == 1


@pytest.mark.parametrize("size", [(8, 3), (62, 20)])
async def test_it_works_at_any_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("Short.")]), size=size, no_endpoint=True) as (app, pilot):
        await pilot.press("h", "i", "enter")
        await until(lambda: not screen_of(app).prompt.text)
        await until(lambda: app.context.session.current is None)
        await until(lambda: "Short." in text_of(app) or size[1] < 6)
        assert [line for line in lines_of(app) if len(line) > at_least(Size(*size)).width] == []


async def test_an_error_says_what_and_what_next_and_without_a_library_the_prompt_stays(tmp_path: Path) -> None:
    error = ServerError(ErrorKind.AUTH, "The key was refused [/red] [bold].", status=401, hint="Check the key.")
    failed: list[ev.Event | Exception] = [ev.Sent(1), ev.Failed(error), ev.Closed(False)]
    async with chat(tmp_path, ScriptedBackend([failed, answered("One.")])) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "The key was refused [/red] [bold]." in text_of(app) and not app.context.session.running)
        assert "Check the key." in text_of(app)
        await app.context.session.services.unsaved.settled()
        await pilot.press("ctrl+n")
        await app.context.session.services.library.close()
        await pilot.press(*"precious", "enter")
        await until(lambda: "That did not work" in text_of(app))
        assert screen_of(app).prompt.text == "precious"
        assert app.context.session.conversation.nodes == {}


async def test_enter_struck_twice_sends_once_and_the_same_text_can_be_sent_later(tmp_path: Path) -> None:
    """The second key comes while the library still takes the prompt."""
    failed: list[ev.Event | Exception] = [ev.Sent(1), ev.Failed(ServerError(ErrorKind.SERVER, "No.", status=400))]
    backend = ScriptedBackend([list(failed) for _ in range(3)])
    async with chat(tmp_path, backend) as (app, pilot):
        screen, gate = screen_of(app), threading.Event()
        session = app.context.session
        session.services.library._worker.submit(lambda _db: gate.wait(10))
        await pilot.press(*"hi")
        for _ in range(2):
            app.post_message(events.Key("enter", "\r"))
        await until(lambda: session._sending)
        gate.set()
        await until(lambda: backend.asked and not session.running and not screen.prompt.text)
        await pilot.press(*"hi", "enter")
        await until(lambda: len(backend.asked) > 1 and not session.running)
        assert [text for text, outcome in kept(tmp_path) if outcome is None] == ["hi", "hi"]
        assert STILL_COMING not in [notice.message for notice in app._notifications]


async def test_what_painting_leaves_behind_is_freed_while_answers_come_one_after_the_other(tmp_path: Path) -> None:
    class Circle:
        def __init__(self) -> None:
            self.me = self

    backend = ScriptedBackend([answered("never ends")], hold=asyncio.Semaphore(0))
    async with chat(tmp_path, backend, typed="question") as (app, pilot):
        await pilot.press("enter")
        await until(lambda: app.context.session.running)
        app.collector.calm()
        left = Circle()
        gc.collect()  # which makes it old
        seen = weakref.ref(left)
        del left
        kept: list[list[int]] = []
        while gc.get_count()[2] < 4:
            kept.extend([] for _ in range(10_000))
        app.collector.collect()
        assert seen() is None


async def test_a_long_conversation_that_exceeds_the_context_opens_between_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its turns were gone through in one go, and for each of them those that are left out: that took minutes."""
    when = datetime(2026, 1, 2, tzinfo=UTC)
    made = Conversation("long", when, "a long one")
    for number in range(20_000):
        role: Role = "assistant" if number % 2 else "user"
        turn = Turn(role, f"turn {number}", when, outcome=Outcome.COMPLETE if number % 2 else None)
        made.add(Node(str(number), made.head, turn))
    longest, over = 0.0, False

    async def beat() -> None:
        nonlocal longest
        while not over:
            before = time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - before)

    async with chat(tmp_path, ScriptedBackend([answered("Short.")], context=4_000)) as (app, _):

        async def load(_id: str) -> Conversation:
            return made

        monkeypatch.setattr(app.context.session, "load", load)
        beating = asyncio.create_task(beat())
        await screen_of(app).controllers.conversation.open("long")
        await until(lambda: "turn 19999" in text_of(app))
        over = True
        await beating
        assert screen_of(app).transcript.entries["19998"].id == "19998"
        notices = [entry.id for entry in screen_of(app).transcript.viewport.entries if entry.notices]
        assert len(notices) == 1
        assert made.nodes[notices[0]].turn.role == "assistant"
        assert longest < 0.2
