"""Where the app cannot run it says so, names the next step, and ends with 2."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.run import environment, tui_chat


def test_without_a_terminal(tmp_path: Path) -> None:
    done = tui_chat(tmp_path, "--endpoint", "demo")
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "tui-chat ask" in done.stderr
    assert done.stdout == ""


def in_a_terminal(tmp_path: Path, term: str) -> tuple[int, bytes, bytes]:
    """Exit code, what the terminal shows, and what goes to standard error, which is none."""
    master, slave = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tui_chat", "--endpoint", "demo"],
            stdin=slave,
            stdout=slave,
            stderr=subprocess.PIPE,
            env=environment(tmp_path, TERM=term),
            timeout=30,
            check=False,
        )
        shown = os.read(master, 10_000)
    finally:
        os.close(slave)
        os.close(master)
    return done.returncode, shown, done.stderr


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_in_a_terminal_that_cannot_place_the_cursor(tmp_path: Path, term: str) -> None:
    code, shown, told = in_a_terminal(tmp_path, term)
    assert code == 2
    assert b"cannot place the cursor" in told
    assert b"cannot place the cursor" in shown
    assert b"\x1b" not in told + shown


def test_where_standard_error_is_no_terminal(tmp_path: Path) -> None:
    """It is what the app draws on: the screen would stay empty, and the file fill with sequences."""
    code, shown, told = in_a_terminal(tmp_path, "xterm-256color")
    assert code == 2
    assert b"draws on standard error" in shown
    assert b"\x1b" not in told + shown
