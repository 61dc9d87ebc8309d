"""Closing keys that arrive together, in a real terminal: the second one meets a window that is closed already."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

import tui_chat
from tests.pty.terminal import Terminal

ESCAPE = "\x1b[27u"
"""As terminals with the kitty protocol send it: bare ones that come together might be an alt key."""

TOKEN = "zqjx"
FIRST = "A page down in"
"""The palette's first command, before anything was searched for."""

QUIET_S = 0.06
OPENS_S = 0.3
TRIES = 2
PARTS = 3
"""Tests among which the windows are shared out."""


class Closing(NamedTuple):
    """Keys that open a window, the words by which it is known, and closing keys that are sent twice in one write."""

    opens: tuple[tuple[str, str], ...]
    closes: tuple[str, ...]


def palette(words: str, title: str, shown: str) -> tuple[tuple[str, str], ...]:
    return (("\x10", FIRST), (words, title), ("\r", shown))


MENU = (("\x1b[Z", "esc back"), ("\r", "Copy the "))
CASES = [
    Closing((("\x0f", "enter opens"),), ("\r", ESCAPE)),
    Closing((("\x13", "Save the conversation as"),), (ESCAPE, "\r")),
    Closing((("\x10", "Search for commands"),), (ESCAPE, "\r")),
    Closing(palette("theme", "Change the theme", "Search for themes"), (ESCAPE, "\r")),
    Closing(palette("from a file", "Open a conversation from a", "from the file"), (ESCAPE, "\r")),
    Closing(palette("check the", "Check the endpoint", "esc: close"), (ESCAPE, "q")),
    Closing(palette("add an", "Add an endpoint", "esc closes, what is typed is kept"), (ESCAPE, "\x13")),
    Closing(palette("verdicts", "The content filter", "esc: close"), (ESCAPE, "q", "\r")),
    Closing(MENU, ("\r", ESCAPE, "c", "m", "i")),
    Closing((("\x1bOP", "Keys and help"),), (ESCAPE, "\r", "q")),
    Closing((("\x1b[24~", "secrets masked"),), (ESCAPE, "q")),
    Closing((("\x1b[15~", "Close (esc)"),), (ESCAPE, "q", "\r", "e")),
    Closing((("\x03", "Quit tui-chat?"),), (ESCAPE, "n")),
]


def app(home: Path) -> Terminal:
    (home / "config.toml").write_text("mistake = 1\n", encoding="utf-8")
    own = ["--config", str(home / "config.toml"), "--data-dir", str(home / "data"), "--endpoint", "demo"]
    # It saves where it was started: not in the checkout, which Python would find by itself.
    env = {"PYTHONPATH": str(Path(tui_chat.__file__).parents[1])}
    return Terminal([sys.executable, "-m", "tui_chat", *own], size=(100, 40), home=home, cwd=home, env=env)


def answers(terminal: Terminal) -> bool:
    """Whether the prompt takes what is typed; whatever is open is closed and whatever is written there is wiped."""
    terminal.wait_for_silence(QUIET_S)
    for _ in range(3):
        terminal.send(ESCAPE)
        terminal.wait_for_silence(QUIET_S)
    terminal.send(TOKEN)
    terminal.wait_for(lambda t: TOKEN in "".join(t.lines[-8:]), timeout=5, what="the prompt to take what is typed")
    terminal.send("\x7f" * 40)
    terminal.wait_for(lambda t: TOKEN not in t.text, timeout=5, what="the prompt to be empty")
    return "met a bug" not in terminal.text


def opened(terminal: Terminal, case: Closing) -> None:
    """Open a window; on a busy machine an opening key may meet the one before it while that closes."""
    for _ in range(TRIES):
        with contextlib.suppress(AssertionError):
            _open(terminal, case)
            return
        assert answers(terminal)
    _open(terminal, case)


def _open(terminal: Terminal, case: Closing) -> None:
    for keys, shown in case.opens:
        terminal.send(keys)
        terminal.wait_for_silence(QUIET_S)
        if keys == "\r" and case.opens[0][1] == FIRST:  # the palette's first enter only marks one of several
            with contextlib.suppress(AssertionError):
                terminal.wait_for_text(shown, timeout=OPENS_S)
            if shown not in terminal.text:
                terminal.send(keys)
        searched = keys.isprintable()
        terminal.wait_for(lambda t, s=shown, n=searched: s in t.text and not (n and FIRST in t.text), timeout=4)  # type: ignore[misc]
    terminal.wait_for_silence(QUIET_S)


def ended_by(terminal: Terminal, cases: Sequence[Closing]) -> Iterator[str]:
    """Each case that ended the app, or after which it no longer answered."""
    for case in cases:
        terminal.send(case.opens[0][0] + ESCAPE * 2)
        if not answers(terminal):
            yield f"{case.opens[0][1]} closed as it opened"
        for closes in case.closes:
            opened(terminal, case)
            terminal.send(closes * 2)
            if not answers(terminal):
                yield f"{case.opens[-1][1]} and {closes * 2!r}"


@pytest.mark.parametrize("part", range(PARTS))
def test_closing_keys_that_come_together_close_one_window(tmp_path: Path, part: int) -> None:
    """One run of the app for many of them, because a run is dear."""
    with app(tmp_path) as terminal:
        terminal.wait_for_text("1 problem in the configuration")
        terminal.wait_for_silence(QUIET_S)
        terminal.send("\r\r")
        assert answers(terminal)
        terminal.send("block answer\r")
        terminal.wait_for_text("Close (esc)", timeout=20)
        terminal.wait_for_silence(0.2)
        terminal.send(ESCAPE * 2)
        assert answers(terminal)
        assert list(ended_by(terminal, CASES[part::PARTS])) == []
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
