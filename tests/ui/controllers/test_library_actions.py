"""Pins, tags, the archive and copies: of one conversation of the list, of several, and of the open one."""

from __future__ import annotations

import pytest

from tests.store.trees import talk
from tests.ui.controllers.fakes import Answers, ConversationRows, Notices, Posted
from tui_chat.engine.session import Session
from tui_chat.ui.controllers.library_actions import LibraryActions, named_title
from tui_chat.ui.library_row import ConversationList, LibraryRow
from tui_chat.ui.widget_messages import LibraryChanged


class Stage:
    """Two conversations, and a list that shows them as the library has them."""

    def __init__(self, session: Session, *answers: object) -> None:
        self.session, self.list, self.deleted = session, ConversationRows(), list[str]()
        self.dialogs, self.notices, self.posted = Answers(*answers), Notices(), Posted()
        self.actions = LibraryActions(session, self, self.dialogs, self.notices, self.posted)
        for name in ("owls", "cats"):
            session.services.library.create(talk(("question", f"about {name}"), id=name, title=name.title())).now()

    async def delete(self, conversation_id: str, title: str, view: ConversationList) -> None:
        self.deleted.append(conversation_id)

    async def rows(self) -> list[LibraryRow]:
        """By title."""
        library = self.session.services.library
        found = sorted(await library.list(9), key=lambda each: each.title)
        tags = {each.id: tuple(await library.labels.tags_of(each.id)) for each in found}
        return [
            LibraryRow(
                each.id, each.title, each.updated, pinned=each.pinned, archived=each.archived, tags=tags[each.id]
            )
            for each in found
        ]

    async def act(self, action: str, count: int = 2) -> str:
        """On so many rows; what is said below the list then."""
        self.list.said = ""
        await self.actions.act(action, (await self.rows())[:count], self.list)
        return self.list.said


async def test_where_some_are_not_yet_pinned_all_become_so_and_else_none_is(session: Session) -> None:
    stage = Stage(session)
    assert await stage.act("pin", 1) == "Pinned “Cats”."
    for pinned, said in ((True, "Pinned 2 conversations."), (False, "Unpinned 2 conversations.")):
        assert await stage.act("pin") == said
        assert [row.pinned for row in await stage.rows()] == [pinned, pinned]
    assert list(map(type, stage.posted)) == [LibraryChanged] * 3


async def test_what_is_archived_leaves_the_list_and_it_is_said_where_it_is(session: Session) -> None:
    stage = Stage(session)
    assert "is:archived lists what is" in await stage.act("archive", 1)
    assert [row.archived for row in await stage.rows()] == [True, False]
    assert await stage.act("archive", 1) == "Back from the archive: “Cats”."
    assert [row.archived for row in await stage.rows()] == [False, False]


async def test_tags_that_all_share_are_proposed_and_what_is_taken_out_is_taken_from_all(session: Session) -> None:
    stage = Stage(session, "Night", "Work, #home night", "work", None, "")
    assert await stage.act("tag", 1) == "Tagged “Cats”: #night"
    assert await stage.act("tag") == "Tagged 2 conversations: #work #home #night"
    assert await stage.act("tag") == "Tagged 2 conversations: #work"
    assert [row.tags for row in await stage.rows()] == [("work",), ("work",)]
    assert await stage.act("tag") == "", "escape changes nothing"
    assert await stage.act("tag") == "No tags on 2 conversations."
    assert [proposed for _, proposed in stage.dialogs.asked] == ["", "", "home night work", "work", "work"]


async def test_copies_are_conversations_of_their_own(session: Session) -> None:
    stage = Stage(session)
    assert await stage.act("duplicate") == "Duplicated 2 conversations."
    assert len({row.id for row in await stage.rows()}) == 4


async def test_each_is_deleted_so_that_each_comes_back(session: Session) -> None:
    stage = Stage(session)
    assert await stage.act("delete") == "Deleted 2 conversations. ctrl+z brings them back one by one."
    assert stage.deleted == ["cats", "owls"]


@pytest.mark.parametrize("action", ["pin", "archive", "duplicate"])
async def test_a_library_that_fails_is_reported_and_nothing_is_said_to_be_done(session: Session, action: str) -> None:
    stage = Stage(session)
    rows = await stage.rows()
    await session.services.library.close()
    await stage.actions.act(action, rows, stage.list)
    assert (stage.list.said, len(stage.notices.said)) == ("", 1)


async def test_the_open_conversation_is_tagged_by_name(session: Session) -> None:
    stage = Stage(session)
    assert "takes no tags yet" in str(await stage.actions.tag_open("x"))
    await session.open("owls")
    await stage.actions.tag_open("#Birds, night")
    await stage.actions.tag_open("-birds")
    assert await session.services.library.labels.tags_of("owls") == ["night"]
    await stage.actions.tag_open("")
    await stage.actions.tag_open("-night")
    assert stage.notices.said[-2:] == ["Tags: #night", "No tags. /tag NAME gives one, /tag -NAME takes it away."]
    await session.services.library.close()
    assert "not open" in str(await stage.actions.tag_open("x"))
    await stage.actions.ask_tags()
    assert "not open" in stage.notices.said[-1]


async def test_the_tags_of_the_open_conversation_are_asked_for_with_those_that_it_has(session: Session) -> None:
    stage = Stage(session, "birds night", "night", None)
    await stage.actions.ask_tags()
    assert stage.notices.said == ["An empty conversation takes no tags yet: send a prompt first."]
    await session.open("owls")
    for _ in range(3):
        await stage.actions.ask_tags()
    assert [proposed for _, proposed in stage.dialogs.asked] == ["", "birds night", "night"]
    assert await session.services.library.labels.tags_of("owls") == ["night"]


async def test_tags_go_to_the_conversation_that_they_were_asked_for(session: Session) -> None:
    class Slow(Answers):
        """Another conversation is opened while the tags are typed."""

        async def ask_text(self, question: str, proposed: str = "", hint: str = "") -> str:
            await session.open("cats")
            return "night"

    stage = Stage(session)
    await session.open("owls")
    await LibraryActions(session, stage, Slow(), stage.notices, stage.posted).ask_tags()
    tags = session.services.library.labels.tags_of
    assert (await tags("owls"), await tags("cats")) == (["night"], [])


def test_a_title_is_quoted_in_short_and_without_what_drives_a_terminal() -> None:
    assert "\x1b" not in named_title("a\x1b[31mb")
    assert named_title("") == "“(no title)”"
    assert named_title("x" * 41) == f"“{'x' * 39}…”"
