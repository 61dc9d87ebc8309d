"""What a terminal shows after a change is what it would show if the whole screen were drawn.

Goldens draw the screen whole. A terminal is sent what has changed, and a line end too many scrolls all of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import tui_chat
from tests.pty.terminal import Terminal
from tests.store.trees import talk
from tui_chat.store.library import Library

SIZE = (100, 30)
ESCAPE = "\x1b[27u"
START, END = "\x1b[1;5H", "\x1b[1;5F"
SOON_S = 10.0


class Opening(NamedTuple):
    """Keys that open a pane or a window, what is shown then, and the keys that close it."""

    opens: str
    shown: str
    closes: str = ESCAPE


F2, F3, SHIFT_TAB = "\x1bOQ", "\x1bOR", "\x1b[Z"
OPENINGS = [
    Opening(F2, "System prompt", F2),
    Opening(F3, "1 conversation", F3),
    Opening("\x1bOP", "Keys and help"),
    Opening("\x10", "Suggested"),
    Opening("\x0f", "enter open"),
    Opening("\x0c", "esc close"),
    Opening("\x13", "Save the conversation as"),
    Opening("\x06", "Find in the conversation"),
    Opening("\x14", "esc close"),
    Opening("\x1bOS", "Editing a prompt"),
    Opening(SHIFT_TAB, "esc back to the prompt"),
]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A conversation of three screens, at its end."""
    library = Library(tmp_path / "data")
    library.open().now()
    pairs = [(f"question {n}", "\n\n".join(f"line {n}.{line}" for line in range(12))) for n in range(3)]
    library.create(talk(*pairs, title="Three screens")).now()
    library.close().now()
    (tmp_path / "config.toml").touch()
    own = ["--config", str(tmp_path / "config.toml"), "--data-dir", str(tmp_path / "data"), "--endpoint", "demo"]
    command = [sys.executable, "-m", "tui_chat", *own, "--continue"]
    env = {"PYTHONPATH": str(Path(tui_chat.__file__).parents[1])}
    with Terminal(command, size=SIZE, home=tmp_path, cwd=tmp_path, env=env) as terminal:
        yield terminal


def text_of(terminal: Terminal) -> str:
    """The screen's text. How long the scroll bar is changes once the heights above are known exactly."""
    return terminal.text.replace("┃", "│")


def is_whole(terminal: Terminal, place: str = "") -> bool:
    """Whether all of the screen is there, and `place` is the last line of it that is drawn anew."""
    frame = ("Three screens", "ready", place, "Write a message", "^r again")
    box, keys = terminal.lines[-4:-1], terminal.lines[-1]
    return (
        all(words in terminal.text for words in frame)
        and "".join(line[:1] + line[-1:] for line in box) == "╭╮││╰╯"
        and len(keys) == terminal.screen.columns - 1
        and keys.endswith("f1 help")
    )


def settled(terminal: Terminal, place: str) -> str:
    """The text once `place` is there and a key was answered after it: frames come in pieces, but in order."""
    terminal.wait_for(lambda t: is_whole(t, place), what=place)
    terminal.send("x")
    terminal.wait_for(lambda t: t.lines[-3].startswith("│ x"), what="the letter that is typed")
    terminal.press("backspace")
    terminal.wait_for(lambda t: is_whole(t, place), what="the prompt to be empty")
    return text_of(terminal)


def wait_for_the_same(terminal: Terminal, text: str, after: object) -> None:
    terminal.wait_for(lambda t: text_of(t) == text, SOON_S, f"the same after {after}")


def test_what_is_opened_and_closed_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    for keys, place in ((END, "line 2.11"), (START, "line 0.9")):
        terminal.wait_for(is_whole)
        terminal.send(keys)
        before = settled(terminal, place)
        for opening in OPENINGS:
            terminal.send(opening.opens)
            terminal.wait_for_text(opening.shown)
            terminal.send(opening.closes)
            wait_for_the_same(terminal, before, repr(opening.shown))
        for size in ((70, 20), (120, 36)):
            terminal.resize(*size)
            terminal.wait_for(is_whole, what=f"the screen in {size}")
            terminal.resize(*SIZE)
            wait_for_the_same(terminal, before, size)
    terminal.press("ctrl+q")
    assert terminal.wait_for_exit() == 0
