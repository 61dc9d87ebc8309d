"""Files opened into the library and saved out of it: taken ids, broken files, places that cannot be written."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.scripted import StillClock
from tests.store.trees import answer, prompt, talk
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome
from tui_chat.engine.conversation_files import FileError, import_file, open_file, save_file, write_file
from tui_chat.engine.exchange import Services
from tui_chat.export.formats import FORMATS
from tui_chat.store import portable
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library, LibraryError


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    library = Library.private()
    await library.open()
    yield Services(library, StillClock(), Ids())
    await library.close()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def branched() -> Conversation:
    made = talk(("q", "a"), ("r", "b"), title="Rivers")
    made.add(Node("x", "p1", answer("a cut one", outcome=Outcome.INCOMPLETE)))
    made.add(Node("y", "p0", answer("blocked", outcome=Outcome.ANSWER_BLOCKED)))
    made.head = "x"
    return made


@pytest.mark.parametrize("name", ["talk.chat.json", "talk.json", "TALK.JSON"])
async def test_saved_deleted_and_opened_it_is_what_it_was(services: Services, tmp_path: Path, name: str) -> None:
    made = branched()
    await services.library.create(made)
    await save_file(made, tmp_path / name, FORMATS)
    await services.library.delete(made.id)
    opened = await open_file(services, tmp_path / name)
    assert opened == made
    assert await services.library.load(made.id) == made


async def test_the_suffix_names_the_format(tmp_path: Path) -> None:
    for suffix, begins in ((".md", "<!-- tui-chat"), (".html", "<!doctype html>")):
        await save_file(branched(), tmp_path / f"x{suffix}", FORMATS)
        assert (tmp_path / f"x{suffix}").read_text().startswith(begins)
    for name in ("x", "x.txt", "x.chat"):
        with pytest.raises(FileError) as error:
            await save_file(branched(), tmp_path / name, FORMATS)
        assert name in error.value.message
        assert error.value.hint == "End the name with .chat.json, .md or .html."
    assert names_in(tmp_path) == ["x.html", "x.md"]


async def test_exported_markdown_is_opened_again(services: Services, tmp_path: Path) -> None:
    made = talk(("q", "a\n"), title="T")
    await save_file(made, tmp_path / "x.md", FORMATS)
    assert await open_file(services, tmp_path / "x.md") == made


async def test_the_same_file_twice_is_the_same_conversation(services: Services, tmp_path: Path) -> None:
    await save_file(branched(), tmp_path / "x.json", FORMATS)
    (first,) = await import_file(services, tmp_path / "x.json")
    (second,) = await import_file(services, tmp_path / "x.json")
    assert (first.status, second.status) == ("imported", "existing")
    assert second.conversation.id == first.conversation.id
    assert len(await services.library.list()) == 1


async def test_a_taken_id_with_other_content_makes_a_copy(services: Services, tmp_path: Path) -> None:
    await services.library.create(talk(("q", "a"), title="Rivers"))
    made = branched()
    await save_file(made, tmp_path / "x.json", FORMATS)
    (opened,) = await import_file(services, tmp_path / "x.json")
    copy = opened.conversation
    assert (opened.status, copy.title) == ("copied", "Rivers")
    assert not {copy.id, *copy.nodes} & {made.id, *made.nodes}
    assert [n.turn for n in copy.nodes.values()] == [n.turn for n in made.nodes.values()]
    assert [n.turn.text for n in copy.path()] == ["q", "a", "r", "a cut one"]
    assert await services.library.load(copy.id) == copy
    assert len((await services.library.load("talk")).nodes) == 2


async def test_an_answer_still_running_is_taken_as_incomplete(services: Services, tmp_path: Path) -> None:
    made = talk(("q", "a"))
    made.put("a0", replace(made.nodes["a0"].turn, outcome=None))
    await save_file(made, tmp_path / "x.json", FORMATS)
    for _ in range(2):
        opened = await open_file(services, tmp_path / "x.json")
        assert opened.nodes["a0"].turn.outcome is Outcome.INCOMPLETE
    assert len(await services.library.list()) == 1


async def test_of_several_the_newest_is_opened(services: Services, tmp_path: Path) -> None:
    new = talk(("new", "a"), id="new")
    new.add(Node("late", new.head, prompt("later", 500)))
    (tmp_path / "all.json").write_text(
        json.dumps([portable.to_plain(c) for c in (talk(("x", "y"), id="b"), new, talk(("x", "y"), id="c"))])
    )
    assert (await open_file(services, tmp_path / "all.json")).id == "new"
    assert len(await services.library.list()) == 3


async def test_messages_without_times_have_that_of_the_file(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    file.write_bytes('[{"role": "user", "content": "ü"}]'.encode("utf-16"))
    os.utime(file, (1_700_000_000, 1_700_000_000))
    opened = await open_file(services, file)
    assert [n.turn.text for n in opened.path()] == ["ü"]
    assert opened.created == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\xff", "UTF-8"),
        (b"caf\xe9", "byte 3"),
        (b'[{"role": "user", "content": "x"}, {"role": "wizard"}]', "wizard"),
        (b'{"format": "tui-chat/2"}', "newer version"),
        (None, "There is no file"),
    ],
)
async def test_what_is_no_conversation_changes_nothing(
    services: Services, tmp_path: Path, content: bytes | None, names: str
) -> None:
    file = tmp_path / "some file.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(FileError) as error:
        await open_file(services, file)
    assert names in error.value.message
    assert "some file.json" in error.value.message
    assert error.value.hint
    assert await services.library.list() == []


async def test_one_unsound_conversation_keeps_the_whole_file_out(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    file.write_text(json.dumps([portable.to_plain(talk(("q", "a"))), {"format": "tui-chat/1", "turns": 3}]))
    with pytest.raises(FileError, match="Conversation 2"):
        await import_file(services, file)
    assert await services.library.list() == []


async def test_what_is_no_file_is_refused(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileError, match="is a folder"):
        await open_file(services, tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="not a regular file"):
        await open_file(services, tmp_path / "pipe")
    with pytest.raises(FileError, match="its name is not possible"):
        await open_file(services, Path("a\0b"))
    monkeypatch.setattr(portable, "MAX_BYTES", 10)
    (tmp_path / "large").write_text("x" * 11)
    with pytest.raises(FileError, match="too large"):
        await open_file(services, tmp_path / "large")


async def test_a_library_that_cannot_take_it_says_so(tmp_path: Path) -> None:
    closed = Services(Library(tmp_path), StillClock(), Ids())
    await save_file(branched(), tmp_path / "x.json", FORMATS)
    with pytest.raises(LibraryError, match="not open"):
        await open_file(closed, tmp_path / "x.json")


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "file").write_text("old")
    os.mkfifo(tmp_path / "pipe")
    for path, names in (
        (tmp_path / "folder.md", "it is a folder"),
        (tmp_path / "pipe", "not a regular file"),
        (tmp_path / "missing" / "x.md", "there is no folder"),
        (tmp_path / "file" / "x.md", "file is no folder"),
        (Path("~nobody-of-this-name/x.md"), "there is no user nobody-of-this-name"),
        (tmp_path / ("n" * 300), "cannot be written"),
        (tmp_path / "a\0b", "cannot be written"),
    ):
        with pytest.raises(FileError) as error:
            write_file(path, "new")
        assert names in error.value.message
        assert error.value.hint
    assert (tmp_path / "file").read_text() == "old"
    assert names_in(tmp_path) == ["file", "folder.md", "pipe"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a file system that takes no files")
def test_a_folder_that_takes_no_files_is_not_told_to_be_missing() -> None:
    with pytest.raises(FileError, match="/proc/x cannot be written: nothing can be saved in /proc"):
        write_file(Path("/proc/x"), "new")


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**_: object) -> tuple[int, str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(
        "tui_chat.store.atomic_write.tempfile.mkstemp", refused
    )  # root, as tests often run, may write anywhere
    with pytest.raises(FileError, match="you may not write in"):
        write_file(tmp_path / "x.md", "new")


def test_a_file_is_replaced_whole_or_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.md"
    file.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tui_chat.store.atomic_write.os.fsync", full)
    with pytest.raises(FileError, match="the disk is full"):
        write_file(file, "new")
    assert file.read_text() == "old"
    assert names_in(tmp_path) == ["x.md"]
    monkeypatch.undo()
    monkeypatch.setenv("HOME", str(tmp_path))
    write_file(Path("~/x.md"), "new\n")
    assert file.read_bytes() == b"new\n"


async def test_turns_that_come_while_it_is_saved_do_not_disturb(tmp_path: Path) -> None:
    """The other thread reads a picture of the conversation, never the one that grows."""
    made = talk(("q", "a"))
    seen: list[Conversation] = []

    def take(conversation: Conversation) -> str:
        made.add(Node("late", made.head, prompt("late")))
        seen.append(conversation)
        return "\n".join(n.turn.text for n in conversation.path())

    await save_file(made, tmp_path / "x.md", {".md": take})
    assert (tmp_path / "x.md").read_text() == "q\na"
    assert len(made.nodes) == 3
