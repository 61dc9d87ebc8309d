"""The library: listed, opened, renamed, deleted and brought back."""

from __future__ import annotations

from tests.store.trees import talk
from tests.ui.controllers.fakes import Answers, ConversationRows, Notices, Posted, Tasks, Written
from tui_chat.engine.session import Session
from tui_chat.ui.controllers.library import LibraryController
from tui_chat.ui.library_row import OpenAt
from tui_chat.ui.widget_messages import LibraryChanged


class Shown:
    """What is opened."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def new(self) -> None:
        self.opened.append("new")

    async def open(self, conversation_id: str) -> bool:
        self.opened.append(conversation_id)
        return True

    async def show_turn(self, node_id: str) -> None:
        self.opened.append(f"turn {node_id}")

    def mark(self, query: str, conversation_id: str) -> None:
        self.opened.append(f"mark {query}")


class Dialogs(Answers):
    async def library(self, controller: LibraryController, query: str) -> OpenAt | None:
        self.asked.append(("library", query))
        answer = self._answers.popleft()
        assert answer is None or isinstance(answer, str)
        return None if answer is None else OpenAt(answer)


class Stage:
    """A controller with a library of two conversations, and all that it works with."""

    def __init__(self, session: Session, *answers: object) -> None:
        self.session, self.shown, self.list = session, Shown(), ConversationRows()
        self.notices, self.posted, self.jobs, self.prompt = Notices(), Posted(), Tasks(), Written()
        dialogs = Dialogs(*answers)
        self.library = LibraryController(
            session,
            self.shown,
            self.prompt,
            lambda: [self.list],
            dialogs,
            self.notices,
            self.jobs,
            self.posted,
            self.shown,
            self.shown,
        )
        for name in ("owls", "cats"):
            session.services.library.create(talk(("question", f"about {name}"), id=name, title=name.title())).now()


async def test_all_are_listed_and_found_and_a_closed_list_is_left_alone(session: Session) -> None:
    stage = Stage(session)
    stage.library.refresh()
    await stage.jobs.done()
    assert sorted(stage.list.titles) == ["Cats", "Owls"]
    stage.list.wanted = "owls"
    await stage.library.fill(stage.list)
    assert stage.list.titles == ["Owls"]
    closed = ConversationRows(None)
    await stage.library.fill(closed)
    assert closed.titles == []


async def test_what_is_chosen_is_opened_unless_it_is_open(session: Session) -> None:
    stage = Stage(session, "owls", None, session.conversation.id)
    for _ in range(3):
        await stage.library.choose()
    assert (stage.shown.opened, stage.prompt.focused) == (["owls"], True)


async def test_words_open_the_one_that_has_them_and_several_are_chosen_from(session: Session) -> None:
    stage = Stage(session, "cats")
    stage.session.services.library.create(talk(("of horned-owls", "fly"), id="horned-owls-1", title="Id")).now()
    assert await stage.library.open_named("horned-owls-1") is None
    assert await stage.library.open_named("cats") is None
    assert stage.shown.opened == ["horned-owls-1", "cats"]
    assert await stage.library.open_named("about") is None
    assert stage.shown.opened[2:] == ["cats"], "what was chosen"
    assert "No saved conversation contains “zebras”." in str(await stage.library.open_named("zebras"))


async def test_one_is_renamed_unless_the_title_is_empty(session: Session) -> None:
    stage = Stage(session, "  New  title ", "", None)
    for _ in range(3):
        await stage.library.rename("owls", "Owls")
    await session.services.unsaved.settled()
    assert {summary.title for summary in await session.services.library.list(9)} == {"New title", "Cats"}
    assert [type(fact) for fact in stage.posted] == [LibraryChanged]


async def test_one_is_deleted_and_brought_back(session: Session) -> None:
    stage = Stage(session)
    session.switch(await session.load("owls"))
    await stage.library.delete("owls", "Owls", stage.list)
    assert (stage.list.titles, stage.shown.opened) == (["Cats"], ["new"])
    assert "Deleted “Owls”" in stage.list.said
    session.new()
    await stage.library.undo_delete(stage.list)
    assert sorted(stage.list.titles) == ["Cats", "Owls"]
    assert stage.shown.opened == ["new", "owls"], "shown again where it was shown"
    await stage.library.undo_delete(stage.list)
    assert "Nothing was deleted" in stage.list.said


async def test_the_open_one_is_renamed_and_deleted_unless_it_is_empty(session: Session) -> None:
    stage = Stage(session, "New title")
    await stage.library.rename_open()
    await stage.library.delete_open()
    assert [said.partition(":")[0] for said in stage.notices.said] == [
        "An empty conversation has no title yet",
        "This conversation is empty",
    ]
    session.switch(await session.load("owls"))
    await stage.library.rename_open()
    assert session.conversation.title == "New title"
    await session.services.unsaved.settled()
    await stage.library.delete_open()
    assert [summary.title for summary in await session.services.library.list(9)] == ["Cats"]
    assert stage.shown.opened == ["new"]
    assert "Deleted “New title”" in stage.notices.said[-1]


async def test_one_being_answered_is_not_deleted(session: Session) -> None:
    stage = Stage(session)
    exchange = await session.ask("question")
    await stage.library.delete(exchange.conversation.id, "", stage.list)
    await stage.library.delete_open()
    assert all("is being answered" in said for said in stage.notices.said)
    assert await session.services.library.latest() == exchange.conversation.id
    session.ended(exchange)


async def test_a_found_message_is_opened_and_marked_and_a_deleted_one_restored(session: Session) -> None:
    stage = Stage(session)
    await session.open("cats")
    await stage.library.open_spot(OpenAt("cats", "a0", "about cats"))
    assert stage.shown.opened == ["turn a0", "mark about cats"]
    await session.services.library.delete("owls")
    await stage.library.open_spot(OpenAt("owls"), deleted=True)
    assert stage.shown.opened[-1] == "owls"
    assert await session.services.library.contains("owls")
    assert await session.services.library.trash.list() == []


async def test_a_filter_that_cannot_be_read_is_said_with_what_was_found(session: Session) -> None:
    stage = Stage(session)
    stage.list.wanted = "about is:bloked"
    await stage.library.fill(stage.list)
    assert len(stage.list.titles) == 2
    assert "Did you mean is:blocked?" in stage.list.hints[0]
