"""Deleted conversations: out of sight at once, back as they were for thirty days, then gone from the file."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.store.trees import answer, prompt, talk
from tests.support.library import add_turn, set_settings
from tui_chat.core.conversation import Node
from tui_chat.core.message import Outcome
from tui_chat.core.settings import Settings
from tui_chat.store.database import open_file
from tui_chat.store.library import Library, LibraryError
from tui_chat.store.library_reads import queue_prefix
from tui_chat.store.schema_migrations import MIGRATIONS

RIVERS = talk(("Where do rivers begin?", "At a xyzzyspring."), id="rivers", title="Rivers")
OWLS = talk(("What do owls eat?", "Mice."), id="owls", title="Owls")


@dataclass
class Calendar:
    """A clock that is set by hand."""

    now: datetime = datetime(2026, 11, 29, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(params=["in a file", "private"])
async def library(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Library]:
    made = Library.private() if request.param == "private" else Library(tmp_path)
    await made.open()
    for conversation in (OWLS, RIVERS):
        await made.create(conversation)
    yield made
    await made.close()


async def test_what_is_deleted_is_nowhere_and_comes_back_as_it_was(library: Library) -> None:
    listed = await library.list()
    latest = await library.latest()
    assert latest == "rivers"
    await library.drafts.set("rivers", "and where do they")
    await library.delete("rivers")
    assert [summary.id for summary in await library.list()] == ["owls"]
    assert [known for known, *_ in await library.listing.outline()] == ["owls"]
    assert await library.listing.summaries(["rivers", "owls"]) == [replace(await library.summary("owls"), turns=0)]
    assert await library.latest() == "owls"
    for words in ("xyzzyspring", "Rivers", "溪"):
        assert await library.search(words) == []
    assert [summary.title for summary in library.trash.list().now()] == ["Rivers"]
    assert await library.trash.load("rivers") == RIVERS
    assert await library.trash.load("owls") is None
    await library.trash.restore("rivers")
    assert await library.list() == listed
    assert await library.latest() == latest
    assert await library.load("rivers") == RIVERS
    assert await library.drafts.get("rivers") == "and where do they"
    assert {hit.title for hit in await library.search("xyzzyspring")} == {"Rivers"}
    assert library.trash.list().now() == []


@pytest.mark.parametrize(
    "operation",
    [
        lambda library: library.load("rivers"),
        lambda library: library.summary("rivers"),
        lambda library: library.resolve_prefix("riv"),
        lambda library: library.delete("rivers"),
    ],
)
async def test_who_asks_for_a_deleted_one_is_told_how_it_comes_back(
    library: Library, operation: Callable[[Library], Awaitable[object]]
) -> None:
    await library.delete("rivers")
    with pytest.raises(LibraryError, match="was deleted") as caught:
        await operation(library)
    assert "tui-chat delete --restore riv" in caught.value.hint


async def test_prefixes_of_deleted_ones_are_their_own(library: Library) -> None:
    await library.create(talk(("q", "a"), id="rivalry"))
    await library.delete("rivers")
    assert await library.resolve_prefix("riv") == "rivalry"
    assert library.trash.resolve_prefix("RIV").now() == "rivers"
    for wrong in ("rival", "zzz", ""):
        with pytest.raises(LibraryError, match="No deleted conversation"):
            library.trash.resolve_prefix(wrong).now()
    with pytest.raises(LibraryError, match="cannot be brought back"):
        await library.trash.restore("gone")


async def test_an_answer_that_another_process_writes_goes_on_in_what_was_deleted(tmp_path: Path) -> None:
    ours, theirs = Library(tmp_path), Library(tmp_path)
    for each in (ours, theirs):
        await each.open()
    await ours.create(RIVERS)
    await add_turn(ours, "rivers", Node("p", "a0", prompt("And then?")))
    await add_turn(ours, "rivers", Node("a", "p", answer("")))
    await theirs.delete("rivers")
    await ours.append("rivers", "a", text="They flow")
    await ours.finish("rivers", "a", answer("They flow on.", outcome=Outcome.COMPLETE))
    await set_settings(ours, "rivers", Settings(seed=1))
    assert await theirs.list() == [], "an answer that ends does not bring it back"
    await theirs.trash.restore("rivers")
    assert (await theirs.load("rivers")).nodes["a"].turn.text == "They flow on."
    await theirs.delete("rivers")
    await add_turn(ours, "rivers", Node("p2", "a", prompt("Thanks")))
    assert [summary.id for summary in await theirs.list()] == ["rivers"], "who goes on in it has it back"
    for each in (ours, theirs):
        await each.close()


@pytest.mark.parametrize(("days", "left"), [(29, True), (31, False)])
async def test_after_thirty_days_nothing_is_left_in_the_file(tmp_path: Path, days: int, left: bool) -> None:
    clock = Calendar()
    library = Library(tmp_path, now=clock)
    await library.open()
    for conversation in (RIVERS, OWLS):
        await library.create(conversation)
    await library.drafts.set("rivers", "xyzzydraft")
    await library.delete("rivers")
    await library.close()
    clock.now += timedelta(days=days)
    await library.open()
    assert [summary.id for summary in library.trash.list().now()] == (["rivers"] if left else [])
    assert await library.load("owls") == OWLS
    await library.close()
    data = (tmp_path / "conversations.db").read_bytes()
    assert (b"xyzzyspring" in data, b"xyzzydraft" in data) == (left, left)


async def test_removed_at_once_nothing_is_left_in_the_file(tmp_path: Path) -> None:
    library = Library(tmp_path)
    await library.open()
    await library.create(RIVERS)
    library.trash.remove(["rivers"]).now()
    assert await library.search("xyzzyspring") == []
    assert (await library.list(), library.trash.list().now()) == ([], [])
    await library.close()
    assert b"xyzzyspring" not in (tmp_path / "conversations.db").read_bytes()


async def test_a_library_of_the_version_before_keeps_all_its_conversations(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    before = next(n for n, step in enumerate(MIGRATIONS) if "deleted" in step)
    open_file(path, 1.0, MIGRATIONS[:before]).connection.close()
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO conversations VALUES ('old', 'Old', '2026-11-24T12:00:00+00:00', 1, '{}', NULL)"
        )
        connection.execute(
            "INSERT INTO turns (conversation, id, role, text, reasoning, refusal, created)"
            " VALUES ('old', '1', 'user', 'q', '', '', '2026-11-24T12:00:00+00:00')"
        )
    connection.close()
    library = Library(tmp_path)
    await library.open()
    assert [summary.title for summary in await library.list()] == ["Old"]
    await library.close()


async def test_in_a_damaged_library_deleted_ones_stay_out_of_sight(tmp_path: Path) -> None:
    library = Library(tmp_path)
    await library.open()
    for conversation in (OWLS, RIVERS):
        await library.create(conversation)
    await library.delete("rivers")
    await library.close()
    with sqlite3.connect(tmp_path / "conversations.db") as connection:
        connection.execute("UPDATE conversations SET title = CAST(x'ff' AS TEXT) WHERE id = 'owls'")
    connection.close()
    await library.open()
    assert [summary.id for summary in await library.list()] == ["owls"]
    assert await library.search("xyzzyspring") == []
    for operation in (library.load("rivers"), library.resolve_prefix("rivers")):
        with pytest.raises(LibraryError, match="was deleted"):
            await operation
    await library.close()


async def test_what_is_queued_in_a_conversation_goes_with_it_for_good(library: Library) -> None:
    for name in ("owls", "owls2"):
        await library.drafts.set(f"queue/{name}/1", "next")
    await library.delete("owls")
    assert await library.drafts.below(queue_prefix("owls")) == [("queue/owls/1", "next")], "it can be brought back"
    await library.trash.remove(["owls"])
    assert await library.drafts.below(queue_prefix("owls")) == []
    assert await library.drafts.below(queue_prefix("owls2")) == [("queue/owls2/1", "next")]
