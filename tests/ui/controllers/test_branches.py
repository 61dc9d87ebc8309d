"""Branches: shown, named, deleted and brought back; what refuses, and a conversation that is left meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from tests.store.trees import forked
from tests.ui.controllers.fakes import Answers, Notices, Posted
from tui_chat.core.conversation import Conversation, Version
from tui_chat.engine.session import Session
from tui_chat.store.library import Library
from tui_chat.ui.controllers.branches import REFUSED, SAVED_NOWHERE, BranchesController
from tui_chat.ui.widget_messages import LibraryChanged

EMPTY = "There is nothing in this conversation yet."


class Screen:
    """A transcript, and the prompt that is edited."""

    edited: str | None = None

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.marked: Mapping[str, Version] = {}

    @property
    def entries(self) -> Screen:
        return self

    async def show_turn(self, node_id: str) -> None:
        self.shown.append(f"turn {node_id}")

    async def show_path(self, pointed_at: str) -> None:
        self.shown.append(pointed_at)

    def mark_versions(self, versions: Mapping[str, Version]) -> None:
        self.marked = versions


class Tree(Answers):
    """The window with the tree, in which the next answer is chosen; another conversation is opened meanwhile."""

    left_for: Session | None = None

    async def branches(self, actions: BranchesController) -> str | None:
        if self.left_for is not None:
            self.left_for.new()
        chosen = self._answers.popleft()
        assert chosen is None or isinstance(chosen, str)
        return chosen


class Stage:
    def __init__(self, session: Session, *answers: object, conversation: Conversation | None = None) -> None:
        self.session, self.screen, self.dialogs = session, Screen(), Tree(*answers)
        self.notices, self.posted = Notices(), Posted()
        if conversation is not None:
            session.services.library.create(conversation).now()
            session.switch(conversation)
        screen = self.screen
        self.branches = BranchesController(
            session, screen, screen, screen, screen, self.dialogs, self.notices, self.posted, print
        )

    async def stored(self) -> Conversation:
        await self.session.services.unsaved.settled()
        return await self.session.services.library.load("talk")


async def test_the_chosen_turn_is_shown_unless_another_conversation_is_by_then(session: Session) -> None:
    stage = Stage(session, "other", None, "other", conversation=forked())
    await stage.branches.show()
    await stage.branches.show()
    assert stage.screen.shown == ["turn other"]
    stage.dialogs.left_for = session
    await stage.branches.show()
    assert stage.screen.shown == ["turn other"]


async def test_in_an_empty_conversation_there_is_no_branch_to_act_on(session: Session) -> None:
    stage = Stage(session)
    for act in (stage.branches.show, stage.branches.name_shown, stage.branches.delete_shown):
        await act()
    assert (stage.notices.said, stage.screen.shown) == ([EMPTY] * 3, [])


async def test_a_branch_gets_a_name_that_can_be_taken_away(session: Session) -> None:
    stage = Stage(session, " two  cities ", None, "", conversation=forked())
    await stage.branches.name_shown()
    assert (await stage.stored()).nodes["edited"].name == "two cities", "of the branch, not of its last turn"
    await stage.branches.name_shown()
    assert (await stage.stored()).nodes["edited"].name == "two cities", "escape changes nothing"
    await stage.branches.name_shown()
    assert (await stage.stored()).nodes["edited"].name == ""
    assert stage.dialogs.asked == [("Name of this branch", name) for name in ("", "two cities", "two cities")]
    assert stage.notices.said == ["This branch is called “two cities”.", "This branch has no name."]


async def test_the_shown_branch_is_deleted_for_another_version_and_comes_back(session: Session) -> None:
    stage = Stage(session, conversation=forked())
    await stage.branches.delete_shown()
    assert stage.screen.shown == ["other"]
    assert "edited" not in (await stage.stored()).nodes
    await stage.branches.undo_shown()
    assert stage.screen.shown == ["other", "last"]
    assert "edited" in (await stage.stored()).nodes
    assert stage.notices.said == [
        "Deleted “two, edited” and 1 below it. ctrl+z undoes.",
        "“two, edited” is back.",
    ]
    assert list(map(type, stage.posted)) == [LibraryChanged] * 2
    assert await stage.branches.undo() == ("No branch of this conversation was deleted in the last 30 days.", None)


async def test_a_branch_elsewhere_is_deleted_and_what_is_shown_stays_with_its_versions_counted_anew(
    session: Session,
) -> None:
    stage = Stage(session, conversation=forked())
    assert await stage.branches.delete("p1") == "Deleted “two” and 2 below it. ctrl+z undoes."
    assert (stage.screen.shown, stage.screen.marked) == ([], {})
    assert await stage.branches.undo() == ("“two” is back.", "p1")
    assert (stage.screen.shown, stage.screen.marked["edited"]) == ([], Version(2, 2))


async def test_a_conversation_that_is_left_while_a_branch_is_deleted_does_not_come_back(session: Session) -> None:
    stage = Stage(session, conversation=forked())
    deleting = asyncio.create_task(stage.branches.delete("edited"))
    await asyncio.sleep(0)
    session.new()
    assert (await deleting).startswith("Deleted")
    assert (stage.screen.shown, stage.screen.marked) == ([], {})
    assert "edited" not in (await stage.stored()).nodes


async def test_what_is_answered_edited_or_has_no_other_version_is_not_deleted(session: Session) -> None:
    stage = Stage(session, conversation=forked())
    assert await stage.branches.delete("p0") == REFUSED["only"]
    stage.screen.edited = "edited"
    assert await stage.branches.delete("edited") == REFUSED["answering"]
    stage.screen.edited = None
    exchange = await session.retry()
    assert exchange is not None
    assert stage.branches.states == {exchange.answer_id: "◐ answering"}
    assert await stage.branches.delete("edited") == REFUSED["answering"]
    assert {*forked().nodes} <= {*(await stage.stored()).nodes}
    assert (stage.screen.shown, stage.posted) == ([], [])
    session.ended(exchange)


async def test_while_an_answer_comes_what_comes_back_is_not_shown_in_its_place(session: Session) -> None:
    stage = Stage(session, conversation=forked())
    await stage.branches.delete("edited")
    exchange = await session.retry()
    assert exchange is not None
    assert (await stage.branches.undo())[1] == "edited"
    assert session.conversation.head == exchange.answer_id
    assert stage.screen.shown == ["other"], "from the deleting"
    session.ended(exchange)


async def test_while_a_prompt_is_stored_nothing_is_deleted_or_brought_back(session: Session) -> None:
    stage = Stage(session, conversation=forked())
    with session.claimed(session.conversation, None):
        assert await stage.branches.delete("edited") == REFUSED["answering"]
        assert await stage.branches.undo() == (REFUSED["answering"], None)
    assert {*session.conversation.nodes} == {*forked().nodes}


async def test_what_cannot_be_saved_is_marked_and_the_error_told(session: Session) -> None:
    stage = Stage(session, "name", conversation=forked())
    await session.services.library.close()
    await stage.branches.name("edited")
    await session.services.unsaved.settled()
    assert stage.branches.states["edited"] == "! not saved"
    assert await stage.branches.delete("edited") == REFUSED["unsaved"]
    assert "library" in await stage.branches.delete("p1")
    assert {*forked().nodes} == {*session.conversation.nodes}


async def test_in_a_library_that_can_only_be_read_nothing_is_asked(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(session, conversation=forked())
    monkeypatch.setattr(Library, "read_only", True)
    assert await stage.branches.name("edited") == SAVED_NOWHERE
    assert await stage.branches.delete("edited") == SAVED_NOWHERE
    assert await stage.branches.undo() == (SAVED_NOWHERE, None)
    assert (stage.dialogs.asked, stage.posted) == ([], [])
