"""Closing keys that arrive together, in a real terminal: the second one meets a window that is closed already."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

import tui_chat
from tests.pty.terminal import Terminal
from tests.support.thorough import THOROUGH, some

ESCAPE = "\x1b[27u"
"""As terminals with the kitty protocol send it: bare ones that come together might be an alt key."""

TOKEN = "zqjx"
FIRST = "Suggested"
"""The palette's first heading, before anything was searched for."""


class Closing(NamedTuple):
    """Keys that open a window, the words by which it is known, and closing keys that are sent twice in one write."""

    opens: tuple[tuple[str, str], ...]
    closes: tuple[str, ...]


def palette(title: str, shown: str) -> tuple[tuple[str, str], ...]:
    return (("\x10", FIRST), (title, title), ("\r", shown))


MENU = (("\x1b[Z", "esc back"), ("\r", "Copy the "))
CASES = [
    Closing((("\x0f", "enter open"),), ("\r", ESCAPE)),
    Closing((("\x13", "Save the conversation as"),), (ESCAPE, "\r")),
    Closing((("\x10", FIRST), ("Find in the", "Find in the")), (ESCAPE, "\r")),
    Closing(palette("Change the theme", "light, dark"), (ESCAPE, "\r")),
    Closing(palette("Import: open conversations from files", "from the file"), (ESCAPE, "\r")),
    Closing(palette("Check the endpoint", "esc close"), (ESCAPE, "q")),
    Closing(palette("Add an endpoint", "esc close, what is typed is kept"), (ESCAPE, "\x13")),
    Closing(palette("Content filter: all verdicts", "esc close"), (ESCAPE, "q", "\r")),
    Closing(MENU, ("\r", ESCAPE, "c", "m", "i")),
    Closing((("\x1bOP", "Keys and help"),), (ESCAPE, "\r", "\x1bOP")),
    Closing((("\x1b[24~", "with messages"),), (ESCAPE, "q")),
    Closing((("\x1b[15~", "esc close"),), (ESCAPE, "q", "e", "\r")),  # the last sends what was blocked again
    Closing((("\x03", "Quit tui-chat?"),), (ESCAPE, "n")),
]


def app(home: Path) -> Terminal:
    (home / "config.toml").write_text("mistake = 1\n", encoding="utf-8")
    own = ["--config", str(home / "config.toml"), "--data-dir", str(home / "data"), "--endpoint", "demo"]
    # It saves where it was started: not in the checkout, which Python would find by itself.
    env = {"PYTHONPATH": str(Path(tui_chat.__file__).parents[1])}
    return Terminal([sys.executable, "-m", "tui_chat", *own], size=(100, 30), home=home, cwd=home, env=env)


def answers(terminal: Terminal) -> bool:
    """Whether the prompt takes what is typed; whatever is open is closed and whatever is written there is wiped."""
    terminal.send(ESCAPE * 3)
    terminal.paste(TOKEN)
    terminal.wait_for(lambda t: TOKEN in "".join(t.lines[-8:]), what="the prompt to take what is typed")
    terminal.send("\x15")
    terminal.wait_for(lambda t: TOKEN not in t.text, what="the prompt to be empty")
    return "met a bug" not in terminal.text


def opened(terminal: Terminal, case: Closing) -> None:
    """Open a window, key by key: each waits for what the one before shows."""
    for keys, shown in case.opens:
        if keys == shown:  # searched for in the palette: it stands in the search line, and alone in the list
            terminal.paste(keys)  # at once: letter by letter, each narrows the list
            terminal.wait_for(lambda t, s=shown: t.text.count(s) > 1 and FIRST not in t.text, what=f"only {shown!r}")  # type: ignore[misc]
        else:
            terminal.send(keys)
            terminal.wait_for_text(shown)


EACH = [(case, closes) for case in CASES for closes in ("", *case.closes)]
"""A window, and what is sent twice to close it; nothing: it is closed in the moment in which it opens."""

PARTS = 3 if THOROUGH else 1
"""Tests among which they are shared out."""


def ended_by(terminal: Terminal, each: Sequence[tuple[Closing, str]]) -> Iterator[str]:
    """Each that ended the app, or after which it no longer answered."""
    for case, closes in each:
        if closes:
            opened(terminal, case)
        terminal.send(closes * 2 or case.opens[0][0] + ESCAPE * 2)
        if not answers(terminal):
            yield f"{case.opens[-1][1]} and {closes * 2!r}"


@pytest.mark.parametrize("part", range(PARTS))
def test_closing_keys_that_come_together_close_one_window(tmp_path: Path, part: int) -> None:
    """One run of the app for many of them, because a run is dear."""
    with app(tmp_path) as terminal:
        terminal.wait_for_text("1 problem in the configuration")
        terminal.send("\r\r")
        assert answers(terminal)
        terminal.send("block answer\r")
        terminal.wait_for_text("esc close")
        terminal.send(ESCAPE * 2)
        assert answers(terminal)
        assert list(ended_by(terminal, some(EACH, 6)[part::PARTS])) == []
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0


def test_a_double_click_in_the_menu_chooses_once(tmp_path: Path) -> None:
    with app(tmp_path) as terminal:
        terminal.wait_for_text("1 problem in the configuration")
        assert answers(terminal)
        terminal.send("hello\r")
        terminal.wait_for_text("scripted demo")
        terminal.wait_for_text("ready")
        opened(terminal, Closing(MENU, ()))
        row = next(y for y, line in enumerate(terminal.lines) if "Copy the " in line)
        column = terminal.lines[row].index("Copy the ")
        click = f"\x1b[<0;{column + 2};{row + 1}M\x1b[<0;{column + 2};{row + 1}m"
        terminal.send(click * 2)
        assert answers(terminal)
