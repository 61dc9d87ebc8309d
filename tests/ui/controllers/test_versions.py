"""Versions of answers and prompts, turned by key or shown from elsewhere."""

from __future__ import annotations

from tests.store.trees import forked, talk
from tests.ui.controllers.fakes import Tasks
from tui_chat.engine.session import Session
from tui_chat.ui.controllers.versions import VersionsController


class View:
    """A transcript; `id` is the message under its cursor."""

    has_focus = False
    id = ""

    def __init__(self) -> None:
        self.shown: list[str] = []

    @property
    def cursor(self) -> View:
        return self

    @property
    def spot(self) -> View | None:
        return self if self.id else None

    def point_at(self, node_id: str) -> None:
        self.shown.append(f"at {node_id}")

    async def show_path(self, pointed_at: str) -> None:
        self.shown.append(pointed_at)


class Stage:
    def __init__(self, session: Session) -> None:
        self.session, self.view, self.jobs = session, View(), Tasks()
        self.versions = VersionsController(session, self.view, self.view, self.jobs)

    async def turned(self, by: int) -> list[str]:
        """What is shown then."""
        self.view.shown = []
        self.versions.turn(by)
        await self.jobs.done()
        return self.view.shown


async def test_the_last_answer_is_turned_and_where_it_has_no_other_its_prompt(session: Session) -> None:
    session.services.library.create(forked()).now()
    session.switch(forked())
    stage = Stage(session)
    assert await stage.turned(1) == [], "the newest"
    assert await stage.turned(-1) == ["p1"]
    assert session.conversation.head == "other"
    assert await stage.turned(-1) == ["a1"], "the answer, which has another here"
    await session.services.unsaved.settled()
    assert (await session.services.library.load("talk")).head == "a1", "it is shown the next time, too"


async def test_what_is_read_is_turned_and_nothing_else_in_its_place(session: Session) -> None:
    session.services.library.create(forked()).now()
    session.switch(forked())
    stage = Stage(session)
    stage.view.has_focus, stage.view.id = True, "a0"
    assert await stage.turned(-1) == [], "it has no other version"
    stage.view.id = "edited"
    assert await stage.turned(-1) == ["p1"]
    stage.view.id = "gone"
    assert await stage.turned(-1) == []


async def test_without_other_versions_nothing_happens(session: Session) -> None:
    stage = Stage(session)
    assert await stage.turned(-1) == []
    session.switch(talk(("question", "answer"), ("more", "yes")))
    session.conversation.head = "a0"  # `p1` has no sibling either
    assert await stage.turned(-1) == []


async def test_a_message_is_shown_on_whichever_branch_it_is(session: Session) -> None:
    session.services.library.create(forked()).now()
    session.switch(forked())
    stage = Stage(session)
    await stage.versions.show_turn("edited")
    assert stage.view.shown == ["at edited"]
    await stage.versions.show_turn("a1")
    assert (stage.view.shown, session.conversation.head) == (["at edited", "a1", "at a1"], "a1")
    session.new()
    await stage.versions.show_turn("a1")
    assert stage.view.shown[3:] == [], "another conversation was opened meanwhile"
