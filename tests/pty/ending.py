"""The app in a terminal that something is done to: how it is begun, and what is left of it afterwards."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from pathlib import Path

from tests.pty.sequences import tokens
from tests.pty.talker import Hang
from tests.pty.terminal import Terminal

SIZE = (100, 30)
SOON = 4.0
"""Seconds within which the program has to end: two on an idle machine, and less than what the watchdog waits."""


def app(home: Path, *options: str, before: str = "") -> Terminal:
    """The app in a terminal; `before` is run in its process first."""
    (home / "config.toml").touch()
    own = ["--config", str(home / "config.toml"), "--data-dir", str(home / "data"), *options]
    script = f"import sys\n{before}\nfrom tui_chat.cli import main\nsys.exit(main({own!r}))"
    return Terminal([sys.executable, "-c", script], size=SIZE, home=home)


def begun(terminal: Terminal) -> None:
    terminal.wait_for_text("○ ready", 30)


def answering(terminal: Terminal) -> None:
    begun(terminal)
    terminal.send("question\r")
    terminal.wait_for_text("the beginning of it")


def kept(home: Path) -> list[str]:
    """The texts of the library's turns; its file must be whole without the log beside it."""
    return texts(home, "SELECT text FROM turns ORDER BY row")


def drafts(home: Path, *, folded: bool = True) -> list[str]:
    return texts(home, "SELECT text FROM drafts WHERE text != ''", folded=folded)


def texts(home: Path, query: str, *, folded: bool = True) -> list[str]:
    file = home / "data" / "conversations.db"
    assert not folded or not file.with_name(file.name + "-wal").exists(), "the log was not folded into the library"
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
