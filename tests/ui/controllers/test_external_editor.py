"""The prompt in the user's editor: its text is kept whatever becomes of the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ui.controllers.fakes import Notices, Written
from tests.waiting import until
from tui_chat.ui.controllers.external_editor import CannotLendError, ExternalEditorController


class Stage:
    """A prompt, a terminal that can be lent, and an editor that is a shell script."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, *, lends: bool = True) -> None:
        self._script, self._lends = folder / "editor", lends
        self.prompt, self.notices = Written("begun"), Notices()
        self.lent: list[str] = []
        self.editor = ExternalEditorController(self.prompt, self.notices, self._lend)
        monkeypatch.setenv("VISUAL", str(self._script))

    def does(self, commands: str) -> None:
        self._script.write_text(f"#!/bin/sh\n{commands}\n")
        self._script.chmod(0o700)

    @contextmanager
    def _lend(self) -> Iterator[None]:
        if not self._lends:
            raise CannotLendError
        self.lent.append("given")
        yield
        self.lent.append("back")


async def test_what_the_editor_wrote_is_in_the_prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(tmp_path, monkeypatch)
    stage.does('printf " and written" >> "$1"')
    await stage.editor.edit()
    assert (stage.prompt.text, stage.prompt.focused, stage.lent) == ("begun and written", True, ["given", "back"])


async def test_what_is_typed_behind_the_key_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, wait = Stage(tmp_path, monkeypatch), tmp_path / "wait"
    stage.does(f'echo changed > "$1"; touch {tmp_path}/begun; while ! [ -e {wait} ]; do sleep 0.02; done')
    editing = asyncio.create_task(stage.editor.edit())
    await until((tmp_path / "begun").exists)
    stage.prompt.text += ", more"
    await stage.editor.edit()
    assert stage.lent == ["given"], "one editor at a time"
    wait.touch()
    await editing
    assert stage.prompt.text == "changed, more"


async def test_an_editor_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(tmp_path, monkeypatch)
    stage.does("exit 3")
    await stage.editor.edit()
    assert (stage.prompt.text, stage.lent) == ("begun", ["given", "back"])
    assert "The prompt is unchanged: " in stage.notices.said[0]
    assert "ended with the code 3" in stage.notices.said[0]
    monkeypatch.setenv("VISUAL", "/no/such/editor")
    await stage.editor.edit()
    assert "names /no/such/editor, which is not there" in stage.notices.said[1]
    assert len(stage.lent) == 2, "the terminal is not given away for it"


async def test_a_terminal_that_cannot_be_left_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(tmp_path, monkeypatch, lends=False)
    stage.does("exit 0")
    await stage.editor.edit()
    assert stage.notices.said == ["An editor cannot be started from here: this terminal cannot be left for it."]


async def test_at_the_end_of_the_app_the_text_is_kept_and_the_terminal_not_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, monkeypatch)
    stage.does(f'printf " and changed" >> "$1"; touch {tmp_path}/begun; exec sleep 60')
    editing = asyncio.create_task(stage.editor.edit())
    await until((tmp_path / "begun").exists)
    editing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await editing
    assert (stage.prompt.text, stage.lent) == ("begun and changed", ["given"])
