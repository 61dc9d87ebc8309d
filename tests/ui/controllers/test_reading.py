"""What is done with the message or block under the reading cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests.store.trees import answer, talk
from tests.ui.controllers.fakes import Answers, Copied, Notices, Tasks, Written
from tui_chat.core.conversation import Node
from tui_chat.core.message import Outcome
from tui_chat.engine.session import Session
from tui_chat.ui.controllers.reading import NOTHING, ReadingController
from tui_chat.ui.keymap import Keymap

SOURCE = "First *words*.\n\n```python\nprint(1)\n```\n\n- in a list\n\n  ```\n  more()\n  ```\n"


@dataclass(frozen=True)
class Spot:
    id: str
    text: str = ""
    block: tuple[int, int] | None = None
    code: int | None = None
    links: Sequence[tuple[str, str]] = ()
    has_code: bool = False
    foldable: bool = False


class View:
    """A transcript with its cursor on a spot."""

    def __init__(self, session: Session, spot: Spot | None) -> None:
        self._session, self.spot = session, spot
        self.has_focus = spot is not None
        self.toggled: list[tuple[str, str]] = []

    @property
    def cursor(self) -> View:
        return self

    @property
    def views(self) -> View:
        return self

    @property
    def streams(self) -> View:
        return self

    def answer(self, node_id: str) -> object | None:
        return None

    def action_move(self, what: str, by: int) -> bool:
        self.toggled.append((what, str(by)))
        return self.spot is not None and self.spot.has_code

    def toggle_source(self, node_id: str) -> None:
        self.toggled.append(("source", node_id))

    def toggle_details(self, node_id: str) -> None:
        self.toggled.append(("details", node_id))

    def toggle_folds(self, node_id: str, number: int | None) -> bool:
        return False

    def markdown_of(self, node_id: str) -> str:
        return self._session.conversation.nodes[node_id].turn.text


class Others:
    """The controllers that reading asks; remembers what was asked of them."""

    def __init__(self, last: str = "") -> None:
        self.last, self.asked = last, list[tuple[str, str | None]]()

    def last_answer(self) -> str:
        return self.last

    async def retry(self, prompt_id: str | None = None) -> None:
        self.asked.append(("retry", prompt_id))

    def show(self, node_id: str, by: int) -> None:
        self.asked.append((f"version {by:+}", node_id))

    async def copy_at(self, spot: object) -> None:
        self.asked.append(("copy_code", getattr(spot, "id", None)))

    async def choose(self, links: Sequence[tuple[str, str]]) -> None:
        self.asked.extend(("link", address) for _, address in links)

    async def view_of(self, node_id: str) -> None:
        self.asked.append(("files", node_id))

    async def compare(self) -> None:
        self.asked.append(("compare", None))

    def begin(self, prompt_id: str) -> None:
        self.asked.append(("edit", prompt_id))

    def toggle_exclusion(self, answer_id: str, name: str) -> None:
        self.asked.append(("sent", answer_id))


class Stage:
    def __init__(
        self, session: Session, spot: Spot | None = None, *answers: object, last: str = "", selected: str = ""
    ) -> None:
        session.switch(talk(("question", SOURCE), id="read"))
        self.view, self.others, self.prompt, self.copied = View(session, spot), Others(last), Written(), Copied()
        self.dialogs, self.notices, self.jobs = Answers(*answers), Notices(), Tasks()
        self.reading = ReadingController(
            session,
            self.view,
            self.prompt,
            self.others,
            self.others,
            self.others,
            self.others,
            self.others,
            self.others,
            self.others,
            self.others.compare,
            Keymap(),
            lambda: selected,
            self.copied,
            self.dialogs,
            self.notices,
            self.jobs,
        )

    async def copies(self) -> list[tuple[str, str]]:
        self.reading.copy()
        await self.jobs.done()
        return self.copied


FIRST = Spot("a0", "First words.", (0, 3))


@pytest.mark.parametrize(
    ("spot", "selected", "copied"),
    [
        (FIRST, "", ("First *words*.", "block")),
        (FIRST, "words", ("words", "selection")),
        (Spot("a0"), "", (SOURCE, "message")),
        (Spot("p0", "question", (0, 1)), "", ("question", "block")),
        (Spot("a0", "as seen", (0, 9)), "", ("as seen", "block")),
        (None, "words", ("words", "selection")),
        (None, "", ("the last answer", "answer")),
    ],
)
async def test_what_the_cursor_is_on_is_copied_as_it_was_written(
    session: Session, spot: Spot | None, selected: str, copied: tuple[str, str]
) -> None:
    assert await Stage(session, spot, last="the last answer", selected=selected).copies() == [copied]


async def test_where_there_is_no_answer_nothing_is_copied(session: Session) -> None:
    stage = Stage(session)
    assert await stage.copies() == []
    assert stage.notices.said == ["There is no answer to copy yet."]


async def test_a_quote_stands_below_what_is_being_written(session: Session) -> None:
    stage = Stage(session, Spot("a0", "First words.", (0, 3)))
    stage.prompt.text = "About this:"
    await stage.reading.do("quote")
    assert stage.prompt.text == "About this:\n\n> First *words*.\n\n"
    assert stage.prompt.focused


@pytest.mark.parametrize("name", ["edit", "retry", "sent"])
@pytest.mark.parametrize("spot", [Spot("p0"), Spot("a0"), FIRST])
async def test_a_turn_is_edited_asked_again_and_left_out_from_anywhere_in_it(
    session: Session, spot: Spot, name: str
) -> None:
    stage = Stage(session, spot)
    await stage.reading.do(name)
    await stage.jobs.done()
    assert stage.others.asked == [(name, "a0" if name == "sent" else "p0")]


async def test_code_versions_and_links_are_those_of_the_spot(session: Session) -> None:
    spot = Spot("a0", has_code=True, links=[("docs", "https://a.example")])
    stage = Stage(session, spot)
    session.conversation.add(Node("a1", "p0", answer("better", 9, Outcome.COMPLETE)))
    names = {offer.name for offer in stage.reading.offers()}
    assert {"copy_code", "links", "newer"} <= names
    assert "older" not in names
    for name in ("copy_code", "links", "newer", "older"):
        await stage.reading.do(name)
    await stage.jobs.done()
    assert stage.others.asked == [
        ("copy_code", "a0"),
        ("link", "https://a.example"),
        ("version +1", "a0"),
        ("version -1", "a0"),
    ]


async def test_the_menu_offers_what_can_be_done_and_does_it(session: Session) -> None:
    stage = Stage(session, FIRST, "copy", None)
    for _ in range(2):
        await stage.reading.menu()
    assert stage.copied == [("First *words*.", "block")]
    title, names = stage.dialogs.asked[0]
    assert title == "Block"
    assert {"copy", "edit", "retry", "quote", "sent"} <= {*names.split()}
    assert "copy_code" not in names.split(), "there is none in it"
    on_prompt = {offer.name for offer in Stage(session, Spot("p0")).reading.offers()}
    assert "copy_code" not in on_prompt
    assert "edit" in on_prompt


async def test_nothing_in_the_menu_is_taken_for_folding(session: Session) -> None:
    spot = Spot("a0", has_code=True, links=[("docs", "https://a.example")])
    names = [offer.name for offer in Stage(session, spot).reading.offers() if offer.name != "fold"]
    stage = Stage(session, spot, *names)
    for _ in names:
        await stage.reading.menu()
    await stage.jobs.done()
    assert stage.notices.said == []
    assert ("compare", None) in stage.others.asked


async def test_where_the_cursor_is_on_nothing_it_is_said(session: Session) -> None:
    for spot in (None, Spot("gone")):
        stage = Stage(session, spot)
        await stage.reading.menu()
        await stage.reading.do("copy")
        assert stage.notices.said == [NOTHING, NOTHING]
        assert (stage.copied, stage.dialogs.asked) == ([], [])
