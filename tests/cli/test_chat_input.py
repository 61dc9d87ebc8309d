"""Lines for the linear mode: from pipes, and what comes back with the up key."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import pytest

from tui_chat.cli.chat_input import REMEMBERED, EditedLines, PipedLines, TerminalLines, next_prompt


@dataclass
class Editor:
    """What readline is asked for."""

    told: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)

    def parse_and_bind(self, text: str) -> None:
        self.told.append(text)

    def add_history(self, line: str) -> None:
        line.encode("latin-1")
        self.history.append(line)


def remembered(*prompts: str) -> list[str]:
    editor = Editor()
    EditedLines(editor).remember(prompts)
    return editor.history


def test_the_editor_is_told_to_write_no_sequences_of_its_own() -> None:
    """Some systems' terminal descriptions have none for it to write, so no terminal of a test can show this."""
    editor = Editor()
    EditedLines(editor)
    assert editor.told == ["set enable-bracketed-paste off", "set enable-meta-key off"]


def test_the_prompts_of_a_conversation_come_back_line_by_line() -> None:
    assert remembered("one", "two\nlines", "three\n\nlines") == ["one", "two\\", "lines", "three\\", "\\", "lines"]


def test_the_last_prompts_of_a_long_conversation() -> None:
    found = remembered(*(f"p{number}" for number in range(REMEMBERED + 5)))
    assert (len(found), found[-1]) == (REMEMBERED, f"p{REMEMBERED + 4}")


@pytest.mark.parametrize("text", ["\x1b[2J", "a\x9b2J", "a\u202eb", "\0", "\ud800", "日本", "  "])
def test_what_the_editor_must_not_show_or_cannot_is_left_out(text: str) -> None:
    assert remembered(text, "sound") == ["sound"]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\nb\n", ["a", "b"]),
        (b"a\r\n\r\nb", ["a", "", "b"]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb", ["a", "\ufeffb"]),
        (b"\xff\xfe \xc3", ["\ufffd\ufffd \ufffd"]),
        (b"a\x0cb\x1cc\xe2\x80\xa8d\n", ["a\x0cb\x1cc\u2028d"]),
        (b"", []),
    ],
)
def test_a_pipe_s_lines(data: bytes, lines: list[str]) -> None:
    piped = PipedLines(io.BytesIO(data))
    assert list(iter(lambda: piped.read("> "), None)) == lines
    assert piped.read("> ") is None


def test_a_terminal_s_lines_are_asked_for_where_they_are_shown() -> None:
    shown = io.StringIO()
    lines = TerminalLines(io.StringIO("one\\\ntwo\n"), shown, echoed=False)
    assert (next_prompt(lines), next_prompt(lines)) == ("one\ntwo", None)
    assert shown.getvalue() == "> ... > "
