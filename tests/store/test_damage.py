"""A library with damaged pages or senseless values: what can be read is read, and the rest is named."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.trees import talk
from tests.support.importing import read_conversations
from tests.support.library import raw_connection
from tests.support.sent import sent_messages
from tests.support.thorough import some
from tui_chat.cli import main
from tui_chat.core.conversation import Conversation
from tui_chat.export.formats import FORMATS
from tui_chat.store import portable
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library
from tui_chat.store.rows import COLUMNS

BLOB, BROKEN, NOWHERE = b"\xff\x00blob", "{not JSON", "nowhere"
ODD = ["bogus", "", 7, -5, 1e999, 0.5, BLOB, BROKEN, "[]", "[NaN]", '{"a": NaN}', "[" * 9000, "1" * 5000, "0001-01-01"]
MAY_BE_NULL = frozenset(COLUMNS[5:])


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Library]:
    library = Library(folder)
    library.open().now()
    yield library
    library.close().now()


def made(folder: Path, conversations: int = 3, pairs: int = 3, size: int = 1) -> Path:
    """A library of some conversations, c0, c1 and so on, all saying the same."""
    with opened(folder) as library:
        for number in range(conversations):
            spoken = [(f"question {n}", "an answer " * size + str(n)) for n in range(pairs)]
            library.create(talk(*spoken, id=f"c{number}", title=f"title {number}")).now()
    return folder / "conversations.db"


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path, *argv: str
) -> tuple[int, str, str]:
    """A command on this library: the exit code, what it wrote, what it told."""
    monkeypatch.setenv("TUI_CHAT_DATA_DIR", str(folder))
    monkeypatch.delenv("TUI_CHAT_CONFIG", raising=False)
    code = main(list(argv))
    done = capsys.readouterr()
    return code, done.out, done.err


def set_value(path: Path, sql: str, *values: object) -> None:
    with contextlib.closing(raw_connection(path)) as connection:
        assert connection.execute(sql, values).rowcount > 0


def loaded(folder: Path, known: str = "c1") -> Conversation:
    with opened(folder) as library:
        return library.load(known).now()


def usable(conversation: Conversation) -> None:
    """All that the program does with a conversation works, and its file can be read again."""
    assert conversation.head is None or conversation.head in conversation.nodes
    conversation.path()
    sent_messages(conversation)
    for form in FORMATS.values():
        assert form(conversation)
    again = portable.loads(json.dumps(json.loads(portable.dumps(conversation), parse_constant=pytest.fail)))
    assert list(again.nodes.values()) == list(conversation.nodes.values())


@pytest.mark.parametrize("column", [*COLUMNS, "id", "parent"])
def test_any_value_in_any_column_of_a_turn(
    tmp_path: Path, column: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path)
    for value in [*some(ODD, 5, len(column)), *([None] if column in MAY_BE_NULL else [])]:
        set_value(path, f"UPDATE turns SET {column} = ? WHERE conversation = 'c1' AND row % 6 = 4", value)
        conversation = loaded(tmp_path)
        usable(conversation)
        assert len(conversation.nodes) == 6
        assert [node.turn.text for node in conversation.path()][:3] == ["question 0", "an answer 0", "question 1"]
    code, out, err = run(capsys, monkeypatch, tmp_path, "export")
    assert code == (1 if err else 0)
    assert [len(portable.from_plain(item).nodes) for item in json.loads(out)] == [6, 6, 6]
    for argv in (["list", "--json"], ["search", "answer", "--json"]):
        code, out, err = run(capsys, monkeypatch, tmp_path, *argv)
        assert json.loads(out)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("role", "robot", "turn a1: role was 'robot'"),
        ("text", BLOB, "turn a1: text was 6 bytes that are no text"),
        ("created", "-5000-01-01", "turn a1: created was '-5000-01-01'"),
        ("outcome", "bogus", "turn a1: outcome was 'bogus'"),
        ("timing", '{"first_token_ms": NaN, "total_ms": 3}', "turn a1: timing was"),
        ("timing", '{"first_token_ms": 1, "total_ms": 1e999}', "turn a1: timing was"),
        ("usage", BROKEN, "turn a1: usage was '{not JSON'"),
        ("verdicts", '[{"source": "moon"}]', "turn a1: verdicts was"),
        ("sent", 9, "turn a1: sent was 9"),
        ("parent", NOWHERE, "turn a1: its parent 'nowhere' is not there"),
        ("parent", "a1", "turn a1: its parent 'a1' is not there"),
        ("parent", "a2", "turn a1: its parent 'a2' is not there"),
    ],
)
def test_what_makes_no_sense_is_named(
    tmp_path: Path,
    column: str,
    value: object,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = made(tmp_path)
    set_value(path, f"UPDATE turns SET {column} = ? WHERE conversation = 'c1' AND id = 'a1'", value)
    conversation = loaded(tmp_path)
    assert [what for what in conversation.damage if said in what], conversation.damage
    assert len(conversation.path()) == 6, "the chain holds together"
    code, out, err = run(capsys, monkeypatch, tmp_path, "export")
    assert (code, len(json.loads(out))) == (1, 3)
    assert f"conversation c1: {said}" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("column", ["title", "created", "updated", "settings", "head"])
def test_any_value_in_any_column_of_a_conversation(
    tmp_path: Path, column: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path)
    for value in some([*ODD, -(2**62), 2**62], 5, len(column)):
        set_value(path, f"UPDATE conversations SET {column} = ? WHERE id = 'c1'", value)
        usable(loaded(tmp_path))
        code, out, _ = run(capsys, monkeypatch, tmp_path, "list", "--json")
        assert (code, {item["id"] for item in json.loads(out)}) == (0, {"c0", "c1", "c2"})
    assert run(capsys, monkeypatch, tmp_path, "list")[0] == 0
    assert run(capsys, monkeypatch, tmp_path, "search", "title")[0] == 0
    code, out, _ = run(capsys, monkeypatch, tmp_path, "export")
    assert len(json.loads(out)) == 3


def test_text_that_is_no_utf_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path)
    set_value(path, "UPDATE turns SET text = CAST(x'61ff62' AS TEXT) WHERE conversation = 'c1' AND id = 'a1'")
    set_value(path, "UPDATE conversations SET title = CAST(x'ff62' AS TEXT) WHERE id = 'c2'")
    assert loaded(tmp_path).nodes["a1"].turn.text == "a\ufffdb"
    assert run(capsys, monkeypatch, tmp_path, "list")[0] == 0
    _, out, _ = run(capsys, monkeypatch, tmp_path, "export")
    assert len(json.loads(out)) == 3
    assert run(capsys, monkeypatch, tmp_path, "search", "answer")[1].count("\n") == 8


def test_any_page_of_the_file_may_be_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each page behind the first in turn: the export is one whole array, and no command ends in a traceback."""
    whole = made(tmp_path, conversations=12, pairs=6, size=40).read_bytes()
    path = tmp_path / "conversations.db"
    pages = len(whole) // 4096
    assert pages > 20
    turns: list[int] = []
    for page in some(range(1, pages), 5):
        for old in tmp_path.glob("conversations*"):
            old.unlink()
        path.write_bytes(whole[: page * 4096] + b"\xa5" * 4096 + whole[(page + 1) * 4096 :])
        code, out, err = run(capsys, monkeypatch, tmp_path, "export")
        assert (code, "Traceback" in err) == (0, False)
        found = [portable.from_plain(item) for item in json.loads(out)]
        turns.append(sum(len(conversation.nodes) for conversation in found))
        assert turns[-1] == 144 or "was damaged" in err
        for argv in (["list", "--json"], ["search", "answer", "--json"], ["export", "--format", "md", "c3"]):
            code, out, err = run(capsys, monkeypatch, tmp_path, *argv)
            assert code == 0, (argv, err)
    assert min(turns) > 100, "a page takes with it what was on it"
    assert min(turns) < 144


def test_what_a_damaged_library_exports_is_imported_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path / "old")
    set_value(path, "UPDATE turns SET outcome = 'bogus', parent = 'nowhere' WHERE id = 'a1'")
    _, out, _ = run(capsys, monkeypatch, tmp_path / "old", "export")
    assert len(read_conversations(out, loaded(tmp_path / "old").created, Ids())) == 3
