"""Rejections as they come: one at a time, late, in another conversation, under a modal; and what each key does."""

from __future__ import annotations

import asyncio
import csv
import io
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from tests.scripted import ScriptedBackend, answered
from tests.support.rows import row
from tests.ui.harness import chat, lines_of, screen_of, text_of
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.message import ErrorKind, Outcome, ServerError
from tui_chat.core.verdict import Verdict
from tui_chat.engine.conversation_files import save_file
from tui_chat.export.formats import FORMATS
from tui_chat.ui.app import ChatApp
from tui_chat.ui.screens import filter_rejection
from tui_chat.ui.screens.ask_text import AskText
from tui_chat.ui.screens.confirm import Confirm
from tui_chat.ui.screens.filter_rejection import FilterRejectionScreen
from tui_chat.ui.screens.filter_table import FilterTableScreen
from tui_chat.ui.screens.key_help import KeyHelpScreen
from tui_chat.ui.widgets.header import Header

PROMPT_TITLE = "Prompt blocked by the content filter"
ANSWER_TITLE = "Answer blocked by the content filter"
BAD = Verdict("answer", "violence", blocked=True, severity="high")
REFUSED = ServerError(ErrorKind.FILTERED, "The prompt was filtered.", status=400, request_id="r-17")
Script = list[ev.Event | Exception]
STORY = "It was a dark night"


def rejected() -> Script:
    bad = Verdict("prompt", "violence", blocked=True, severity="medium")
    return [ev.Sent(1), ev.Judged((bad,)), ev.Failed(REFUSED), ev.Closed(done=False)]


def cut() -> Script:
    return [ev.Sent(1), ev.TextDelta(STORY), ev.Judged((BAD,)), ev.Finished("content_filter"), ev.Closed(done=True)]


def withdrawn() -> Script:
    """Four events to the end of the answer, two more for the withdrawal."""
    return [ev.Sent(1), ev.TextDelta(STORY), ev.Finished("stop"), ev.Judged((BAD,)), ev.Closed(done=True)]


async def say(app: ChatApp, pilot: Pilot[int], text: str) -> None:
    screen_of(app).prompt.replace_text(text)
    await pilot.press("enter")
    await until(lambda: not screen_of(app).prompt.text)


async def modal(app: ChatApp, title: str = ANSWER_TITLE) -> FilterRejectionScreen:
    await until(lambda: isinstance(app.screen, FilterRejectionScreen) and title in text_of(app))
    assert isinstance(app.screen, FilterRejectionScreen)
    return app.screen


async def close(app: ChatApp, pilot: Pilot[int]) -> None:
    await pilot.press("escape")
    await until(lambda: app.screen is screen_of(app))


def shown(app: ChatApp) -> str:
    """The screen's words in one line: a modal breaks its text. What is drawn beside it does not come in between."""
    inside = (line.split("┃")[1] if line.count("┃") == 2 else line for line in lines_of(app))
    return " ".join(" ".join(inside).translate(str.maketrans("┃▎│", "   ")).split())


async def test_edit_and_resend_sends_a_branch_and_keeps_what_was_begun(tmp_path: Path) -> None:
    """One word, one result: it is what F4 does."""
    backend = ScriptedBackend([rejected(), answered("All is well.")])
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        await modal(app, PROMPT_TITLE)
        screen_of(app).prompt.replace_text("begun meanwhile")
        await pilot.press("e")
        await until(lambda: screen_of(app).prompt.text == "first")
        assert screen_of(app).prompt.has_focus
        assert "Editing a prompt" in text_of(app)
        assert PROMPT_TITLE in text_of(app), "the turn stays marked"
        screen_of(app).prompt.replace_text("second")
        await pilot.press("enter")
        await until(lambda: "All is well." in text_of(app))
        assert backend.asked[1][0] == [("user", "second")]
        assert "2/2" in text_of(app)
        assert PROMPT_TITLE not in text_of(app), "the rejected one is the older version"
        assert screen_of(app).prompt.text == "begun meanwhile"
        await app.context.session.services.unsaved.settled()
        talk = app.context.session.conversation
        assert [talk.nodes[name].turn.text for name in talk.children(None)] == ["first", "second"]


