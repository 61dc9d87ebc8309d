"""Light or dark is told from the terminal where nobody has chosen a theme, and its answer is never typed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.pty.sequences import problems
from tests.pty.terminal import Terminal
from tui_chat.ui.textual_fixes.terminal_background import QUESTION

PAPER = b"48;2;251;250;246"
"""The ground of tui-chat-light, as it is drawn."""

SLATE = b"48;2;21;24;30"


def app(home: Path, config: str = "", **env: str) -> Terminal:
    (home / "config.toml").write_text(config)
    own = ["--config", str(home / "config.toml"), "--data-dir", str(home / "data"), "--endpoint", "demo"]
    return Terminal([sys.executable, "-m", "tui_chat", *own], size=(80, 24), home=home, env=env)


def asked(terminal: Terminal) -> None:
    terminal.wait_for(lambda t: QUESTION.encode() in t.raw, what="the question")


def test_a_light_terminal_gets_a_light_theme_and_keeps_what_is_typed(tmp_path: Path) -> None:
    with app(tmp_path) as terminal:
        asked(terminal)
        terminal.send(b"one\x1b]11;rgb:ffff/fff")
        terminal.send(b"f/ffff\x1b\\two")
        terminal.wait_for(lambda t: PAPER in t.raw, what="a light ground")
        terminal.wait_for(lambda t: "│ onetwo" in t.text)
        assert "rgb" not in terminal.text
        terminal.press("ctrl+q")
        terminal.wait_for_exit()
        assert problems(bytes(terminal.raw), (80, 24)) == []
    assert not (tmp_path / "saved.toml").exists() or "theme" not in (tmp_path / "saved.toml").read_text()


def test_a_dark_one_and_one_that_does_not_answer_stay_dark(tmp_path: Path) -> None:
    with app(tmp_path) as terminal:
        asked(terminal)
        terminal.wait_for_text("enter send")
        terminal.send(b"\x1b]11;#101010\x07x")
        terminal.wait_for_text("│ x")
        assert SLATE in terminal.raw
        assert PAPER not in terminal.raw


def test_a_light_ground_that_the_environment_tells_of_is_there_from_the_first_frame_on(tmp_path: Path) -> None:
    with app(tmp_path, COLORFGBG="0;default;15") as terminal:
        terminal.wait_for_text("enter send")
        assert SLATE not in terminal.raw


@pytest.mark.parametrize(
    ("config", "env"),
    [('[ui]\ntheme = "ember"\n', {}), ("", {"TERM": "xterm", "COLORTERM": ""}), ("", {"TERM": "linux"})],
)
def test_nothing_is_asked_where_the_answer_does_not_count(tmp_path: Path, config: str, env: dict[str, str]) -> None:
    with app(tmp_path, config, **env) as terminal:
        terminal.wait_for_text("enter send")
        assert QUESTION.encode() not in terminal.raw
        assert PAPER not in terminal.raw
