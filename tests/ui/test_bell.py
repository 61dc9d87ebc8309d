"""Attention is drawn when an answer ends while the user looks elsewhere, unless it is turned off: by the bell, or by a
notification where the terminal knows one. The terminal's title says what is going on."""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from tests.scripted import ScriptedBackend, answered
from tests.support.rows import row
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.ui import attention
from tui_chat.ui.app import ChatApp
from tui_chat.ui.state import UiState
from tui_chat.ui.terminal_text import Form, form_for, harmless, has_title, notification, title_of

HOSTILE = "a\x1b]0;x\x07b;c\x9d d\u202e\n sk-abcdefghijklmnopqrstuvwxyz0123456789ABCD"


async def away(app: ChatApp) -> None:
    app.post_message(events.AppBlur())
    await until(lambda: not app.app_focus)


@pytest.fixture
def every_answer_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "LONG_S", 0.0)


@pytest.mark.parametrize("notify", ["bell", "off"])
async def test_it_rings_only_after_a_long_answer_without_focus_and_where_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notify: str
) -> None:
    answers = [answered(f"Answer {number}.") for number in range(3)]
    async with chat(tmp_path, ScriptedBackend(answers), notify=notify) as (app, pilot):
        rung: list[bool] = []
        monkeypatch.setattr(app, "bell", lambda: rung.append(app.app_focus))
        for number, (leaves, long_s) in enumerate([(False, 0.0), (True, 3600.0), (True, 0.0)]):
            with row((leaves, long_s)):
                monkeypatch.setattr(attention, "LONG_S", long_s)
                if leaves:
                    await away(app)
                await screen_of(app).controllers.conversation.submit("x")  # no key: whoever strikes one looks at it
                await until(lambda: f"Answer {number}." in text_of(app) and not app.context.session.running)  # noqa: B023
                await pilot.pause()
                assert rung == ([False] if (notify, leaves, long_s) == ("bell", True, 0.0) else [])


class Titled:
    """Takes what a driver of ours would write."""

    def __init__(self, app: ChatApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.titles: list[str] = []
        self.written: list[str] = []
        monkeypatch.setattr(app._driver, "set_title", self.titles.append, raising=False)
        monkeypatch.setattr(app._driver, "write", self.written.append)


@pytest.mark.usefixtures("every_answer_is_long")
async def test_a_notification_and_the_title_say_which_answer_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    hold = asyncio.Semaphore(0)
    async with chat(tmp_path, ScriptedBackend([answered("One.")], hold=hold), notify="osc777") as (app, pilot):
        terminal = Titled(app, monkeypatch)
        await away(app)
        asking = asyncio.create_task(screen_of(app).controllers.conversation.submit("my question; twice"))
        await until(lambda: terminal.titles[-1:] == ["◐ my question, twice · tui-chat"])
        for _ in range(9):
            hold.release()
        await until(lambda: terminal.titles[-1:] == ["✓ my question, twice · tui-chat"])
        await until(lambda: "\x1b]777;notify;tui-chat;answered: my question, twice\x07" in terminal.written)
        app.post_message(events.AppFocus())
        await until(lambda: terminal.titles[-1:] == ["my question, twice · tui-chat"])
        await pilot.press("ctrl+n")
        await until(lambda: terminal.titles[-1:] == ["tui-chat"])
        await asking


@pytest.mark.usefixtures("every_answer_is_long")
async def test_a_secret_of_this_run_is_in_no_title_and_no_notification(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    async with chat(tmp_path, ScriptedBackend([answered("One.")]), notify="osc9") as (app, _):
        terminal = Titled(app, monkeypatch)
        app.context.backends.add(EndpointConfig("mine", "http://127.0.0.1:9/v1"), "correct horse battery")
        await away(app)
        await screen_of(app).controllers.conversation.submit("is correct horse battery good?")
        await until(lambda: any("answered: is" in text for text in terminal.written))
        assert "correct horse" not in "".join([*terminal.titles, *(t for t in terminal.written if "]9;" in t)])


async def test_an_answer_that_ends_in_another_conversation_is_marked_until_it_is_opened(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(0)
    async with chat(tmp_path, ScriptedBackend([answered("One.")], hold=hold), size=(140, 30)) as (app, pilot):
        await pilot.press(*"question", "enter")
        await until(lambda: app.context.session.current is not None)
        await pilot.press("ctrl+n")
        await until(lambda: "◐ answering" in text_of(app))
        for _ in range(9):
            hold.release()
        await until(lambda: "✱ new" in text_of(app) and "✱ 1 new" in text_of(app))
        await pilot.press("f3")
        await until(lambda: re.search(r"✱ question .*\bnew\b", text_of(app)))
        await pilot.press("down", "enter")
        await until(lambda: "One." in text_of(app) and "✱ " not in text_of(app))


async def test_nothing_moves_where_that_is_not_wanted(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(3)
    backend = ScriptedBackend([answered("One. Two.")], hold=hold)
    async with chat(tmp_path, backend, reduced_motion=True) as (app, pilot):
        assert app.animation_level == "none"
        assert not screen_of(app).prompt.cursor_blink
        await pilot.press(*"question", "enter")
        await until(lambda: "One." in text_of(app))
        streams = screen_of(app).transcript.streams
        assert {streams._beat() for _ in range(3)} == {0}


@pytest.mark.parametrize(
    ("environ", "form"),
    [
        ({"TERM": "xterm-256color"}, "bell"),
        ({"TERM": "xterm-kitty"}, "osc99"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "osc99"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "osc9"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "osc777"),
        ({"TERM": "xterm-ghostty"}, "osc777"),
        ({"TERM": "foot-extra"}, "osc777"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode"}, "bell"),
        ({"TERM": "tmux-256color", "TMUX": "x", "KITTY_WINDOW_ID": "1"}, "bell"),
        ({"TERM": "screen", "TERM_PROGRAM": "iTerm.app"}, "bell"),
        ({}, "bell"),
    ],
)
def test_the_form_is_one_that_the_terminal_knows(environ: dict[str, str], form: Form) -> None:
    assert form_for(environ) == form
    assert form_for(environ, "osc9") == "osc9"
    assert form_for(environ, "off") is None


def test_some_terminals_would_draw_a_title() -> None:
    assert has_title({"TERM": "xterm"})
    assert not has_title({"TERM": "linux"})


@pytest.mark.parametrize("form", ["osc9", "osc777", "osc99"])
def test_no_text_ends_a_sequence_or_begins_another(form: Form) -> None:
    whole = notification(form, HOSTILE)
    for sequence in re.findall(r"\x1b\].*?(?:\x07|\x1b\\)", whole):
        whole = whole.replace(sequence, "", 1)
        payload = sequence[2:].removesuffix("\x07").removesuffix("\x1b\\")
        assert payload.isprintable()
        assert "sk-abc" not in payload
        if form == "osc99":
            assert b64decode(payload.rpartition(";")[2]).decode().isprintable()
        else:
            assert payload.count(";") == {"osc9": 1, "osc777": 3}[form]
    assert whole == ""


def test_a_title_is_one_short_harmless_line() -> None:
    state = UiState(title=HOSTILE, endpoint="e")
    assert title_of(state).isprintable()
    assert "sk-abc" not in title_of(state)
    assert len(harmless("long " * 90)) <= 80
    assert title_of(UiState()) == "tui-chat"
    assert title_of(replace(state, title="Owls", answering=True)) == "◐ Owls · tui-chat"
    assert title_of(replace(state, title="Owls", unread=1)) == "✓ Owls · tui-chat"