async def test_a_cut_answer_can_be_sent_after_all_and_left_out_again(tmp_path: Path) -> None:
    backend = ScriptedBackend([cut(), answered("Two."), answered("Three.")])
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        await modal(app)
        assert "are left out of later requests" in shown(app)
        assert "f5 brings this filter report up again" in shown(app)
        assert "d include" in shown(app)
        await pilot.press("d")
        await until(lambda: "are included in later requests, as you asked" in shown(app))
        await until(lambda: "d leave" in shown(app))
        await close(app, pilot)
        assert "taken back into what is sent" in text_of(app)
        assert "left out of requests" not in text_of(app)
        await say(app, pilot, "second")
        await until(lambda: "Two." in text_of(app))
        assert backend.asked[1][0] == [("user", "first"), ("assistant", STORY), ("user", "second")]
        await pilot.press("f5")
        await modal(app)
        await pilot.press("d")
        await until(lambda: "are left out of later requests" in shown(app))
        await close(app, pilot)
        assert "left out of requests" in text_of(app)
        await say(app, pilot, "third")
        await until(lambda: "Three." in text_of(app))
        assert backend.asked[2][0] == [("user", "second"), ("assistant", "Two."), ("user", "third")]


async def test_a_prompt_that_was_rejected_has_nothing_to_hide_or_send(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([rejected()])) as (app, pilot):
        await say(app, pilot, "first")
        await modal(app, PROMPT_TITLE)
        assert "violence ■■□ medium blocked" in shown(app)
        assert "h hide" not in text_of(app)
        assert "d include" not in text_of(app)
        await pilot.press("h", "d", "k")
        assert "This message is left out of later requests" in shown(app)
        assert "Request id" not in shown(app)
        await pilot.press("m")
        await until(lambda: "Request id: r-17" in shown(app) and "m less" in shown(app))
        assert REFUSED.message in shown(app)
        await pilot.press("m")
        await until(lambda: "Request id" not in shown(app))


async def test_an_ended_answer_is_complete_at_once_and_a_late_withdrawal_reaches_everything(tmp_path: Path) -> None:
    backend = ScriptedBackend([withdrawn(), answered("Two.")], hold=asyncio.Semaphore(3))
    assert backend.hold is not None
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: STORY in text_of(app) and app.query_one(Header).shown.status == "ready")
        assert "answering" not in text_of(app)
        assert not isinstance(app.screen, FilterRejectionScreen)
        backend.hold.release()
        await modal(app)
        await until(lambda: "took it back" in shown(app))
        conversation = app.context.session.conversation
        kept = (await app.context.session.services.library.load(conversation.id)).path()[-1].turn
        assert (kept.outcome, kept.withdrawn, kept.text) == (Outcome.ANSWER_BLOCKED, True, STORY)
        await close(app, pilot)
        assert STORY not in text_of(app)
        assert "withdrawn after it had ended" in text_of(app)
        backend.hold.release()
        await until(lambda: not app.context.session.running)
        await pilot.pause()
        assert app.screen is screen_of(app), "told once"
        for _ in range(9):
            backend.hold.release()
        await say(app, pilot, "second")
        await until(lambda: "Two." in text_of(app))
        assert backend.asked[1][0] == [("user", "second")]


async def test_the_next_prompt_need_not_wait_for_late_verdicts(tmp_path: Path) -> None:
    backend = ScriptedBackend([withdrawn(), answered("Two.")], hold=asyncio.Semaphore(3))
    assert backend.hold is not None
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: app.context.session.current is None and app.context.session.running)
        await say(app, pilot, "second")
        await until(lambda: len(backend.asked) == 2)  # what is judged before it goes out is left out of requests
        for _ in range(20):
            backend.hold.release()
        await modal(app)
        await close(app, pilot)
        await until(lambda: "Two." in text_of(app) and "withdrawn after it had ended" in text_of(app))
        assert backend.asked[1][0] == [("user", "first"), ("assistant", STORY), ("user", "second")]


