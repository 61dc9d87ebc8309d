"""A damaged library: set aside, what can be read of it recovered, the user told; whatever the damage, and at a kill."""

from __future__ import annotations

import errno
import io
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from tests.store.test_attachments import CAT
from tests.store.trees import answer, prompt, talk
from tests.support import forked
from tui_chat.cli import main
from tui_chat.core.conversation import Conversation, Node
from tui_chat.store import database, library_recovery
from tui_chat.store.errors import LibraryError
from tui_chat.store.library import Library
from tui_chat.store.library_recovery import recover
from tui_chat.store.sqlite_pages import open_pages

MANY = 40


def made(folder: Path) -> list[Conversation]:
    """A library with something in every table."""
    library = Library(folder)
    library.open().now()
    found = []
    for number in range(MANY):
        each = talk(*[(f"q{n}", f"answer {n} " * 60) for n in range(6)], id=f"c{number:02}", title=f"title {number}")
        library.create(each).now()
        found.append(each)
    long = talk(("long", "x" * 60_000), id="long", title="Long")
    files = prompt("see this")
    object.__setattr__(files, "attachments", (CAT,))
    long.add(Node("files", "a0", files))
    long.add(Node("other", "a0", prompt("named")))
    long.rename_branch("other", "a name")
    library.create(long).now()
    library.labels.tag(["c00"], ["work", "rivers"]).now()
    library.labels.set(["c01"], "pinned").now()
    library.delete("c02").now()
    library.drafts.set("c03", "not sent yet").now()
    library.drafts.set("", "nor this").now()
    library.branches.delete("c04", "p5", "a4").now()
    library.begin(found[5], [Node("run", "a5", answer("so "))]).now()
    library.append("c05", "run", "far").now()
    library.close().now()
    return [*found, long]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Conversation]]:
    folder = tmp_path_factory.mktemp("whole")
    return folder / "conversations.db", made(folder)


def all_of(folder: Path) -> tuple[dict[str, Conversation], tuple[str, ...]]:
    library = Library(folder)
    library.open().now()
    try:
        listed = [each.id for each in library.list(1000).now()]
        return {each: library.load(each).now() for each in listed}, tuple(library.news)
    finally:
        library.close().now()


def damaged(folder: Path) -> list[Path]:
    return sorted(folder.glob("conversations.damaged-*.db"))


def zeroed(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(4096))


def pages_of(path: Path, table: str) -> list[int]:
    """The pages of a table or an index, by its root and what hangs below it."""
    with sqlite3.connect(path) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    connection.close()
    with path.open("rb") as file:
        pages, found, waiting = open_pages(file, None), [], [root]
        while waiting:
            found.append(number := waiting.pop())
            page = pages.page(number)
            if page[0] in (2, 5):
                cells = int.from_bytes(page[3:5], "big")
                starts = [int.from_bytes(page[12 + 2 * n : 14 + 2 * n], "big") for n in range(cells)]
                waiting += [int.from_bytes(page[at : at + 4], "big") for at in starts]
                waiting.append(int.from_bytes(page[8:12], "big"))
    return found


def test_an_index_that_is_damaged_costs_nothing(tmp_path: Path, whole: tuple[Path, list[Conversation]]) -> None:
    for table in ("conversations_updated", "sqlite_autoindex_turns_1", "words_data", "turns"):
        folder = tmp_path / table
        folder.mkdir()
        path = Path(shutil.copy(whole[0], folder))
        for page in pages_of(path, table)[: None if table != "turns" else 1]:
            zeroed(path, page)
        before = path.read_bytes()
        library = Library(folder)
        library.open().now()
        library.create(talk(("new", "said"), id="new")).now()
        found = {each: library.load(each).now() for each in [c.id for c in whole[1] if c.id != "c02"]}
        assert [hit.conversation_id for hit in library.search("said").now()] == ["new"]
        assert library.search("tag:rivers").now()
        library.close().now()
        assert found["long"] == whole[1][-1], table
        assert found["c07"] == whole[1][7]
        assert "No message is known to be lost" in library.news[0], library.news
        assert damaged(folder)[0].name in library.news[0]
        assert damaged(folder)[0].read_bytes()[:100] == before[:100]
        assert len(damaged(folder)) == 1


