"""Code that is copied: the last block, a clicked one, and what is meant by the place that is read."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.store.trees import talk
from tests.ui.controllers.fakes import Copied, Notices
from tui_chat.engine.session import Session
from tui_chat.ui.controllers.code import CodeController

SOURCE = "Above.\n\n```python\nprint(1)\n```\n\nBetween.\n\n- item\n\n  ```\n  more()\n  ```\n\nBelow.\n"
"""Five blocks: a paragraph, code, a paragraph, a list with code in it, a paragraph."""


@dataclass(frozen=True)
class Spot:
    id: str = "a0"
    code: int | None = None


class Stage:
    def __init__(self, session: Session, *sources: str) -> None:
        session.switch(talk(*(("question\n\n```\nmine\n```", source) for source in sources)))
        self.session, self.copied, self.notices = session, Copied(), Notices()
        self.code = CodeController(session, self, self.copied, self.notices)

    def markdown_of(self, node_id: str) -> str:
        return self.session.conversation.nodes[node_id].turn.text


async def test_the_last_block_of_the_last_answer_that_has_one(session: Session) -> None:
    stage = Stage(session, SOURCE, "No code here.")
    await stage.code.copy_last()
    assert stage.copied == [("more()", "last code block")]


async def test_where_no_answer_has_code_that_is_said_and_the_users_own_is_not_meant(session: Session) -> None:
    stage = Stage(session, "None.")
    await stage.code.copy_last()
    assert (stage.copied, stage.notices.said) == ([], ["There is no code in this conversation yet."])


async def test_a_clicked_block_is_copied_and_one_that_is_gone_is_not(session: Session) -> None:
    stage = Stage(session, SOURCE)
    await stage.code.copy_block("a0", 0)
    await stage.code.copy_block("a0", 7)
    assert stage.copied == [("print(1)", "code")]


@pytest.mark.parametrize(
    ("spot", "copied", "named"),
    [
        (Spot(code=0), "print(1)", "code (1 of 2)"),
        (Spot(code=1), "more()", "code (2 of 2)"),
        (Spot("a1", code=0), "1", "code"),
    ],
)
async def test_the_code_block_that_is_read(session: Session, spot: Spot, copied: str, named: str) -> None:
    stage = Stage(session, SOURCE, "```\n1\n```")
    await stage.code.copy_at(spot)
    assert stage.copied == [(copied, named)]


async def test_a_message_without_code_says_so_and_a_place_that_has_grown_since_copies_nothing_wrong(
    session: Session,
) -> None:
    stage = Stage(session, "None.", SOURCE)
    await stage.code.copy_at(Spot())
    await stage.code.copy_at(Spot("a1", code=2))  # it had three blocks when it was drawn
    assert (stage.copied, stage.notices.said) == ([], ["There is no code in this message."] * 2)