async def test_a_late_verdict_for_a_conversation_that_is_not_on_the_screen(tmp_path: Path) -> None:
    backend = ScriptedBackend([withdrawn()], hold=asyncio.Semaphore(3))
    assert backend.hold is not None
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: STORY in text_of(app) and app.context.session.current is None)
        first = app.context.session.conversation.id
        await pilot.press("ctrl+n")
        await until(lambda: STORY not in text_of(app))
        backend.hold.release()
        backend.hold.release()
        await until(lambda: "rejected a turn in “first”" in text_of(app))
        assert app.screen is screen_of(app)
        await screen_of(app).controllers.library.open(first)
        await until(lambda: "withdrawn after it had ended" in text_of(app))
        assert STORY not in text_of(app)
        assert app.screen is screen_of(app), "it is marked; F5 says more"
        await pilot.press("f5")
        await modal(app)


async def test_a_rejection_while_another_conversation_streams(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("One two three four."), rejected()], hold=asyncio.Semaphore(4))
    assert backend.hold is not None
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: "One two" in text_of(app))
        first = app.context.session.conversation.id
        await pilot.press("ctrl+n")
        await say(app, pilot, "second")
        # Each of the two waits for its turn at the semaphore; the rejection is over before the long answer is.
        for _ in range(20):
            backend.hold.release()
        await modal(app, PROMPT_TITLE)
        await close(app, pilot)
        await until(lambda: not app.context.session.running)
        await screen_of(app).controllers.library.open(first)
        await until(lambda: "One two three four." in text_of(app))
        assert PROMPT_TITLE not in text_of(app)


async def test_a_rejection_waits_while_another_modal_is_open(tmp_path: Path) -> None:
    backend = ScriptedBackend([cut()], hold=asyncio.Semaphore(2))
    assert backend.hold is not None
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: STORY in text_of(app))
        await pilot.press("f1")
        await until(lambda: isinstance(app.screen, KeyHelpScreen))
        for _ in range(9):
            backend.hold.release()
        await until(lambda: not app.context.session.running)
        await pilot.pause()
        assert isinstance(app.screen, KeyHelpScreen), "its keys stay its own"
        await pilot.press("escape")
        await modal(app)


async def test_an_open_modal_follows_what_the_filter_says_later_of_its_turn(tmp_path: Path) -> None:
    """A second verdict comes while it is open: the modal shows it, and there is no second modal."""
    medium = Verdict("answer", "violence", blocked=True, severity="medium")
    script: Script = [*withdrawn()[:2], ev.Judged((medium,)), *withdrawn()[2:]]
    backend = ScriptedBackend([script], hold=asyncio.Semaphore(4))
    assert backend.hold is not None
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        before = await modal(app)
        assert "violence ■■□ medium blocked" in shown(app)
        for _ in range(9):
            backend.hold.release()
        await until(lambda: "violence ■■■ high blocked" in shown(app))
        await until(lambda: not app.context.session.running)
        await pilot.pause()
        assert app.screen_stack[1:] == [before]
        await close(app, pilot)
        await pilot.pause()
        assert app.screen is screen_of(app), "told once"


async def test_an_open_modal_keeps_its_turn_when_the_filter_speaks_of_another_one(tmp_path: Path) -> None:
    """The answer before it is withdrawn meanwhile. Its modal comes when this one is closed."""
    backend = ScriptedBackend([withdrawn(), rejected()], hold=asyncio.Semaphore(3))
    assert backend.hold is not None
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: app.context.session.current is None and app.context.session.running)
        gate, backend.hold = backend.hold, None
        await say(app, pilot, "second")
        first = await modal(app, PROMPT_TITLE)
        for _ in range(9):
            gate.release()
        await until(lambda: not app.context.session.running)
        await pilot.pause()
        assert app.screen_stack[1:] == [first]
        assert PROMPT_TITLE in text_of(app)
        assert STORY not in shown(app)
        await pilot.press("escape")
        await modal(app, ANSWER_TITLE)
        await until(lambda: "The answer had already come" in text_of(app))
        await close(app, pilot)


