"""`ask` and `chat` where the library takes the prompt and not the answer: said, in a file, and exit code 1."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.cli.run import tui_chat
from tui_chat.store import portable
from tui_chat.store.library import Library


@pytest.mark.parametrize(
    ("command", "typed"),
    [(("ask", "--save", "paris"), ""), (("chat",), "paris\n")],
    ids=["ask", "chat"],
)
def test_an_answer_that_could_not_be_saved_is_in_a_file(tmp_path: Path, command: tuple[str, ...], typed: str) -> None:
    data = tmp_path / "data"
    library = Library(data)
    library.open().now()
    library.close().now()
    with contextlib.closing(sqlite3.connect(data / "conversations.db")) as meddler:
        meddler.execute("CREATE TRIGGER refuse BEFORE UPDATE ON turns BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    found = tui_chat(tmp_path, *command, "--endpoint", "demo", "--data-dir", str(data), stdin=typed)
    assert found.returncode == 1
    (file,) = data.glob("tui-chat-unsaved-*.chat.json")
    assert str(file) in found.stderr
    assert "disk is full" in found.stderr
    turns = [node.turn for node in portable.read(file).path()]
    assert turns[0].text == "paris"
    assert turns[1].text
    assert turns[1].text.split()[0] in found.stdout
