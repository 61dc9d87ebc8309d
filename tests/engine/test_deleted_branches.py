"""Branches are named, deleted and brought back: nothing is lost by mistake."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.scripted import StillClock
from tests.store.test_attachments import LOG
from tests.store.trees import answer, conversations, forked, prompt
from tests.support.thorough import examples
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome
from tui_chat.engine.branches import DeletedBranch, delete_branch, name_branch, restore_branch
from tui_chat.engine.exchange import Services
from tui_chat.engine.unsaved_write_kinds import AnswerWrite
from tui_chat.store import library_writes
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library
from tui_chat.store.portable import dumps, loads


@contextmanager
def kept(conversation: Conversation, folder: Path | None = None) -> Iterator[Services]:
    library = Library(folder)
    library.open().now()
    library.create(conversation).now()
    try:
        yield Services(library, StillClock(), Ids())
    finally:
        library.close().now()


@examples(60)
@given(conversations(), st.data())
def test_what_was_deleted_comes_back_as_it_was(conversation: Conversation, data: st.DataObject) -> None:
    async def work() -> None:
        before = deepcopy(conversation)
        with kept(conversation) as services:
            chosen = data.draw(st.lists(st.sampled_from(list(conversation.nodes)), unique=True, max_size=3))
            count = 0
            for node_id in chosen:
                if node_id in conversation.nodes:
                    done = await delete_branch(services, conversation, node_id, ())
                    count += isinstance(done, DeletedBranch)
                    assert services.library.load(conversation.id).now() == conversation
            assert conversation.head is None or conversation.head in conversation.nodes
            for _ in range(count):
                assert await restore_branch(services, conversation, show=True) is not None
            assert await restore_branch(services, conversation, show=True) is None
            assert conversation == before
            assert services.library.load(conversation.id).now() == before

    if conversation.nodes:
        asyncio.run(work())


async def test_a_deleted_branch_is_found_nowhere_and_its_files_come_back(tmp_path: Path) -> None:
    found = forked()
    found.put("edited", replace(found.nodes["edited"].turn, attachments=(LOG,)))
    found.head = "a1"
    with kept(found, tmp_path) as services:
        library = services.library
        assert await delete_branch(services, found, "edited", ()) == DeletedBranch("two, edited", 2, moved=False)
        assert not await library.search("edited")
        assert await library.files.contents([LOG.sha256]) == {}
        assert (await library.summary("talk")).turns == 5
        await restore_branch(services, found, show=True)
        assert (await library.search("edited"))[0].turn_id == "edited"
        assert (await library.load("talk")).nodes["edited"].turn.attachments == (LOG,)
        assert found.head == "a1"


async def test_the_shown_branch_makes_way_for_another_version_and_the_only_one_stays() -> None:
    found = forked()
    with kept(found) as services:
        assert await delete_branch(services, found, "last", ()) == "only"
        done = await delete_branch(services, found, "edited", ())
        assert isinstance(done, DeletedBranch)
        assert done.moved
        assert found.head == "other"  # the newest end of the version before it
        assert await delete_branch(services, found, "p1", ()) == "only"
        assert (await services.library.load("talk")).head == "other"
        assert await restore_branch(services, found, show=True) == "edited"
        assert (found.head, found.children("a0")) == ("last", ["p1", "edited"])


async def test_what_is_being_answered_or_not_saved_is_not_deleted(tmp_path: Path) -> None:
    found = forked()
    with kept(found, tmp_path) as services:
        assert await delete_branch(services, found, "p1", {"other"}) == "answering"
        found.put("other", answer("2b and more", outcome=Outcome.COMPLETE))
        holder = sqlite3.connect(tmp_path / "conversations.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        services.unsaved.save(AnswerWrite(found, "other"))
        await services.unsaved.settled()
        assert await delete_branch(services, found, "p1", ()) == "unsaved"
        holder.close()
        assert not await services.unsaved.flush()
        assert isinstance(await delete_branch(services, found, "p1", ()), DeletedBranch)


async def test_another_window_that_goes_on_in_a_deleted_branch_brings_it_back(tmp_path: Path) -> None:
    found = forked()
    with kept(found, tmp_path) as services:
        elsewhere = await services.library.load("talk")
        await delete_branch(services, found, "p1", ())
        await services.library.begin(elsewhere, [Node("next", "a1", prompt("and then?"))])
        back = await services.library.load("talk")
        assert [node.turn.text for node in back.path()] == ["one", "1", "two", "2", "and then?"]
        assert not back.damage
        back.head = "edited"
        await delete_branch(services, back, "p1", ())
        await services.library.finish("talk", "a1", answer("2, whole", outcome=Outcome.COMPLETE))
        assert (await services.library.load("talk")).nodes["a1"].turn.text == "2, whole"


async def test_a_branch_within_a_deleted_one_comes_back_with_it() -> None:
    found = forked()
    with kept(found) as services:
        await delete_branch(services, found, "other", ())
        await delete_branch(services, found, "p1", ())
        call = services.library.write(lambda db, _: library_writes.set_head(db, "talk", "other"))
        await call
        assert [node.id for node in (await services.library.load("talk")).path()] == ["p0", "a0", "p1", "other"]


async def test_names_belong_to_the_branch_and_go_with_it(tmp_path: Path) -> None:
    found = forked()
    with kept(found, tmp_path) as services:
        assert name_branch(services, found, "last", "  another \n way ") == "another way"
        assert name_branch(services, found, "a1", "first") == "first"
        assert [found.nodes[each].name for each in ("edited", "last", "a1", "p1")] == ["another way", "", "first", ""]
        await services.unsaved.settled()
        stored = await services.library.load("talk")
        assert stored == found
        assert loads(dumps(stored)) == found
        found.put("a1", answer("longer", outcome=Outcome.COMPLETE))
        assert found.nodes["a1"].name == "first"
        await delete_branch(services, found, "edited", ())
        await restore_branch(services, found, show=False)
        assert found.nodes["edited"].name == "another way"
        await services.library.labels.duplicate("talk", "copy")
        assert (await services.library.load("copy")).nodes["edited"].name == "another way"


def test_a_deleted_branch_is_kept_for_thirty_days(tmp_path: Path) -> None:
    found = forked()
    with kept(found, tmp_path) as services:
        services.library.branches.delete("talk", "edited", "a1").now()
    for days, there in ((29, True), (31, False)):
        library = Library(tmp_path, now=lambda days=days: datetime.now(UTC) + timedelta(days=days))  # type: ignore[misc]
        library.open().now()
        rows = library.write(lambda db, _: db.rows("SELECT turns FROM deleted_branches")).now()
        assert bool(rows) == there
        library.close().now()
