"""Whatever becomes of the terminal, and whoever asks for the end: the program ends, and what was said is kept."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.pty.ending import SOON, answering, app, begun, drafts, flooding, hanging, kept, modes_left_on
from tests.pty.talker import talker


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


@pytest.mark.parametrize("how", ["closed", "SIGTERM"])
def test_a_program_that_waits_ends_too(tmp_path: Path, how: str) -> None:
    """Were it still opening its library."""
    with app(tmp_path, "--endpoint", "demo") as terminal:
        terminal.wait_for_text("enter send")
        terminal.send("not sent")
        terminal.wait_for_text("not sent")
        if how == "closed":
            terminal.hang_up()
        else:
            terminal.signal(signal.Signals[how])
        assert terminal.wait_for_exit(SOON) == 128 + (signal.SIGHUP if how == "closed" else signal.Signals[how])
    assert drafts(tmp_path) == ["not sent"]


@pytest.mark.parametrize("how", ["closed", "SIGTERM"])
def test_an_editor_is_ended_too_and_what_it_has_written_is_kept(tmp_path: Path, how: str) -> None:
    editor, pid = tmp_path / "editor", tmp_path / "pid"
    editor.write_text(
        f'#!/bin/sh\nprintf " and changed" >> "$1"; echo $$ > {pid}.part; mv {pid}.part {pid}; exec sleep 60'
    )
    editor.chmod(0o700)
    own = f"import os; os.environ['VISUAL'] = {str(editor)!r}"
    with talker(hanging) as server, app(tmp_path, "--url", server.url, before=own) as terminal:
        answering(terminal)
        terminal.send("typed")
        terminal.wait_for_text("typed")
        terminal.press("f9")
        terminal.wait_for(lambda _: pid.exists(), what="the editor")
        if how == "closed":
            terminal.hang_up()
        else:
            terminal.signal(signal.Signals[how])
        number = signal.SIGHUP if how == "closed" else signal.Signals[how]
        assert terminal.wait_for_exit(SOON) == 128 + number
        assert how == "closed" or modes_left_on(terminal) == set()
    assert not Path(f"/proc/{pid.read_text().strip()}").exists()
    assert kept(tmp_path) == ["question", "the beginning of it"]
    assert drafts(tmp_path) == ["typed and changed"]


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
        terminal.read_the_rest()
        assert modes_left_on(terminal) == set()


def test_a_signal_while_it_ends_anyway_changes_nothing(tmp_path: Path) -> None:
    """As from ctrl+c struck several times: the last ones come when the terminal makes signals of them again."""
    late = """
import os, signal
from tui_chat.ui.shutdown import Shutdown
close = Shutdown.close_library
def closed(self): os.kill(os.getpid(), signal.SIGINT); close(self)
Shutdown.close_library = closed
"""
    with app(tmp_path, "--endpoint", "demo", before=late) as terminal:
        begun(terminal)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit(SOON) == 0
    assert not (tmp_path / "data" / "last-crash.txt").exists()


def test_a_storm_of_sizes_while_an_answer_streams(tmp_path: Path) -> None:
    with talker(flooding) as server, app(tmp_path, "--url", server.url) as terminal:
        begun(terminal)
        terminal.send("question\r")
        for step in range(200):
            terminal.resize(max(1, step * 37 % 130), max(1, step * 17 % 45))
            terminal.pump(0.001)
        terminal.resize(100, 30)
        terminal.wait_for(lambda t: "line 4999" in t.text and "Write a message" in t.text, what="the end of the answer")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
