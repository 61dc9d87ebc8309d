"""Files opened into the library and saved out of it: taken ids, broken files, places that cannot be written."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import stat
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.scripted import StillClock
from tests.store.trees import answer, prompt, talk
from tests.support.library import add_turn
from tests.support.thorough import examples
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome
from tui_chat.engine.conversation_files import FileError, save_file, write_file
from tui_chat.engine.exchange import Services
from tui_chat.engine.file_import import Imported, Opened, import_file, open_file, preview_file
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
    (first,) = await imported(services, tmp_path / "x.json")
    (second,) = await imported(services, tmp_path / "x.json")
    assert (first.status, second.status) == ("imported", "existing")
    assert second.conversation.id == first.conversation.id
    assert len(await services.library.list()) == 1


async def test_a_taken_id_with_other_content_makes_a_copy(services: Services, tmp_path: Path) -> None:
    await services.library.create(talk(("q", "a"), title="Rivers"))
    made = branched()
    await save_file(made, tmp_path / "x.json", FORMATS)
    (opened,) = await imported(services, tmp_path / "x.json")
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


async def imported(services: Services, path: Path) -> list[Opened]:
    found = [each async for each in import_file(services, path, Imported())]
    return [each for each in found if isinstance(each, Opened)]


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


async def test_one_unsound_conversation_keeps_no_other_out(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    bad = {"format": "tui-chat/1", "title": "Broken", "turns": 3}
    file.write_text(json.dumps([bad, portable.to_plain(talk(("q", "a"))), 7]))
    counts = Imported()
    found = [each async for each in import_file(services, file, counts)]
    assert [each.title for each in found if not isinstance(each, Opened)] == [
        'Conversation 1 "Broken"',
        "Conversation 3",
    ]
    assert counts.words == "1 imported, 2 cannot be read"
    assert len(await services.library.list()) == 1
    preview = await preview_file(file)
    assert (preview.conversations, preview.messages, len(preview.rejected)) == (1, 2, 2)


def _export(count: int, title: str = "Owls") -> list[dict[str, Any]]:
    """As ChatGPT's export has them, with times and ids of their own."""
    return [
        {
            "id": f"c{number}",
            "title": f"{title} {number}",
            "create_time": 1_700_000_000 + number,
            "current_node": "a",
            "mapping": {
                "r": {"id": "r", "parent": None, "message": None, "children": ["q"]},
                "q": {"id": "q", "parent": "r", "message": _message("user", "Why?"), "children": ["a"]},
                "a": {"id": "a", "parent": "q", "message": _message("assistant", "So."), "children": []},
            },
        }
        for number in range(count)
    ]


def _message(role: str, text: str) -> dict[str, Any]:
    return {"author": {"role": role}, "content": {"content_type": "text", "parts": [text]}, "create_time": None}


async def test_an_export_in_a_zip_in_parts_is_read_once(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("user.json", '{"email": "me@example.com"}')
        archive.writestr("conversations-000.json", json.dumps(_export(30)))
        archive.writestr("conversations-001.json", json.dumps([*_export(2, "Cats")[:1], {"mapping": 3}]))
        archive.writestr("image.png", b"\x89PNG")
        archive.writestr("conversations-002.json", json.dumps(_export(40)[30:])[:-10])
    counts = Imported()
    found = [each async for each in import_file(services, file, counts)]
    assert counts.counts == {"imported": 39, "existing": 1}  # what is called differently is said already
    assert [each.title for each in found if not isinstance(each, Opened)] == [
        "Conversation 2",
        "The rest of conversations-002.json",
    ]
    again = Imported()
    async for _ in import_file(services, file, again):
        pass
    assert again.counts == {"existing": 40}


async def test_one_that_was_gone_on_with_is_not_imported_again(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps(_export(1)))
    (first,) = await imported(services, file)
    await add_turn(services.library, "c0", Node("mine", "a", prompt("And now?")))
    assert [each.status for each in (first, *await imported(services, file))] == ["imported", "existing"]


async def test_messages_without_ids_are_known_again(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    file.write_text('[{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]')
    await imported(services, file)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    (again,) = await imported(services, file)
    assert again.status == "existing"


async def test_stopping_leaves_what_was_imported_whole(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps(_export(100)))
    counts, began = Imported(), asyncio.Event()

    async def work() -> None:
        async for _ in import_file(services, file, counts):
            began.set()

    task = asyncio.create_task(work())
    await began.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    kept = await services.library.list()
    assert 0 < len(kept) < 100
    assert all([len((await services.library.load(each.id)).nodes) == 2 for each in kept])


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04 not a zip at all", b"PK\x05\x06" + b"\0" * 18])
async def test_a_damaged_archive_is_said(services: Services, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(FileError):
        await open_file(services, tmp_path / "x.zip")
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


@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=60)
    | st.tuples(st.sampled_from([b"PK\x03\x04", b"[{", b'{"mapping": ', b"\xff\xfe"]), st.binary(max_size=40)).map(
        b"".join
    )
)
async def test_no_file_whatever_does_more_than_be_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "any").write_bytes(data)
    library = Library.private()
    await library.open()
    with contextlib.suppress(FileError):
        await open_file(Services(library, StillClock(), Ids()), tmp_path / "any")
    for each in await library.list():
        assert (await library.load(each.id)).damage == ()
    await library.close()


async def test_labels_and_branch_names_go_with_a_file(services: Services, tmp_path: Path) -> None:
    made = branched()
    made.rename_branch(made.head or "", "the other way")
    library = services.library
    await library.create(made)
    await library.labels.tag([made.id], ["work", "rivers"])
    await library.labels.set([made.id], "pinned")
    await library.labels.set([made.id], "archived")
    await save_file(made, tmp_path / "x.chat.json", FORMATS, library)
    labels = await library.labels.of(made.id)
    assert labels.pinned
    await library.trash.remove([made.id])
    await open_file(services, tmp_path / "x.chat.json")
    assert await library.labels.of(made.id) == labels
    assert (await library.load(made.id)) == made
    await library.labels.set([made.id], "pinned", on=False)
    assert (await open_file(services, tmp_path / "x.chat.json")).id == made.id, (
        "labels make no other conversation of it"
    )
    assert not (await library.labels.of(made.id)).pinned
