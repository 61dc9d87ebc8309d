"""The library's file is deleted, moved or replaced while it is open: what this run holds is in the library that lies
there afterwards, and nothing there is overwritten."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.store.trees import answer, prompt, talk
from tests.support.library import add_turn, set_head, set_title
from tui_chat.core.conversation import Node
from tui_chat.core.message import Outcome
from tui_chat.store.library import Library, LibraryError

ELSEWHERE = talk(("another question", "another answer"), id="elsewhere")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """One with an answer under way, a conversation that was opened, and one that nobody looked at."""
    folder = tmp_path / "data"
    before = Library(folder)
    before.open().now()
    for name in ("opened", "untouched"):
        before.create(talk(("q", f"the {name} answer"), id=name)).now()
    before.close().now()
    library = Library(folder)
    library.open().now()
    library.load("opened").now()
    library.create(talk(("question", "answer"), id="written")).now()
    add_turn(library, "written", Node("p", "a0", prompt("and now?"))).now()
    add_turn(library, "written", Node("a", "p", answer())).now()
    library.append("written", "a", text="the begin").now()
    library.drafts.set("written", "a thought").now()
    yield library
    library.close().now()


def _another(folder: Path) -> None:
    other = Library(folder.parent / "other")
    other.open().now()
    other.create(ELSEWHERE).now()
    other.close().now()
    (folder.parent / "other" / "conversations.db").replace(folder / "conversations.db")


def _unlink_all(folder: Path) -> None:
    for file in folder.glob("conversations.db*"):
        file.unlink()


LOSSES: dict[str, Callable[[Path], object]] = {
    "unlinked": lambda folder: (folder / "conversations.db").unlink(),
    "unlinked with its log": _unlink_all,
    "folder removed": shutil.rmtree,
    "folder renamed": lambda folder: folder.rename(folder.with_name("away")),
    "file renamed": lambda folder: (folder / "conversations.db").rename(folder / "mine.db"),
    "another in its place": _another,
}


def sound(folder: Path, name: str = "conversations.db") -> None:
    with contextlib.closing(sqlite3.connect(folder / name)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("loss", LOSSES)
def test_what_this_run_holds_is_in_the_library_that_is_there_now(tmp_path: Path, library: Library, loss: str) -> None:
    told: list[str] = []
    library.watch(told.append)
    LOSSES[loss](tmp_path / "data")
    library.append("written", "a", text="ning").now()
    library.finish("written", "a", answer("the beginning and the end", outcome=Outcome.COMPLETE)).now()
    add_turn(library, "written", Node("p2", "a", prompt("later"))).now()
    assert len(told) == 1
    assert str(tmp_path / "data") in told[0]
    assert "2 conversations" in told[0]
    after = Library(tmp_path / "data")
    after.open().now()
    written = after.load("written").now()
    texts = [node.turn.text for node in written.path()]
    assert texts == ["question", "answer", "and now?", "the beginning and the end", "later"]
    assert after.load("opened").now().path()[-1].turn.text == "the opened answer"
    assert after.drafts.get("written").now() == "a thought"
    assert [hit.conversation_id for hit in after.search("beginning").now()] == ["written"]
    assert after.contains("untouched").now() is False
    if loss == "another in its place":
        assert after.load("elsewhere").now() == ELSEWHERE
    after.close().now()
    sound(tmp_path / "data")


@pytest.mark.parametrize("loss", LOSSES)
def test_pieces_go_on_where_they_were(tmp_path: Path, library: Library, loss: str) -> None:
    LOSSES[loss](tmp_path / "data")
    library.append("written", "a", text="ning").now()
    after = Library(tmp_path / "data")
    after.open().now()
    assert after.load("written").now().nodes["a"].turn.text == "the beginning"
    after.close().now()


def test_what_was_moved_away_is_whole_where_it_is(tmp_path: Path, library: Library) -> None:
    (tmp_path / "data" / "conversations.db").rename(tmp_path / "kept.db")
    set_title(library, "written", "x").now()
    sound(tmp_path, "kept.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "kept.db")) as connection:
        assert connection.execute("SELECT count(*) FROM conversations").fetchone() == (3,)
        assert connection.execute("SELECT text FROM pieces").fetchall() == [("the begin",)]


def test_an_older_copy_of_the_same_library_keeps_what_it_has_and_gets_the_rest(
    tmp_path: Path, library: Library
) -> None:
    copy = tmp_path / "copy.db"
    with (
        contextlib.closing(sqlite3.connect(copy)) as target,
        contextlib.closing(sqlite3.connect(tmp_path / "data" / "conversations.db")) as source,
    ):
        source.backup(target)
        target.execute("UPDATE conversations SET title = 'theirs' WHERE id = 'written'")
        target.commit()
    library.append("written", "a", text="ning").now()
    library.finish("written", "a", answer("the beginning, finished", outcome=Outcome.COMPLETE)).now()
    add_turn(library, "written", Node("p2", "a", prompt("later"))).now()
    copy.replace(tmp_path / "data" / "conversations.db")
    set_head(library, "written", "p2").now()
    written = library.load("written").now()
    assert [node.turn.text for node in written.path()][-2:] == ["the beginning, finished", "later"]
    assert written.title == "theirs"
    assert library.contains("untouched").now(), "all of the copy is still there"
    sound(tmp_path / "data")


@pytest.mark.parametrize("given", ["before", "after"])
def test_a_title_that_was_given_in_this_run_wins_over_that_of_an_older_copy(
    tmp_path: Path, library: Library, given: str
) -> None:
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    if given == "before":
        set_title(library, "opened", "Mine").now()
    _unlink_all(tmp_path / "data")
    for file in (tmp_path / "copy").iterdir():
        file.replace(tmp_path / "data" / file.name)
    if given == "after":
        set_title(library, "opened", "Mine").now()
    library.drafts.set("opened", "and on").now()
    assert library.load("opened").now().title == "Mine"
    assert library.load("written").now().title == ""
    sound(tmp_path / "data")


@pytest.mark.parametrize(
    ("theirs", "kept"),
    [
        ("a th", "a thought"),
        ("a thought, longer", "a thought, longer"),
        ("another", "another\n\na thought"),
        ("", "a thought"),
    ],
)
def test_the_draft_of_an_older_copy_makes_way_and_another_one_is_kept(
    tmp_path: Path, library: Library, theirs: str, kept: str
) -> None:
    other = Library(tmp_path / "other")
    other.open().now()
    other.drafts.set("written", theirs).now()
    other.close().now()
    (tmp_path / "other" / "conversations.db").replace(tmp_path / "data" / "conversations.db")
    assert library.contains("written").now()
    assert library.drafts.get("written").now() == kept


def test_a_conversation_that_was_deleted_does_not_come_back(tmp_path: Path, library: Library) -> None:
    library.delete("opened").now()
    shutil.rmtree(tmp_path / "data")
    set_title(library, "written", "x").now()
    assert [summary.id for summary in library.list().now()] == ["written"]
    library.trash.restore("opened").now()
    assert library.contains("opened").now(), "what was deleted can be brought back there too"


def test_where_something_else_lies_writing_says_so_and_it_is_put_right_later(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "data" / "conversations.db"
    path.unlink()
    path.write_text("Dear diary,\n" * 100)
    with pytest.raises(LibraryError, match="not a library"):
        set_title(library, "written", "x").now()
    assert path.read_text().startswith("Dear diary")
    assert library.load("written").now().nodes["a"].turn.text == "the begin", "it can still be read"
    path.unlink()
    set_title(library, "written", "x").now()
    assert library.load("written").now().title == "x"


def test_a_library_that_went_after_the_last_write_is_there_when_it_is_closed(tmp_path: Path, library: Library) -> None:
    shutil.rmtree(tmp_path / "data")
    library.close().now()
    after = Library(tmp_path / "data")
    after.open().now()
    assert after.load("written").now().nodes["a"].turn.text == "the begin"
    after.close().now()
