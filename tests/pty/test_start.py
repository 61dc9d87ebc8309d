"""The first second in a real terminal: what is typed meanwhile counts, and the end leaves the terminal as it was."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.pty.sequences import problems, tokens
from tests.pty.terminal import Terminal

SIZE = (100, 30)


def app(home: Path, *options: str, size: tuple[int, int] = SIZE, fresh: bool = False) -> Terminal:
    (home / "config.toml").touch()
    own = ["--config", str(home / "config.toml"), "--data-dir", str(home / "data"), "--endpoint", "demo"]
    return Terminal([sys.executable, "-m", "tui_chat", *own, *options], size=size, home=home, fresh=fresh)


def test_what_is_typed_while_it_starts_is_in_the_prompt(tmp_path: Path) -> None:
    for _ in range(3):
        with app(tmp_path, fresh=True) as terminal:
            terminal.send("typed ahead")
            terminal.wait_for_text("enter send")
            terminal.wait_for(lambda t: "typed ahead" in "".join(t.lines[-6:]))


def test_a_byte_that_is_no_utf_8_ends_nothing(tmp_path: Path) -> None:
    """Terminals send them: an alt key in 8-bit mode, an old mouse report, another encoding."""
    with app(tmp_path) as terminal:
        terminal.wait_for_text("enter send")
        terminal.wait_for_silence(0.1)
        terminal.send("precious")
        terminal.wait_for_text("precious")
        terminal.send(b"\xff")
        terminal.send("!")
        terminal.wait_for(lambda t: "!" in t.text and "precious" in t.text)


def test_it_starts_empty_and_goes_on_with_the_last_conversation_where_that_is_asked(tmp_path: Path) -> None:
    with app(tmp_path) as terminal:
        terminal.wait_for_text("tui-chat")
        terminal.send("my question\r")
        terminal.wait_for(lambda t: "ready" in t.lines[0] and "my question" in t.lines[0], what="the answer's end")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    with app(tmp_path) as terminal:
        terminal.wait_for(lambda t: "Continue" in t.text and "my question" in t.text, what="the list")
        assert "New conversation" in terminal.lines[0]
    with app(tmp_path, "--continue") as terminal:
        terminal.wait_for(lambda t: "my question" in t.lines[0], what="the last conversation")
        terminal.wait_for(lambda t: "]2;my question · tui-chat".encode() in t.raw, what="the terminal's title")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        _is_clean(terminal)
        assert bytes(terminal.raw).count(b"\x1b[23;2t") == 1


@pytest.mark.parametrize("name", ["n" * 300, "~nobody-of-this-name/x"])
def test_a_name_that_no_file_can_have_is_told(tmp_path: Path, name: str) -> None:
    with app(tmp_path, "--open", name) as terminal:
        assert terminal.wait_for_exit() == 1
        assert "Traceback" not in terminal.text
        assert "tui-chat: " in terminal.text
        assert "conversation" in terminal.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_a_clean_terminal(tmp_path: Path, number: signal.Signals) -> None:
    with app(tmp_path) as terminal:
        terminal.wait_for_text("enter send")
        terminal.signal(number)
        assert terminal.wait_for_exit() == 128 + number
        _is_clean(terminal)


def test_quitting_leaves_a_clean_terminal(tmp_path: Path) -> None:
    with app(tmp_path, fresh=True) as terminal:
        terminal.wait_for_text("enter send")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        _is_clean(terminal)


def _is_clean(terminal: Terminal) -> None:
    """Every mode is back where it was: what was switched on is off again, in the right order at the end."""
    raw = bytes(terminal.raw)
    assert problems(raw, SIZE) == []
    state: dict[str, str] = {}
    for token in tokens(raw):
        if token.private == "?" and token.final in "hl":
            state |= dict.fromkeys(token.params.split(";"), token.final)
    on = {mode for mode, final in state.items() if final == "h"}
    assert on == {"7", "25"}, "line wrap and the cursor, nothing else"
    assert b"\x1b[<u" in raw, "the keyboard is the old one again"
    assert raw.count(b"\x1b[22;2t") == raw.count(b"\x1b[23;2t"), "the terminal has its own title again"


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (62, 20), (250, 70)])
def test_every_size_shows_the_prompt_and_takes_a_key(tmp_path: Path, size: tuple[int, int]) -> None:
    with app(tmp_path, size=size) as terminal:
        terminal.wait_for(lambda t: b"\x1b[?1004h" in t.raw)
        terminal.wait_for_silence(0.2)
        terminal.send("µ")
        terminal.wait_for_text("µ")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        assert problems(bytes(terminal.raw), size) == []


def test_a_resize_keeps_what_was_typed(tmp_path: Path) -> None:
    with app(tmp_path) as terminal:
        terminal.wait_for_text("enter send")
        terminal.wait_for_silence(0.1)
        terminal.send("half a thought")
        terminal.wait_for_text("half a thought")
        for size in ((40, 12), (20, 5), (120, 40)):
            terminal.resize(*size)
            terminal.wait_for_silence(0.15)
        terminal.wait_for_text("half a thought")


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_is_told_so(tmp_path: Path, term: str) -> None:
    (tmp_path / "config.toml").touch()
    command = [sys.executable, "-m", "tui_chat", "--config", str(tmp_path / "config.toml")]
    with Terminal(command, env={"TERM": "dumb" if term == "dumb" else ""}, home=tmp_path, fresh=True) as terminal:
        assert terminal.wait_for_exit() == 2
        assert "TERM" in terminal.text
        assert "tui-chat " in terminal.text.replace("tui-chat:", ""), "what to use instead"
        assert b"\x1b[?1049h" not in terminal.raw