async def test_a_letter_counts_by_when_it_came_and_not_by_when_it_is_dealt_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_rejection, "PAUSE_S", 0.0)
    backend = ScriptedBackend([cut()], hold=asyncio.Semaphore(2))
    assert backend.hold is not None
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: STORY in text_of(app))
        await pilot.press(*"so ")
        for _ in range(9):
            backend.hold.release()
        screen = await modal(app)
        key = events.Key("h", "h")
        key.time = screen._typed_at
        app.post_message(key)
        await until(lambda: screen_of(app).prompt.text == "so h")
        assert app.screen is screen


async def test_who_types_on_types_into_the_prompt_and_not_into_the_modal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_rejection, "PAUSE_S", 600.0)
    backend = ScriptedBackend([cut(), answered("Fine.")], hold=asyncio.Semaphore(2))
    assert backend.hold is not None
    async with chat(tmp_path, backend) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: STORY in text_of(app))
        await pilot.press(*"so c")
        for _ in range(9):
            backend.hold.release()
        await until(lambda: isinstance(app.screen, FilterRejectionScreen))
        await pilot.press(*"heck d", "enter")
        await until(lambda: screen_of(app).prompt.text == "so check d")
        assert isinstance(app.screen, FilterRejectionScreen)
        assert app.clipboard == ""
        await close(app, pilot)
        assert screen_of(app).prompt.text == "so check d"


async def test_a_rejection_is_marked_for_ever(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([cut()])) as (app, pilot):
        await say(app, pilot, "first")
        await modal(app)
    async with chat(tmp_path, ScriptedBackend([answered("Fine.")])) as (app, pilot):
        await until(lambda: ANSWER_TITLE in text_of(app))
        assert "violence (answer): high, blocked" in text_of(app)
        assert "left out of requests" in text_of(app)
        assert STORY in text_of(app)
        assert app.screen is screen_of(app)
        await pilot.press("f5")
        await modal(app)
        assert "violence ■■■ high blocked" in shown(app)


async def test_f5_says_what_was_found_where_nothing_was_rejected(tmp_path: Path) -> None:
    low = Verdict("answer", "violence", blocked=False, severity="low")
    script: Script = [ev.Sent(1), ev.TextDelta("Hm."), ev.Judged((low,)), ev.Finished("stop"), ev.Closed(done=True)]
    async with chat(tmp_path, ScriptedBackend([answered("Fine."), script])) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: "Fine." in text_of(app))
        await pilot.press("f5")
        await until(lambda: "has found nothing in this" in text_of(app))
        await say(app, pilot, "second")
        await until(lambda: "filter noticed violence (low) in the answer" in text_of(app))
        await pilot.press("f5")
        await modal(app, "What the content filter said")
        assert "violence ■□□ low not blocked" in shown(app)
        assert "Nothing was blocked" in shown(app)
        await pilot.press("d")
        await until(lambda: "It is left out of later requests." in shown(app))


async def test_the_table_of_all_verdicts(tmp_path: Path) -> None:
    safe = Verdict("prompt", "hate", blocked=False, severity="safe")
    script = [ev.Judged((safe,)), *cut()]
    folder = tmp_path / "files"
    folder.mkdir()
    async with chat(tmp_path / "data", ScriptedBackend([script, rejected()]), size=(90, 30)) as (app, pilot):
        await screen_of(app).action_command("filter.view")
        await until(lambda: "has said nothing about this conversation" in text_of(app))
        await pilot.press("f", "c", "s")
        assert isinstance(app.screen, FilterTableScreen)
        await close(app, pilot)
        for prompt, title in (("[b]first[/b]", ANSWER_TITLE), ("second", PROMPT_TITLE)):
            await say(app, pilot, prompt)
            await modal(app, title)
            await close(app, pilot)
        await screen_of(app).action_command("filter.view")
        await until(lambda: isinstance(app.screen, FilterTableScreen) and "violence" in text_of(app))
        for words in ("[b]first[/b]", "■■■ high, blocked", "□□□ safe", "2 answers judged · 2 blocked"):
            assert words in text_of(app)
        await pilot.press("f")
        await until(lambda: "□□□ safe" not in text_of(app))
        await pilot.press("f")
        await until(lambda: "□□□ safe" in text_of(app))
        await pilot.press("c")
        await until(lambda: "violence: ■■■ high, blocked" in app.clipboard)
        await save(app, pilot, folder / "table.csv")
        await until((folder / "table.csv").exists)
        read = list(csv.DictReader(io.StringIO((folder / "table.csv").read_text(), newline="")))
        assert [row["category"] for row in read] == ["hate", "violence", "violence"]
        (folder / "table.csv").write_text("precious")
        await save(app, pilot, folder / "table.csv")
        await until(lambda: isinstance(app.screen, Confirm))
        await pilot.press("n")
        await asked_again(app, pilot, folder / "table.csv")
        assert (folder / "table.csv").read_text() == "precious"
        await pilot.press("down", "down", "enter")
        await modal(app, PROMPT_TITLE)


