"""The linear mode in a real terminal: what is typed, what the bytes are, and what the terminal is like afterwards."""

from __future__ import annotations

import signal
import sys
import termios
from pathlib import Path

import pytest

from tests.cli.chatting import kept
from tests.pty.talker import Hang, Say, talker
from tests.pty.terminal import Terminal
from tui_chat.core.message import Outcome

TERMS = ["dumb", "xterm-256color"]


def chat(home: Path, *options: str, term: str = "dumb", **env: str) -> Terminal:
    (home / "config.toml").touch()
    own = ["--config", str(home / "config.toml"), "--data-dir", str(home / "library")]
    command = [sys.executable, "-m", "tui_chat", "chat", *own, *options]
    return Terminal(command, size=(100, 40), home=home, env={"TERM": term, **env})


def wait_for_prompt(terminal: Terminal) -> None:
    """Until a line can be typed: what is typed before is shown twice, by the terminal and by readline."""
    terminal.wait_for(lambda t: t.lines[t.screen.cursor.y] == ">", timeout=60, what="the prompt")
    terminal.wait_for_silence(0.05)


def cooked(terminal: Terminal) -> bool:
    """Whether the terminal shows what is typed and hands it over by lines, as a shell expects it."""
    local = termios.tcgetattr(terminal._master)[3]
    return bool(local & termios.ECHO and local & termios.ICANON)


@pytest.mark.parametrize("term", TERMS)
def test_a_conversation_without_a_single_sequence(tmp_path: Path, term: str) -> None:
    said = {"hello": Say(("Hi \x1b[31mthere\x07.",)), "two\nlines": Say(("Both came.",))}
    with talker(lambda prompt: said[prompt]) as server, chat(tmp_path, "--url", server.url, term=term) as terminal:
        wait_for_prompt(terminal)
        terminal.send("hello\r")
        terminal.wait_for_text("there")
        wait_for_prompt(terminal)
        terminal.send("two\\\rlines\r")
        terminal.wait_for_text("Both came.")
        wait_for_prompt(terminal)
        terminal.send("/quit\r")
        assert terminal.wait_for_exit() == 0
        assert b"\x1b" not in terminal.raw
        assert b"\x07" not in terminal.raw
        assert set(bytes(terminal.raw)) & {*range(32)} <= {10, 13}
        assert cooked(terminal)
        lines = [line for line in terminal.lines if line]
    assert lines[1:7] == ["> hello", "Assistant:", "Hi ␛[31mthere␇.", "> two\\", "... lines", "Assistant:"]
    assert len(kept(tmp_path / "library")[0].path()) == 4


@pytest.mark.parametrize("term", TERMS)
def test_ctrl_c_stops_an_answer_and_then_quits(tmp_path: Path, term: str) -> None:
    with talker(lambda _: Hang(("It began ",))) as server, chat(tmp_path, "--url", server.url, term=term) as terminal:
        wait_for_prompt(terminal)
        terminal.send("hello\r")
        terminal.wait_for_text("It began")
        terminal.press("ctrl+c")
        terminal.wait_for_text("Note: stopped")
        wait_for_prompt(terminal)
        terminal.send("precious")
        terminal.wait_for_text("precious")
        terminal.wait_for_silence(0.05)
        terminal.press("ctrl+c")
        terminal.wait_for_text("Nothing was sent.")
        terminal.press("ctrl+c")
        assert terminal.wait_for_exit() == 130
        assert cooked(terminal)
        assert "tui-chat chat --open " in terminal.text
    assert kept(tmp_path / "library")[0].path()[-1].turn.outcome is Outcome.STOPPED


def test_a_line_that_was_given_up_and_one_that_failed_come_back(tmp_path: Path) -> None:
    pytest.importorskip("readline")
    with chat(tmp_path, "--url", "http://127.0.0.1:9/v1", term="xterm-256color") as terminal:
        wait_for_prompt(terminal)
        terminal.send("precious")
        terminal.wait_for_text("precious")
        terminal.wait_for_silence(0.05)
        terminal.press("ctrl+c")
        terminal.wait_for_text("Nothing was sent.")
        terminal.press("up")
        terminal.wait_for(lambda t: t.text.count("precious") == 2, what="the line again")
        terminal.press("enter")
        terminal.wait_for_text("Note: ")
        wait_for_prompt(terminal)
        terminal.press("up")
        terminal.wait_for(lambda t: t.text.count("precious") == 3, what="the prompt that failed")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_the_prompt_leaves_a_sound_terminal(tmp_path: Path, number: signal.Signals) -> None:
    with chat(tmp_path, "--endpoint", "demo") as terminal:
        wait_for_prompt(terminal)
        terminal.signal(number)
        assert terminal.wait_for_exit() == 128 + number
        assert cooked(terminal)
        assert "Traceback" not in terminal.text


def test_the_end_of_the_input_quits(tmp_path: Path) -> None:
    with chat(tmp_path, "--endpoint", "demo", "--private") as terminal:
        terminal.wait_for_text("Private")
        wait_for_prompt(terminal)
        terminal.press("ctrl+d")
        assert terminal.wait_for_exit() == 0
        assert terminal.line(2) == ">", "and the shell's own prompt gets a line of its own"


def test_in_emacs_nothing_is_shown_twice(tmp_path: Path) -> None:
    with chat(tmp_path, "--endpoint", "demo", INSIDE_EMACS="29.1,comint") as terminal:
        wait_for_prompt(terminal)
        assert cooked(terminal), "the line is edited by Emacs"
        terminal.send("/nothing\r")
        terminal.wait_for_text("There is no command /nothing")


def test_a_dumb_terminal_is_told_of_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tui_chat", "--config", str(tmp_path / "config.toml")]
    (tmp_path / "config.toml").touch()
    with Terminal(command, env={"TERM": "dumb"}, home=tmp_path, size=(200, 10)) as terminal:
        assert terminal.wait_for_exit() == 2
        assert "Use tui-chat chat" in terminal.text
