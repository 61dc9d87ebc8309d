"""After a bug the terminal says where, and nothing of what was in hand."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx

from tests.pty.terminal import Terminal
from tui_chat.cli.crash_report import crash_report

SECRET = "sk-very-secret"


def failing(kind: type[Exception]) -> BaseException:
    local = SECRET
    try:
        try:
            raise kind(f"value {local}")
        except Exception as inner:
            raise RuntimeError(f"outer {local}") from inner
    except Exception as error:
        return error


def test_a_report_names_the_place_and_no_value() -> None:
    for kind in (ValueError, KeyError, OSError, httpx.LocalProtocolError):
        report = crash_report(failing(kind))
        assert SECRET not in report
        assert kind.__name__ in report
        assert "RuntimeError" in report
        assert "in failing" in report


def test_what_a_type_error_says_is_kept_and_made_safe() -> None:
    assert "unsupported operand" in crash_report(TypeError("unsupported operand"))
    assert "\x1b" not in crash_report(TypeError("a\x1b[2Jb"))


def test_after_a_bug_the_terminal_is_itself_again(tmp_path: Path) -> None:
    script = (
        "import sys; from tui_chat.cli import main; from tui_chat.ui.screens.chat import ChatScreen\n"
        "async def begin(self, *args): local = 'sk-very-secret'; raise ValueError('Bearer ' + local)\n"
        "ChatScreen.begin = begin\n"
        f"sys.exit(main(['--endpoint', 'demo', '--data-dir', {str(tmp_path / 'data')!r}]))"
    )
    with Terminal([sys.executable, "-c", script], size=(100, 30), home=tmp_path) as terminal:
        assert terminal.wait_for_exit() == 1
        assert b"\x1b[?1049l" in terminal.raw, "the alternate screen was left"
        assert b"has met a bug" in terminal.raw
        assert b"ValueError" in terminal.raw
        assert SECRET.encode() not in terminal.raw