def test_everything_comes_through_a_header_of_garbage(tmp_path: Path, whole: tuple[Path, list[Conversation]]) -> None:
    for length in (16, 100, 4096):
        folder = tmp_path / str(length)
        folder.mkdir()
        path = Path(shutil.copy(whole[0], folder))
        path.write_bytes(b"\xa5" * length + path.read_bytes()[length:])
        before = path.read_bytes()
        found, news = all_of(folder)
        assert {known: found[known] for known in ("c00", "c01", "c03", "long")} == {
            each.id: each for each in whole[1] if each.id in ("c00", "c01", "c03", "long")
        }
        assert f"{MANY + 1} conversations" in news[0]
        assert damaged(folder)[0].read_bytes() == before
        library = Library(folder)
        library.open().now()
        assert library.labels.tags_of("c00").now() == ["rivers", "work"]
        assert library.summary("c01").now().pinned
        assert library.trash.load("c02").now() == whole[1][2]
        assert (library.drafts.get("c03").now(), library.drafts.get("").now()) == ("not sent yet", "nor this")
        assert library.load("c05").now().nodes["run"].turn.text == "so far"
        assert len(library.load("c04").now().nodes) == 10
        library.branches.restore("c04", show=True).now()
        assert library.load("c04").now() == whole[1][4]
        library.close().now()
        assert library.news == []


