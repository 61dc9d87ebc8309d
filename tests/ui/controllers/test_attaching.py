"""Files in the prompt: attached as they are now, sent as they were then, looked at, saved and opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.store.trees import answer, prompt, talk
from tests.support.pictures import png
from tests.ui.controllers.fakes import Answers, Notices, Tasks, Typed
from tui_chat.core.attachment import Attachment
from tui_chat.core.attachment import attachment as attached
from tui_chat.core.attachment_reference import references
from tui_chat.core.conversation import Node
from tui_chat.engine.conversation_files import FileError
from tui_chat.engine.session import Session
from tui_chat.ui.controllers.attaching import LOST, AttachingController
from tui_chat.ui.open_picture import PictureCopies

BLIND = "gpt-3.5-turbo"
LOG = attached("app.log", "text/plain", 8, b"one\ntwo\n")
NOTES = attached("notes.md", "text/plain", 2, b"x\n")


class Window(Answers):
    """Remembers which file is shown, and what can be done with it."""

    def __init__(self, *answers: object) -> None:
        super().__init__(*answers)
        self.viewed: list[str] = []

    async def attachment(self, attached: Attachment, save: Callable[[], object], show: Callable[[], object]) -> None:
        self.viewed.append(f"{attached.name}: {attached.text}")
        self.save, self.show = save, show


class Stage:
    def __init__(self, session: Session, *answers: object, text: str = "", model: str | None = None) -> None:
        self.session, self.model, self.prompt, self.opened = session, model, Typed(text), list[str]()
        self.dialogs, self.notices, self.jobs = Window(*answers), Notices(), Tasks()
        self.attaching = AttachingController(
            session, self.prompt, lambda: self.model, self.opened.append, self.dialogs, self.notices, self.jobs
        )

    @property
    def chips(self) -> list[str]:
        return [each.name for each in references(self.prompt.text)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text("one\ntwo\n")
    return path


def written(path: Path, content: bytes | None) -> str:
    """The path, with this in it; without anything: of no file."""
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)
    return str(path)


# Into the prompt


async def test_a_file_is_sent_as_it_was_when_it_was_attached(session: Session, log: Path) -> None:
    stage = Stage(session, text="why does @app fail?")
    assert await stage.attaching.attach_named(f" '{log}' ", "@app", len("why does ")) is None
    assert (stage.chips, stage.prompt.text.endswith(" fail?"), "@" in stage.prompt.text) == (["app.log"], True, False)
    written(log, None)
    text, files = await stage.attaching.resolved(stage.prompt.text)
    assert (text, [each.text for each in files]) == ("why does app.log fail?", ["one\ntwo\n"])
    assert await stage.attaching.resolved("no file") == ("no file", ())


@pytest.mark.parametrize(("content", "said"), [(None, "There is no file"), (b"\0\1\2\3", "app.log")])
async def test_what_cannot_be_attached_is_said_and_leaves_the_prompt_as_it_was(
    session: Session, log: Path, content: bytes | None, said: str
) -> None:
    stage = Stage(session, text="see @app")
    assert said in str(await stage.attaching.attach_named(written(log, content), "@app", 4))
    assert stage.prompt.text == "see @app"


async def test_a_library_that_cannot_take_it_is_said_likewise(session: Session, log: Path) -> None:
    stage = Stage(session, text="x")
    await session.services.library.close()
    assert "library" in str(await stage.attaching.attach_named(str(log)))
    assert stage.prompt.text == "x"


async def test_a_name_that_did_not_work_is_proposed_again(session: Session, log: Path) -> None:
    stage = Stage(session, "nothing.txt", str(log), "gone.txt", None, "  ")
    for _ in range(3):
        await stage.attaching.ask()
    assert [proposed for _, proposed in stage.dialogs.asked] == ["", "nothing.txt", "", "gone.txt", ""]
    assert (stage.chips, len(stage.notices.said), stage.prompt.focused) == (["app.log"], 2, True)


async def test_another_encoding_and_a_model_that_sees_no_pictures_are_said_at_once(
    session: Session, log: Path, tmp_path: Path
) -> None:
    stage = Stage(session, model=BLIND)
    await stage.attaching.attach_named(written(log, "grüße\n".encode("latin-1")))
    await stage.attaching.attach_named(written(tmp_path / "cat.png", png()))
    assert "app.log" in stage.notices.said[0]
    assert f"The model {BLIND} takes no pictures" in stage.notices.said[1]
    assert sorted(stage.chips) == ["app.log", "cat.png"]


# A path that was pasted


async def test_a_pasted_path_is_attached_or_stays_a_text(session: Session, log: Path) -> None:
    for answers, chips in (((True,), ["app.log"]), ((False,), [])):
        stage = Stage(session, *answers)
        await stage.attaching.offer(f"'{log}'", str(log))
        assert stage.dialogs.asked == [("Attach app.log to the prompt?", "Attach")]
        assert (stage.chips, stage.prompt.text == f"'{log}'") == (chips, not chips)


async def test_a_pasted_path_of_no_file_or_of_one_that_cannot_be_read_stays_a_text(session: Session, log: Path) -> None:
    stage = Stage(session)
    await stage.attaching.offer("/nothing/there ", "/nothing/there")
    assert (stage.prompt.text, stage.dialogs.asked) == ("/nothing/there ", [])
    stage = Stage(session, True)
    await stage.attaching.offer(str(log), written(log, b"\0\1\2\3"))
    assert (stage.prompt.text, len(stage.notices.said)) == (str(log), 1)


@pytest.mark.parametrize("name", ["a.chat.json", "Export.ZIP", "conversations-2.json"])
async def test_a_file_of_conversations_is_opened_when_that_is_meant(
    session: Session, tmp_path: Path, name: str
) -> None:
    stage, path = Stage(session, True, False), written(tmp_path / name, b"{}")
    for _ in range(2):
        await stage.attaching.offer(path, path)
    assert stage.dialogs.asked[0] == (f"Open the conversations in {name}?", "Open")
    assert (stage.opened, stage.prompt.text) == ([path], path)


# What cannot be sent


async def test_a_file_that_the_library_has_lost_is_named_and_nothing_is_sent(session: Session, log: Path) -> None:
    there = Stage(session)
    await there.attaching.attach_named(str(log))
    lost = there.prompt.text.replace("app.log", "old.log").replace(LOG.sha256, NOTES.sha256)
    with pytest.raises(FileError, match=r"old\.log is no longer") as raised:
        await there.attaching.resolved(there.prompt.text + lost)
    assert raised.value.hint == "Nothing was sent."
    await there.attaching.view_chip(lost)
    assert (there.dialogs.viewed, there.notices.said) == ([], [f"old.log {LOST}"])


async def test_a_picture_waits_for_a_model_that_takes_it(session: Session, tmp_path: Path) -> None:
    stage = Stage(session, model=BLIND)
    await stage.attaching.attach_named(written(tmp_path / "cat.png", png()))
    with pytest.raises(FileError, match=r"cat\.png was not sent"):
        await stage.attaching.resolved(stage.prompt.text)
    stage.model = "gpt-4o"
    _, (picture,) = await stage.attaching.resolved(stage.prompt.text)
    assert picture.data == png()


# Looking


async def test_the_file_of_a_chip_is_shown_and_a_library_that_fails_is_reported(session: Session, log: Path) -> None:
    stage = Stage(session)
    await stage.attaching.attach_named(str(log))
    await stage.attaching.view_chip(stage.prompt.text)
    await stage.attaching.view_chip("[pasted 30 lines]")
    assert stage.dialogs.viewed == ["app.log: one\ntwo\n"]
    await session.services.library.close()
    await stage.attaching.view_chip(stage.prompt.text)
    assert (len(stage.dialogs.viewed), len(stage.notices.said)) == (1, 1)


def with_files(session: Session) -> None:
    """A prompt with two files, its answer, a prompt without any."""
    made = talk(("first", "answer"))
    made.add(Node("filed", made.head, prompt("see")))
    made.put("filed", made.nodes["filed"].turn.__class__("user", "see", made.created, attachments=(LOG, NOTES)))
    made.add(Node("seen", "filed", answer("seen")))
    made.add(Node("later", "seen", prompt("thanks")))
    session.switch(made)


async def test_of_the_files_of_a_prompt_one_is_chosen_from_it_or_its_answer(session: Session) -> None:
    with_files(session)
    stage = Stage(session, "1", "0", None)
    await stage.attaching.view_last()
    await stage.attaching.view_of("seen")
    await stage.attaching.view_of("filed")
    assert stage.dialogs.viewed == ["notes.md: x\n", "app.log: one\ntwo\n"]
    assert stage.dialogs.asked == [("View a file", "0 1")] * 3
    await stage.attaching.view_of("later")
    session.switch(talk(("question", "answer")))
    await stage.attaching.view_last()
    assert stage.notices.said == ["No file was sent with this.", "No file was sent in this conversation yet."]


async def test_a_copy_is_saved_and_a_viewer_that_is_missing_is_said(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(session, str(tmp_path / "copy.log"))
    await stage.attaching.view(LOG)
    stage.dialogs.save()
    await stage.jobs.done()
    assert (tmp_path / "copy.log").read_bytes() == LOG.data
    opens = [True, False]
    monkeypatch.setattr(PictureCopies, "open", lambda _, each: each is LOG and opens.pop(0))
    for _ in range(2):
        stage.dialogs.show()
        await stage.jobs.done()
    saved, missing = stage.notices.said
    assert saved.startswith("Saved to")
    assert missing.startswith("There is no viewer")
