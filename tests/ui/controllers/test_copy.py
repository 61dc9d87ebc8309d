"""Copying: what is said, and the file that is offered where no clipboard takes the text."""

from __future__ import annotations

from pathlib import Path

from tests.ui.controllers.fakes import Answers, Notices, Tasks
from tui_chat.ui.clipboard import Clipboard
from tui_chat.ui.controllers.copy import CopyController

SCREEN = {"STY": "1.screen"}
"""An environment in which no terminal can be asked."""


async def copied(text: str, dialogs: Answers, **environ: str) -> tuple[list[str], list[str], Notices]:
    terminal: list[str] = []
    kept: list[str] = []
    notices, jobs = Notices(), Tasks()
    clipboard = Clipboard(terminal.append, environ=environ, which=lambda name: None, platform="linux")
    CopyController(clipboard, kept.append, lambda: None, dialogs, notices, jobs).copy(text, "answer")
    await jobs.done()
    return terminal, kept, notices


async def test_a_text_is_copied_without_what_drives_a_terminal() -> None:
    terminal, kept, notices = await copied("a\x1b[31mb\tc\r\nd", Answers())
    assert terminal == kept
    assert "\x1b" not in terminal[0]
    assert "\tc\n" in terminal[0]
    assert notices.said == ["The answer, 2 lines, was sent to the terminal's clipboard."]


async def test_where_no_clipboard_takes_it_a_file_does(tmp_path: Path) -> None:
    dialogs = Answers(str(tmp_path / "copy.md"))
    terminal, _, notices = await copied("precious", dialogs, **SCREEN)
    assert terminal == []
    assert "Not copied: screen does not" in dialogs.asked[0][0]
    assert (tmp_path / "copy.md").read_text() == "precious"
    _, _, notices = await copied("precious", Answers(None), **SCREEN)
    assert notices.said == ["Nothing was copied."]


async def test_the_path_of_the_file_saved_last_is_copied(tmp_path: Path) -> None:
    kept: list[str] = []
    notices, jobs = Notices(), Tasks()
    clipboard = Clipboard(lambda text: None, environ={}, which=lambda name: None, platform="linux")
    controller = CopyController(clipboard, kept.append, lambda: None, Answers(), notices, jobs)
    controller.copy_path()
    notices.saved(tmp_path / "talk.md")
    controller.copy_path()
    await jobs.done()
    assert kept == [str(tmp_path / "talk.md")]
    assert notices.said[0] == "No file has been saved yet."
