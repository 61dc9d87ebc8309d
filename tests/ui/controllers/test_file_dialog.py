"""Asking for a file until it is written."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.ui.controllers.fakes import Answers, Notices
from tui_chat.engine.conversation_files import FileError
from tui_chat.ui.file_dialog import ask_and_write


async def asked(dialogs: Answers, notices: Notices, *, refuses: str = "") -> bool:
    async def write(path: Path) -> None:
        if path.name == refuses:
            raise FileError("It cannot be written.", "Choose another.")
        await asyncio.to_thread(path.write_text, "text")

    return await ask_and_write(dialogs, notices, "Save as", "proposed.md", "hint", write, again="Again")


async def test_a_file_that_exists_is_replaced_only_after_asking(tmp_path: Path) -> None:
    file = tmp_path / "there.md"
    file.write_text("precious")
    dialogs, notices = Answers(str(file), False, None), Notices()
    assert not await asked(dialogs, notices)
    assert file.read_text() == "precious"
    assert [question for question, _ in dialogs.asked] == ["Save as", f"{file} already exists. Replace it?", "Again"]
    assert dialogs.asked[-1][1] == str(file), "it can be corrected"
    assert await asked(Answers(str(file), True), notices)
    assert file.read_text() == "text"
    assert notices.said == [f"Saved to {file}."]


async def test_what_cannot_be_written_is_reported_and_asked_again(tmp_path: Path) -> None:
    dialogs, notices = Answers(str(tmp_path / "a"), f" '{tmp_path / 'b'}' "), Notices()
    assert await asked(dialogs, notices, refuses="a")
    assert notices.said == ["It cannot be written. Choose another.", f"Saved to {tmp_path / 'b'}."]
    assert (tmp_path / "b").read_text() == "text", "quotes around a name are not meant"


@pytest.mark.parametrize("answer", [None, "", "  "])
async def test_no_name_writes_nothing(answer: str | None) -> None:
    assert not await asked(Answers(answer), Notices())
