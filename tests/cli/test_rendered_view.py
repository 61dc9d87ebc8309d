"""An answer laid out in a terminal: what is on the screen while it grows, and what stays."""

from __future__ import annotations

import io
import os
import re

import pyte
import pytest

from tests.waiting import until
from tui_chat.cli import rendered_view
from tui_chat.cli.rendered_view import RenderedView

ANSWER = (
    "# Rivers\n\nA **short** one, see [the map](https://example.com/map).\n\n- one\n- two\n\n```python\nx = 1\n```\n"
)
STYLED = re.compile(r"\x1b\[[0-9;]*m")
MOVES = re.compile(r"\x1b\[\d+A\x1b\[J")


class Terminal(io.StringIO):
    """A stream whose bytes a terminal of this size obeys."""

    def __init__(self, columns: int = 60, rows: int = 20) -> None:
        super().__init__()
        self.screen = pyte.HistoryScreen(columns, rows, history=1000)
        self._stream = pyte.Stream(self.screen)

    def write(self, text: str) -> int:
        self._stream.feed(text.replace("\n", "\r\n"))
        return super().write(text)

    def lines(self) -> list[str]:
        top = ["".join(row[x].data for x in range(self.screen.columns)) for row in self.screen.history.top]
        return [line.rstrip() for line in (*top, *self.screen.display)]

    def text(self) -> str:
        return "\n".join(self.lines()).rstrip("\n")


def view(terminal: Terminal, *, live: bool = True, **environ: str) -> RenderedView:
    def failed(error: OSError) -> None:
        raise error

    size = {"COLUMNS": str(terminal.screen.columns), "LINES": str(terminal.screen.lines)}
    return RenderedView(terminal, {**size, **environ}, live, failed)


async def test_what_grows_is_written_over_and_what_is_done_stays() -> None:
    terminal = Terminal()
    shown = view(terminal)
    for place, char in enumerate(ANSWER):
        shown.piece(char)
        if place in (6, 30, 60, 80):
            await until(lambda: not shown.waits)
    shown.end()
    words = " ".join(terminal.text().split())
    assert words == "Rivers A short one, see the map (https://example.com/map). • one • two python x = 1"
    assert MOVES.search(terminal.getvalue())


async def test_a_paragraph_is_seen_before_it_is_whole() -> None:
    terminal = Terminal()
    shown = view(terminal)
    shown.piece("It begins **bold")
    await until(lambda: "It begins bold" in terminal.text())
    shown.piece("** and goes on")
    await until(lambda: terminal.text() == "It begins bold and goes on")
    shown.pause()
    assert terminal.text() == ""  # a note can be written now
    shown.end()
    assert terminal.text() == "It begins bold and goes on"


async def test_a_block_that_is_higher_than_the_terminal_is_there_once() -> None:
    terminal = Terminal(rows=6)
    shown = view(terminal)
    rows = [f"| row {n} | x |" for n in range(40)]
    shown.piece("| a | b |\n|---|---|\n")
    for row in rows:
        shown.piece(row + "\n")
        await until(lambda: not shown.waits)
    shown.end()
    text = terminal.text()
    assert [n for n in range(40) if len(re.findall(rf"row {n}\b", text)) != 1] == []


async def test_links_that_are_defined_late_leave_what_is_printed_alone() -> None:
    terminal = Terminal()
    shown = view(terminal)
    shown.piece("See [this][1].\n\nAnd so on.\n\nAnd on.\n\n")
    await until(lambda: "And on" in terminal.text())
    # Known from the start, the address would have taken a second line, and all below it one line further down.
    shown.piece(f"[1]: https://example.com/{'long/' * 12}\n\nThe end.")
    shown.end()
    assert terminal.text().count("And so on.") == 1
    assert terminal.text().endswith("The end.")


async def test_into_a_pipe_nothing_is_written_twice_and_no_cursor_moves() -> None:
    terminal = Terminal()
    shown = view(terminal, live=False)
    for char in ANSWER:
        shown.piece(char)
    shown.end()
    assert "\x1b[1;" in terminal.getvalue()  # it was asked for
    assert STYLED.sub("", terminal.getvalue()).count("\x1b") == 0


@pytest.mark.parametrize("piece", ["\x1b]0;owned\x07", "`\x1b[2J`", "```\n\x1b]52;c;eA==\x07\n```", "&#x1b;[2J"])
async def test_the_answer_cannot_drive_the_terminal(piece: str) -> None:
    terminal = Terminal()
    shown = view(terminal)
    shown.piece(f"before {piece} after\n\n[{piece}](https://example.com/\x1b)")
    shown.end()
    left = STYLED.sub("", MOVES.sub("", terminal.getvalue()))
    assert "\x1b" not in left
    assert "\x07" not in left


async def test_without_colours_bold_is_left() -> None:
    terminal = Terminal()
    shown = view(terminal, NO_COLOR="1")
    shown.piece("# Title\n\n`code` and **bold**")
    shown.end()
    codes = {code for match in STYLED.findall(terminal.getvalue()) for code in match[2:-1].split(";")}
    assert codes <= {"0", "", "1", "3", "4", "9"}
    assert "1" in codes


async def test_thinking_that_was_printed_is_followed_by_the_answer() -> None:
    terminal = Terminal()
    shown = view(terminal)
    shown.piece("thought")
    shown.begin_again()
    shown.piece("answer")
    shown.end()
    assert terminal.text().split() == ["thought", "answer"]


async def test_a_terminal_that_became_narrower_keeps_no_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(columns=40)
    shown = view(terminal)
    shown.piece("word " * 7)
    await until(lambda: "word word" in terminal.text())
    narrow = os.terminal_size((20, 20))
    monkeypatch.setattr(rendered_view, "terminal_size", lambda *_: narrow)
    shown.piece("end")
    await until(lambda: not shown.waits)
    assert "\x1b[2A" in terminal.getvalue()  # one line of 34 cells is two rows of 20


@pytest.mark.parametrize(
    ("term", "platform", "renders"),
    [("xterm-256color", "linux", True), ("dumb", "linux", False), ("", "linux", False), ("", "win32", False)],
)
def test_a_terminal_that_cannot_move_its_cursor_gets_plain_text(term: str, platform: str, renders: bool) -> None:
    from tui_chat.cli.answer_view import can_render

    assert can_render({"TERM": term} if term else {}, platform) is renders
