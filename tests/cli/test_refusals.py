"""Where the app cannot run it says so, names the next step, and ends with 2."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.run import environment, tui_chat
from tui_chat.cli import main
from tui_chat.cli.options import parse
from tui_chat.cli.wiring import Wired, wire


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
            timeout=60,
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
    assert b"can place the cursor" in told
    assert b"can place the cursor" in shown
    assert b"\x1b" not in told + shown


def test_where_standard_error_is_no_terminal(tmp_path: Path) -> None:
    """It is what the app draws on: the screen would stay empty, and the file fill with sequences."""
    code, shown, told = in_a_terminal(tmp_path, "xterm-256color")
    assert code == 2
    assert b"draws on standard error" in shown
    assert b"\x1b" not in told + shown


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("ask", "hi"),
    ("chat",),
    ("doctor",),
    ("config",),
    ("themes",),
    ("list",),
    ("search", "x"),
    ("export",),
)


@pytest.mark.parametrize("words", ["There is no configuration file {}", "{} is a folder, not a configuration file"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_configuration_that_is_named_and_is_none(
    tmp_path: Path,
    command: tuple[str, ...],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = str(tmp_path if "folder" in words else tmp_path / "gone" / "own.toml")
    monkeypatch.setenv("TUI_CHAT_DATA_DIR", str(tmp_path / "library"))
    assert main([*command, "--config", gone]) == 2
    by_option = capsys.readouterr()
    monkeypatch.setenv("TUI_CHAT_CONFIG", gone)
    assert main([*command]) == 2
    by_variable = capsys.readouterr()
    for told in (by_option, by_variable):
        assert words.format(gone) in told.err
        assert told.out == ""
    assert not (tmp_path / "library").exists()


def test_a_configuration_that_is_a_pipe_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "own.toml")
    done = tui_chat(tmp_path, "--config", str(tmp_path / "own.toml"), "ask", "--endpoint", "demo", "hi", timeout=60)
    assert done.returncode == 0
    assert "a named pipe" in done.stderr


@pytest.mark.parametrize("command", [("ask", "hi"), ("chat",), ("list",), ("export",)], ids=lambda command: command[0])
def test_a_relative_data_folder_whose_working_folder_was_deleted(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A sentence where the data is needed, and a traceback nowhere."""
    script = (
        "import os, sys; os.mkdir('gone'); os.chdir('gone'); os.rmdir(os.getcwd())\n"
        "from tui_chat.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, "--data-dir", "here", "--endpoint", "demo", *command],
        cwd=tmp_path,
        env=environment(tmp_path, PYTHONPATH=os.pathsep.join(sys.path)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    if command[0] != "ask":
        assert done.returncode == 1
        assert "here" in done.stderr


def test_a_model_that_only_the_built_in_one_can_stand_in_for_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AZURE_MISTRAL_ENDPOINT", "MISTRAL_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "own.toml").touch()
    options = ("ask", "hi", "--config", str(tmp_path / "own.toml"), "--data-dir", str(tmp_path))
    for given, notes in ((("--model", "mistral-large"), 1), ((), 0), (("--model", "x", "--endpoint", "demo"), 0)):
        wired = wire(parse([*options, *given]))
        assert isinstance(wired, Wired)
        assert len(wired.notes) == notes
        assert all("answer as mistral-large" in note for note in wired.notes)
