"""Conversations and files: saved under a name, opened from one, and a file that is left while it is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.store.trees import talk
from tests.ui.bad_paths import BAD, NAMED
from tests.ui.controllers.fakes import Answers, Notices
from tests.waiting import until
from tui_chat.engine import file_import
from tui_chat.engine.file_import import FileContents, Imported, Opened
from tui_chat.engine.session import Session
from tui_chat.ui.controllers import files
from tui_chat.ui.controllers.files import FilesController


class Shown:
    """What is opened."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    async def open(self, conversation_id: str) -> bool:
        self.opened.append(conversation_id)
        return True


class Stage:
    def __init__(self, session: Session, *answers: object) -> None:
        self.shown, self.dialogs, self.notices = Shown(), Answers(*answers), Notices()
        self.files = FilesController(session, self.shown, self.dialogs, self.notices)


async def test_a_conversation_is_saved_and_opened_again(session: Session, tmp_path: Path) -> None:
    session.switch(talk(("question", "an answer"), id="owls", title="What: owls?"))
    file = tmp_path / "owls.chat.json"
    stage = Stage(session, str(file), f" '{file}' ")
    await stage.files.save_as()
    assert stage.dialogs.asked == [("Save the conversation as", "What-owls.chat.json")]
    await stage.files.open()
    assert stage.shown.opened == ["owls"]
    assert [node.turn.text for node in (await session.load("owls")).path()] == ["question", "an answer"]


async def test_nothing_is_saved_of_an_empty_conversation(session: Session) -> None:
    stage = Stage(session)
    await stage.files.save_as()
    assert (stage.dialogs.asked, stage.notices.said) == ([], ["There is nothing to save yet."])


async def test_what_is_said_while_the_name_is_typed_is_saved_too(session: Session, tmp_path: Path) -> None:
    session.switch(talk(("question", "an answer")))

    class Slow(Answers):
        async def ask_text(self, question: str, proposed: str = "", hint: str = "") -> str:
            session.switch(talk(("question", "an answer"), ("more", "the end")))
            return str(tmp_path / "all.md")

    await FilesController(session, Shown(), Slow(), Notices()).save_as()
    assert "the end" in (tmp_path / "all.md").read_text()


async def test_a_name_that_did_not_work_is_proposed_again(session: Session, tmp_path: Path) -> None:
    (tmp_path / "no.chat.json").write_text("{}")
    stage = Stage(session, str(tmp_path / "gone.md"), str(tmp_path / "no.chat.json"), None)
    await stage.files.open()
    proposed = [text for _, text in stage.dialogs.asked]
    assert proposed == ["", str(tmp_path / "gone.md"), str(tmp_path / "no.chat.json")]
    assert "There is no file" in stage.notices.said[0]
    assert len(stage.notices.said) == 2
    assert stage.shown.opened == []


@pytest.mark.parametrize("path", [*BAD, *(f"{path}.md" for path in NAMED)])
async def test_whatever_is_typed_as_a_path_is_told_and_can_be_corrected(session: Session, path: str) -> None:
    session.switch(talk(("question", "an answer")))
    for name in ("save_as", "open"):
        stage = Stage(session, path, None)
        await getattr(stage.files, name)()
        assert len(stage.notices.said) == 1
        assert [proposed for _, proposed in stage.dialogs.asked][-1] == path
        assert stage.shown.opened == []


@pytest.mark.parametrize("ends", ["cancel", "another"])
async def test_a_file_that_takes_long_is_said_and_can_be_left(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    stage, reads = Stage(session), asyncio.Event()

    async def slow(path: Path, progress: Callable[[int], None]) -> FileContents:
        if path.name == "slow.md":
            progress(1200)
            reads.set()
            await asyncio.Event().wait()
        return FileContents(1, 2)

    async def quick(services: object, path: Path, imported: Imported) -> AsyncIterator[Opened]:
        opened = Opened(talk(("question", "an answer"), id=path.stem), "imported")
        imported.add(opened)
        yield opened

    monkeypatch.setattr(file_import, "preview_file", slow)
    monkeypatch.setattr(file_import, "import_file", quick)
    monkeypatch.setattr(files, "TELL_AFTER", 0)
    monkeypatch.setattr(files, "PROGRESS_S", -1)
    reading = asyncio.create_task(stage.files.open_named("slow.md"))
    await reads.wait()
    await until(lambda: len(stage.notices.said) == 2)
    assert stage.notices.said == ["1,200 conversations read. Esc cancels.", "Reading slow.md. Esc cancels."]
    if ends == "cancel":
        assert stage.files.cancel()
    else:
        assert await stage.files.open_named("quick.md")
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert stage.notices.said[2] == "The file was not opened."
    assert stage.shown.opened == ([] if ends == "cancel" else ["quick"])
    assert not stage.files.cancel(), "nothing is read any more"