@pytest.mark.parametrize("seed", range(6))
def test_pages_that_are_lost_take_only_what_was_on_them(
    tmp_path: Path, whole: tuple[Path, list[Conversation]], seed: int
) -> None:
    """A page in the middle, or the end of the file."""
    path = Path(shutil.copy(whole[0], tmp_path))
    data, random = path.read_bytes(), Random(seed)
    if seed % 2:
        path.write_bytes(data[: random.randrange(len(data) // 2, len(data))])
    else:
        zeroed(path, random.choice(pages_of(path, "turns")[1:]))
    found, news = all_of(tmp_path)
    turns = sum(len(each.nodes) for each in found.values())
    assert turns > (MANY * 12 * 0.4 if seed % 2 else MANY * 12 * 0.9)
    assert ("the end of the file is missing" if seed % 2 else "could not be read") in news[0].lower()
    originals = {each.id: each for each in whole[1]}
    for each in found.values():
        assert not each.damage
        each.path()
        for node in each.nodes.values():
            was = originals[each.id].nodes.get(node.id)
            assert was is None or was.turn.text.startswith(node.turn.text[:3])
    assert len(damaged(tmp_path)) == 1
    assert all_of(tmp_path) == (found, ())


def test_a_log_of_another_file_takes_nothing_with_it(tmp_path: Path, whole: tuple[Path, list[Conversation]]) -> None:
    other = Library(tmp_path / "other")
    other.open().now()
    holder = sqlite3.connect(tmp_path / "other" / "conversations.db", isolation_level=None)
    holder.execute("PRAGMA wal_autocheckpoint = 0")
    holder.execute("SELECT count(*) FROM turns").fetchone()
    for number in range(60):
        other.create(talk(*[(f"theirs {n}", "word " * 300) for n in range(4)], id=f"x{number}")).now()
    folder = tmp_path / "mine"
    folder.mkdir()
    path = Path(shutil.copy(whole[0], folder))
    shutil.copy(tmp_path / "other" / "conversations.db-wal", folder)
    holder.close()
    other.close().now()
    before = path.read_bytes()
    library = Library(folder)
    library.open().now()
    library.search("answer").now()
    found = {each.id: library.load(each.id).now() for each in library.list(1000).now()}
    library.close().now()
    assert library.news, "SQLite mixes both, and finds that they do not go together"
    assert damaged(folder)[0].read_bytes() == before
    assert found["c07"] == whole[1][7]
    assert len(found) >= MANY


def test_what_was_only_in_the_log_is_recovered_too(tmp_path: Path, whole: tuple[Path, list[Conversation]]) -> None:
    path = Path(shutil.copy(whole[0], tmp_path))
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA wal_autocheckpoint = 0")
    holder.execute("UPDATE turns SET text = 'only in the log' WHERE conversation = 'c09' AND id = 'p0'")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("conversations.db", "conversations.db-wal"):
        shutil.copy(tmp_path / name, crashed)
    holder.close()
    zeroed(crashed / "conversations.db", 1)
    found, news = all_of(crashed)
    assert found["c09"].nodes["p0"].turn.text == "only in the log"
    assert news
    assert (crashed / f"{damaged(crashed)[0].name}-wal").exists()


@pytest.mark.parametrize("command", [["list", "--json"], ["export"], ["search", "answer"]])
def test_the_commands_recover_it_and_say_so(
    tmp_path: Path,
    whole: tuple[Path, list[Conversation]],
    command: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = Path(shutil.copy(whole[0], tmp_path))
    zeroed(path, 1)
    assert main([*command, "--data-dir", str(tmp_path)]) == 0
    done = capsys.readouterr()
    assert "c07" in done.out
    assert "was damaged" in done.err
    assert damaged(tmp_path)[0].name in done.err


_KILLED = """
import os, sys
from pathlib import Path
from tui_chat.store import library_recovery
from tui_chat.store.library import Library
steps = 0
def trace(frame, event, arg):
    global steps
    if frame.f_code.co_filename.endswith(("library_recovery.py",)):
        if event == "line":
            steps += 1
            if steps == int(sys.argv[2]):
                os._exit(77)
        return trace
    return None
sys.settrace(trace)
import threading
threading.settrace(trace)
library = Library(Path(sys.argv[1]))
library.open().now()
print(len(library.list(1000).now()), steps)
library.close().now()
"""


def test_a_kill_in_the_middle_of_it_loses_nothing(tmp_path: Path, whole: tuple[Path, list[Conversation]]) -> None:
    """Ended at lines all over the recovery; the next start has all of it."""
    step, ended = 0, 0
    while True:
        step += 7
        folder = tmp_path / str(step)
        folder.mkdir()
        path = Path(shutil.copy(whole[0], folder))
        zeroed(path, 1)
        done = forked.run(["-c", _KILLED, str(folder), str(step)])
        found, news = all_of(folder)
        assert found["c07"] == whole[1][7], step
        assert len(found) == MANY, (step, done.stderr)
        if done.returncode != 77:
            assert done.returncode == 0, done.stderr
            break
        ended += 1
        assert news or damaged(folder), step
    assert ended > 6


def test_a_file_of_another_program_is_never_taken_for_ours(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    path.write_bytes(Random(1).randbytes(200_000))
    with pytest.raises(Exception, match="holds no conversation"):
        recover(path, datetime.now(UTC))
    assert [each.name for each in tmp_path.iterdir()] == ["conversations.db"]


@pytest.mark.parametrize("page", ["turns", "conversations_updated"])
def test_a_damaged_library_that_cannot_be_replaced_is_read(
    tmp_path: Path, whole: tuple[Path, list[Conversation]], page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk: reading works, and what is written is refused with the cause."""
    path = Path(shutil.copy(whole[0], tmp_path))
    zeroed(path, pages_of(path, page)[0])

    def full(*_: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(library_recovery, "recover", full)
    library = Library(tmp_path)
    library.open().now()
    listed = [each.id for each in library.list(1000).now()]
    assert len(listed) == MANY
    assert library.load("c07").now() == whole[1][7]
    assert library.load("long").now() == whole[1][-1]
    assert len(library.search("answer", 1000).now()) > MANY
    assert len(library.news) == 1
    assert "is damaged, and could not be replaced" in library.news[0]
    if page == "turns":
        with pytest.raises(LibraryError, match="is damaged"):
            library.create(talk(("new", "said"), id="new")).now()
    library.close().now()
    assert damaged(tmp_path) == []


def test_a_damaged_library_that_cannot_be_written_is_opened(
    tmp_path: Path, whole: tuple[Path, list[Conversation]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(whole[0], tmp_path))
    zeroed(path, 1)
    before = path.read_bytes()
    for module in (database, library_recovery):
        monkeypatch.setattr(module, "can_only_be_read", lambda _: True)
    library = Library(tmp_path)
    library.open().now()
    assert library.read_only
    assert library.load("c07").now() == whole[1][7]
    assert "No message is known to be lost" in library.news[0]
    with pytest.raises(LibraryError, match="cannot be written"):
        library.create(talk(("new", "said"), id="new")).now()
    library.close().now()
    assert [(each.name, each.read_bytes() == before) for each in tmp_path.iterdir()] == [(path.name, True)]


def test_a_page_that_the_disk_cannot_read_costs_what_was_on_it(whole: tuple[Path, list[Conversation]]) -> None:
    lost = pages_of(whole[0], "turns")[-1]

    class Disk(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if size == 4096 and self.tell() == (lost - 1) * 4096:
                raise OSError(errno.EIO, "Input/output error")
            return super().read(size) or b""

    with Disk(whole[0]) as disk, whole[0].open("rb") as file:
        all_rows, read = list(open_pages(file, None).records()), list(open_pages(disk, None).records())
    assert 0 < len(all_rows) - len(read) < 100


async def test_another_window_goes_on_in_the_new_library(
    tmp_path: Path, whole: tuple[Path, list[Conversation]]
) -> None:
    shutil.copy(whole[0], tmp_path)
    first, second = Library(tmp_path), Library(tmp_path)
    await first.open()
    await second.open()
    talking = await second.load("c09")
    for page in pages_of(tmp_path / "conversations.db", "conversations_updated"):
        zeroed(tmp_path / "conversations.db", page)
    await first.write(lambda db, _: db.rows("PRAGMA shrink_memory"))
    assert len(await first.list(1000)) == MANY
    await second.begin(talking, [Node("more", "a5", prompt("still here"))])
    await second.close()
    await first.close()
    found, _ = all_of(tmp_path)
    assert found["c09"].nodes["more"].turn.text == "still here"