async def asked_again(app: ChatApp, pilot: Pilot[int], path: Path) -> None:
    await until(lambda: isinstance(app.screen, AskText) and app.screen.query_one(Input).value == str(path))
    await pilot.press("escape")
    await until(lambda: isinstance(app.screen, FilterTableScreen))


async def save(app: ChatApp, pilot: Pilot[int], path: Path) -> None:
    await pilot.press("s")
    await until(lambda: isinstance(app.screen, AskText))
    asked = app.screen
    asked.query_one(Input).value = str(path)
    await pilot.press("enter")
    await until(lambda: app.screen is not asked)


async def test_the_modal_fits_and_its_actions_are_in_view(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([cut()]), size=(60, 20)) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: isinstance(app.screen, FilterRejectionScreen) and ANSWER_TITLE in shown(app))
        for width, height in ((60, 20), (60, 12), (200, 60), (36, 25), (30, 10)):
            await pilot.resize_terminal(width, height)
            await until(lambda: app.screen.size == (width, height))  # noqa: B023 - called before the next turn
            await until(lambda: all(len(line) <= width for line in lines_of(app)))  # noqa: B023 - the screen below, too
            if height >= 12:
                await until(lambda: "e edit" in text_of(app) and "esc" in text_of(app))
            if width == 36:  # there is no room for air around it
                await until(lambda: "report up again." in shown(app) and "↑ ↓ more" not in text_of(app))
        text = shown(app)
        for _ in range(30):
            await pilot.press("down")
            text += shown(app)
        assert "left out" in text
        await pilot.resize_terminal(60, 24)
        await until(lambda: app.screen.size == (60, 24))
        with row("every action can be reached with arrows and enter"):
            app.screen.query_one("#edit").focus()
            names = []
            for _ in range(6):
                names.append(app.focused.id if app.focused else None)
                await pilot.press("right")
            assert names == ["edit", "hide", "send", "copy", "more", "close"]
            await pilot.press("right", "enter")
            await until(lambda: "h show" in shown(app))
            await pilot.press("right", "right", "enter")
            await until(lambda: app.clipboard.startswith(ANSWER_TITLE))
            await pilot.press("right", "right", "enter")
            await until(lambda: app.screen is screen_of(app))


async def test_a_withdrawn_answer_survives_export_and_import(tmp_path: Path) -> None:
    path = tmp_path / "talk.chat.json"
    async with chat(tmp_path / "one", ScriptedBackend([withdrawn()])) as (app, pilot):
        await say(app, pilot, "first")
        await until(lambda: isinstance(app.screen, FilterRejectionScreen))
        await until(lambda: not app.context.session.running)
        turn = app.context.session.conversation.path()[-1].turn
        await save_file(app.context.session.conversation, path, FORMATS)
    async with chat(tmp_path / "two", ScriptedBackend([answered("Fine.")]), open_file=path) as (app, pilot):
        await until(lambda: ANSWER_TITLE in text_of(app))
        again = app.context.session.conversation.path()[-1].turn
        assert (again.outcome, again.verdicts, again.text, again.withdrawn) == (
            turn.outcome, turn.verdicts, turn.text, turn.withdrawn,
        )  # fmt: skip
        assert "withdrawn after it had ended" in text_of(app)
        assert STORY not in text_of(app)
        await say(app, pilot, "second")
        await until(lambda: "Fine." in text_of(app))
