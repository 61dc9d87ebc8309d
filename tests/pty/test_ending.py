"""Whatever becomes of the terminal, and whoever asks for the end: the program ends, and what was said is kept."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from tests.pty.sequences import tokens
from tests.pty.talker import Hang, talker
from tests.pty.terminal import Terminal

SIZE = (100, 30)
SOON = 2.0
"""Seconds within which a closed terminal has to end the program."""


def app(home: Path, *options: str, before: str = "") -> Terminal:
    """The app in a terminal; `before` is run in its process first."""
    (home / "config.toml").touch()
    own = ["--config", str(home / "config.toml"), "--data-dir", str(home / "data"), *options]
    script = f"import sys\n{before}\nfrom tui_chat.cli import main\nsys.exit(main({own!r}))"
    return Terminal([sys.executable, "-c", script], size=SIZE, home=home)


def begun(terminal: Terminal) -> None:
    terminal.wait_for_text("enter send")
    terminal.wait_for_silence(0.1)


def answering(terminal: Terminal) -> None:
    begun(terminal)
    terminal.send("question\r")
    terminal.wait_for_text("the beginning of it")


def kept(home: Path) -> list[str]:
    """The texts of the library's turns; its file must be whole without the log beside it."""
    return texts(home, "SELECT text FROM turns ORDER BY row")


def drafts(home: Path) -> list[str]:
    return texts(home, "SELECT text FROM drafts WHERE text != ''")


def texts(home: Path, query: str) -> list[str]:
    file = home / "data" / "conversations.db"
    assert not file.with_name(file.name + "-wal").exists(), "the log was not folded into the library"
    with contextlib.closing(sqlite3.connect(file)) as library:
        return [text for (text,) in library.execute(query)]


def hanging(_: str) -> Hang:
    return Hang(("the beginning", " of it"))


def flooding(_: str) -> Hang:
    return Hang(tuple(f"line {n}\n\n" for n in range(5000)))


def modes_left_on(terminal: Terminal) -> set[str]:
    """Private modes of the terminal that differ from those of a fresh one."""
    on = {"7", "25"}
    for token in tokens(bytes(terminal.raw)):
        if token.private == "?" and token.final in "hl":
            (on.add if token.final == "h" else on.discard)(token.params)
    return on ^ {"7", "25"}


@pytest.mark.parametrize("how", ["closed", "SIGHUP", "SIGTERM", "SIGINT"])
def test_an_answer_is_kept_whatever_ends_the_program(tmp_path: Path, how: str) -> None:
    with talker(hanging) as server, app(tmp_path, "--url", server.url) as terminal:
        answering(terminal)
        if how == "closed":
            terminal.hang_up()
        else:
            terminal.signal(signal.Signals[how])
        number = signal.SIGHUP if how == "closed" else signal.Signals[how]
        assert terminal.wait_for_exit(SOON) == 128 + number
    assert kept(tmp_path) == ["question", "the beginning of it"]


@pytest.mark.parametrize("how", ["closed", "SIGHUP", "SIGTERM", "SIGINT"])
def test_a_program_that_waits_ends_too(tmp_path: Path, how: str) -> None:
    with app(tmp_path, "--endpoint", "demo") as terminal:
        begun(terminal)
        terminal.send("not sent")
        terminal.wait_for_text("not sent")
        if how == "closed":
            terminal.hang_up()
        else:
            terminal.signal(signal.Signals[how])
        assert terminal.wait_for_exit(SOON) == 128 + (signal.SIGHUP if how == "closed" else signal.Signals[how])
    assert drafts(tmp_path) == ["not sent"]


def test_the_end_of_the_input_ends_the_program(tmp_path: Path) -> None:
    """Where SIGHUP is ignored, nothing else tells that the terminal is gone."""
    ignore = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    with talker(hanging) as server, app(tmp_path, "--url", server.url, before=ignore) as terminal:
        answering(terminal)
        terminal.hang_up()
        assert terminal.wait_for_exit(SOON) == 128 + signal.SIGHUP
    assert kept(tmp_path) == ["question", "the beginning of it"]


def test_a_hang_up_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    ignore = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    with app(tmp_path, "--endpoint", "demo", before=ignore) as terminal:
        begun(terminal)
        terminal.signal(signal.SIGHUP)
        terminal.send("still here")
        terminal.wait_for_text("still here")


def test_a_program_that_was_stopped_comes_back_as_it_was(tmp_path: Path) -> None:
    with app(tmp_path, "--endpoint", "demo") as terminal:
        begun(terminal)
        terminal.send("before")
        terminal.wait_for_text("before")
        terminal.signal(signal.SIGSTOP)
        terminal.wait_until_stopped()
        terminal.screen.reset()  # what a shell does to it
        modes = terminal.raw.count(b"\x1b[?1049h")
        terminal.signal(signal.SIGCONT)
        terminal.wait_for_text("before")
        terminal.send(" after")
        terminal.wait_for_text("before after")
        assert terminal.raw.count(b"\x1b[?1049h") == modes
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit(SOON) == 0


def test_job_control_gives_the_terminal_back_and_takes_it_again(tmp_path: Path) -> None:
    with app(tmp_path, "--endpoint", "demo") as terminal:
        begun(terminal)
        terminal.send("before")
        terminal.wait_for_text("before")
        terminal.signal(signal.SIGTSTP)
        terminal.wait_until_stopped()
        assert modes_left_on(terminal) == set()
        terminal.signal(signal.SIGCONT)
        terminal.wait_for(lambda t: modes_left_on(t) >= {"1049", "2004", "1000"}, what="the screen")
        terminal.send(" after")
        terminal.wait_for_text("before after")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit(SOON) == 0
        assert modes_left_on(terminal) == set()


def test_a_terminal_that_takes_nothing_does_not_keep_the_program(tmp_path: Path) -> None:
    """As after ctrl+s in tmux, or behind a connection that hangs. What it gets in the end is its old self."""
    with talker(flooding) as server, app(tmp_path, "--url", server.url) as terminal:
        begun(terminal)
        terminal.send("question\r")
        terminal.wait_until_full()
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit_unread(SOON) == 128 + signal.SIGTERM
        while terminal.pump():
            pass
        assert modes_left_on(terminal) == set()
