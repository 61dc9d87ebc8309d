"""What the terminal says of its ground is read in every form that terminals use, and never typed."""

from __future__ import annotations

import pytest

from tui_chat.ui.textual_fixes.terminal_background import TerminalBackground, answer_of, understands


@pytest.mark.parametrize(
    ("answer", "dark"),
    [
        ("\x1b]11;rgb:0000/0000/0000\x1b\\", True),
        ("\x1b]11;rgb:fdfd/f6f6/e3e3\x07", False),
        ("\x1b]11;rgb:1e/1e/2e\x1b\\", True),
        ("\x1b]11;rgb:f/f/f\x1b\\", False),
        ("\x1b]11;rgba:ffff/ffff/ffff/c000\x1b\\", False),
        ("\x1b]11;#282c34\x07", True),
        ("\x1b]11;#FAFAFA\x07", False),
    ],
)
def test_a_colour_is_dark_or_light(answer: str, dark: bool) -> None:
    found = answer_of(answer)
    assert isinstance(found, TerminalBackground)
    assert found.dark is dark


@pytest.mark.parametrize(
    "answer", ["\x1b]10;rgb:ff/ff/ff\x07", "\x1b]11;?\x07", "\x1b]11;rgb:x/y/z\x07", "\x1b]11;\x07"]
)
def test_another_answer_says_nothing(answer: str) -> None:
    assert answer_of(answer) is None


def test_a_terminal_that_would_print_the_question_is_not_asked() -> None:
    assert understands({"TERM": "xterm-256color"})
    assert not understands({"TERM": "linux"})
    assert not understands({"TERM": "vt100"})
