"""Copying and the user's own editor, in a real terminal: what the terminal is told, and who has it meanwhile."""

from __future__ import annotations

import base64
import re
import sqlite3
import sys
from pathlib import Path

from tests.pty.talker import Pause, Say, talker
from tests.pty.terminal import Terminal

SHIFT_TAB = "\x1b[Z"
COPIED = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def app(tmp_path: Path, url: str) -> list[str]:
    (tmp_path / "config.toml").touch()
    own = ["--config", str(tmp_path / "config.toml"), "--data-dir", str(tmp_path / "data"), "--url", url]
    return [sys.executable, "-m", "tui_chat", *own]


def script(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_a_copied_answer_reaches_the_terminal_and_holds_nothing_that_drives_one(tmp_path: Path) -> None:
    hostile = "Run\t*this*: \x1b]0;owned\x07\x1b[201~rm -rf ~\x9b2J “ok” 👍"
    with (
        talker(lambda prompt: Say((hostile,))) as server,
        Terminal(app(tmp_path, server.url), size=(100, 30), home=tmp_path) as terminal,
    ):
        terminal.wait_for_text("ready")
        terminal.send("x\r")
        terminal.wait_for_text("“ok”")
        terminal.wait_for_text("ready")
        terminal.send(SHIFT_TAB)
        terminal.wait_for_text("esc back")
        terminal.send("c")
        terminal.wait_for_text("terminal's")
        found = COPIED.findall(bytes(terminal.raw))
    assert [base64.b64decode(text).decode() for text in found] == [
        "Run\t*this*: ␛]0;owned␇␛[201~rm -rf ~\ufffd2J “ok” 👍"
    ]


def test_the_editor_has_the_terminal_to_itself_and_the_answer_goes_on(tmp_path: Path) -> None:
    go, done = tmp_path / "go", tmp_path / "done"
    body = (
        f'printf "IN THE EDITOR"; cat "$1" > {tmp_path}/seen; until test -e {go}; do sleep 0.05; done; '
        f'printf "second line\\n" >> "$1"; touch {done}'
    )
    editor = script(tmp_path / "editor", body)
    with talker(lambda prompt: Pause("Rivers", " carry water.")) as server:
        command = app(tmp_path, server.url)
        with Terminal(command, size=(100, 30), home=tmp_path, env={"EDITOR": editor}) as terminal:
            terminal.wait_for_text("ready")
            terminal.send("x\r")
            terminal.wait_for_text("Rivers")
            terminal.send("first \u00e4 line\n")
            terminal.wait_for_text("first ä line")
            terminal.press("f9")
            terminal.wait_for_text("IN THE EDITOR")
            at = len(terminal.raw)
            server.go.set()
            terminal.wait_for(lambda _: (tmp_path / "seen").exists(), what="the editor reads")
            # The answer is in the library when its outcome is: then the app has had every reason to paint it.
            terminal.wait_for(lambda _: _ended(tmp_path / "data"), what="the answer ends")
            assert b"carry water" not in terminal.raw[at:]
            go.touch()
            terminal.wait_for_text("carry water.")
            terminal.wait_for_text("second line")
            terminal.send("!")
            terminal.wait_for_text("second line!")
            text = terminal.text
            assert "first ä line" in text
            assert "IN THE EDITOR" not in text
    assert (tmp_path / "seen").read_text() == "first ä line\n"


def test_an_editor_that_fails_leaves_the_prompt_as_it_was(tmp_path: Path) -> None:
    editor = script(tmp_path / "editor", "exit 3")
    with talker(lambda prompt: Say(("Yes.",))) as server:
        command = app(tmp_path, server.url)
        with Terminal(command, size=(100, 30), home=tmp_path, env={"EDITOR": editor}) as terminal:
            terminal.wait_for_text("ready")
            terminal.send("precious")
            terminal.wait_for_text("precious")
            terminal.press("f9")
            terminal.wait_for_text("The prompt is unchanged")
            terminal.send(" text\r")
            terminal.wait_for_text("Yes.")
        assert server.requests[0]["messages"] == [{"role": "user", "content": "precious text"}]


def _ended(data: Path) -> bool:
    library = sqlite3.connect(f"file:{data / 'conversations.db'}?mode=ro", uri=True)
    try:
        return bool(library.execute("SELECT count(*) FROM turns WHERE outcome = 'complete'").fetchone()[0])
    finally:
        library.close()
