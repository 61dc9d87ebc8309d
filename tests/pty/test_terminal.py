"""The harness itself: a real terminal with a size, keys that arrive, a screen that can be read, and an end."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.pty.sequences import problems, tokens, visible
from tests.pty.terminal import KEYS, Terminal

PYTHON = sys.executable


def script(code: str, **more: object) -> Terminal:
    return Terminal([PYTHON, "-c", code], **more)  # type: ignore[arg-type]


def test_the_command_sees_a_terminal_of_the_given_size() -> None:
    code = "import os, sys; print(os.get_terminal_size(), sys.stdin.isatty(), sys.stdout.isatty(), os.environ['TERM'])"
    with script(code, size=(100, 30)) as terminal:
        terminal.wait_for_text("columns=100, lines=30) True True xterm-256color")
        assert terminal.wait_for_exit() == 0


def test_it_is_the_controlling_terminal() -> None:
    with script("open('/dev/tty', 'w').write('mine')") as terminal:
        terminal.wait_for_text("mine")
        assert terminal.wait_for_exit() == 0


def test_a_resize_is_told() -> None:
    code = (
        "import os, signal; say = lambda text: os.write(1, str(text).encode() + b'\\n');"
        "signal.signal(signal.SIGWINCH, lambda *_: say(os.get_terminal_size()));"
        "say('ready'); [signal.pause() for _ in range(9)]"
    )
    with script(code) as terminal:
        terminal.wait_for_text("ready")
        terminal.resize(51, 17)
        terminal.wait_for_text("columns=51, lines=17")
        assert (terminal.screen.columns, terminal.screen.lines) == (51, 17)


@pytest.mark.parametrize("name", [*KEYS, "ctrl+a", "ctrl+c", "ctrl+q"])
def test_keys_arrive_as_bytes(name: str) -> None:
    code = (
        "import os, tty; tty.setraw(0); os.write(1, b'ready'); got = b''\n"
        "while not got.endswith(b'!'): got += os.read(0, 99)\n"
        "os.write(1, got.hex().encode())"
    )
    expected = KEYS.get(name) or bytes([ord(name[-1]) - 96])
    with script(code) as terminal:
        terminal.wait_for_text("ready")
        terminal.press(name)
        terminal.send("!")
        terminal.wait_for_text("ready" + (expected + b"!").hex())


def test_a_long_paste_arrives_whole() -> None:
    """Longer than any buffer between the two: whoever only writes and never reads would wait for ever."""
    code = (
        "import os, tty; tty.setraw(0); os.write(1, b'ready'); got = b''\n"
        "while not got.endswith(b'\\x1b[201~'):\n    new = os.read(0, 999); os.write(1, new); got += new\n"
        "os.write(1, b'\\x1b[2J\\x1b[H%d' % len(got))"
    )
    with script(code) as terminal:
        terminal.wait_for_text("ready")
        terminal.paste("Ä" * 50_000)
        terminal.wait_for_text(str(2 * 50_000 + 12))


def test_the_screen_is_what_the_bytes_draw() -> None:
    code = r"print('\x1b[2J\x1b[3;5H\x1b[31mred\x1b[0m \u6f22', end='')"
    with script(code, size=(20, 5)) as terminal:
        terminal.wait_for_exit()
        assert terminal.lines == ["", "", "    red 漢", "", ""]
        assert terminal.screen.buffer[2][4].fg == "red"
        assert b"\x1b[31mred" in terminal.raw


def test_waiting_says_what_was_on_the_screen_instead() -> None:
    with script("print('something else', flush=True); input()") as terminal:
        terminal.wait_for_text("something")
        with pytest.raises(AssertionError, match=r"not within 0.05 s: 'this'(.|\n)*something else"):
            terminal.wait_for_text("this", timeout=0.05)


def test_the_command_ends_with_the_test(tmp_path: Path) -> None:
    code = "import signal as s; [s.signal(n, s.SIG_IGN) for n in (1, 2, 15)]; print('deaf', flush=True); s.pause()"
    with script(code, home=tmp_path) as terminal:
        terminal.wait_for_text("deaf")
        terminal.signal(signal.SIGTERM)
        pid = terminal.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_caller_s_environment_stays_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with script("import os; print(sorted(os.environ))", home=tmp_path, env={"MINE": "1"}, size=(200, 5)) as terminal:
        terminal.wait_for_exit()
        assert "'MINE'" in terminal.text
        assert "OPENAI" not in terminal.text


def test_a_command_that_does_not_exist_is_told() -> None:
    with Terminal(["/nowhere/at/all"]) as terminal:
        assert terminal.wait_for_exit() == 1
        assert terminal.text.startswith("/nowhere/at/all: No such file")


def test_waiting_ends_with_the_command() -> None:
    with script("print('bye')") as terminal, pytest.raises(AssertionError, match=r"ended before 'this'(.|\n)*bye"):
        terminal.wait_for_text("this", timeout=60)


def test_a_textual_program_writes_only_what_is_allowed() -> None:
    size = (70, 20)
    with Terminal([PYTHON, str(Path(__file__).with_name("tiny_app.py"))], size=size) as terminal:
        terminal.wait_for_text("tiny")
        terminal.send("hello")
        terminal.wait_for_text("hello")
        terminal.press("ctrl+p")
        terminal.wait_for_text("Search")
        terminal.press("escape")
        terminal.wait_for(lambda t: "Search" not in t.text)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        raw = bytes(terminal.raw)
    assert problems(raw, size) == []
    assert "👩‍👩‍👧‍👦 end" in visible(raw)
    modes = [token.raw for token in tokens(raw) if token.private == "?"]
    assert modes[0] == "\x1b[?1049h"
    assert "\x1b[?1049l" in modes
