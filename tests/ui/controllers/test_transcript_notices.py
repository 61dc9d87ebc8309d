"""What is said about an answer is said once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.controllers.fakes import Notices
from tui_chat.core.conversation import Conversation
from tui_chat.core.event import Noted
from tui_chat.core.message import Outcome
from tui_chat.engine.exchange import Exchange
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.transcript_notices import TranscriptNoticesController


class Lines:
    def __init__(self) -> None:
        self.marks: list[str] = []

    def notice(self, text: str, after: str | None = None) -> None:
        self.marks.append(text)

    def mark(self, text: str, after: str | None) -> None:
        return


async def ended(context: AppContext, outcome: Outcome, rings: list[tuple[str, float]]) -> list[str]:
    session, notices = context.session, Notices()
    exchange: Exchange = await session.ask("question")
    node = session.conversation.nodes[exchange.answer_id]
    session.conversation.put(node.id, type(node.turn)("assistant", "text", node.turn.created, outcome=outcome))
    controller = TranscriptNoticesController(
        context, Lines(), notices, lambda title, seconds: rings.append((title, seconds))
    )
    controller.noted(exchange, Noted("the server was slow"))
    controller.noted(exchange, Noted("the server was slow"))
    controller.ended(exchange)
    session.ended(exchange)
    return notices.said


@pytest.mark.parametrize("outcome", [Outcome.LENGTH, Outcome.FAILED, Outcome.COMPLETE])
async def test_a_note_is_said_once_and_the_end_is_announced(context: AppContext, outcome: Outcome) -> None:
    """What can be done next is said on the answer's own last line, and not on top of it."""
    rings: list[tuple[str, float]] = []
    assert await ended(context, outcome, rings) == ["The server was slow."]
    assert rings == [("question", 0.0)], "the title is announced, and how long it took"


async def test_it_is_said_once_that_another_endpoint_will_answer_than_did(context: AppContext) -> None:
    session, notices = context.session, Notices()
    exchange = await session.ask("question")
    conversation = session.conversation
    turn = conversation.nodes[exchange.answer_id].turn
    controller = TranscriptNoticesController(context, Lines(), notices, lambda title, seconds: None)
    conversation.put(exchange.answer_id, replace(turn, outcome=Outcome.COMPLETE, endpoint=context.endpoint))
    controller.shown(conversation, ())
    assert notices.said == []
    other = Conversation("other", conversation.created)
    controller.shown(other, ())
    conversation.put(exchange.answer_id, replace(turn, outcome=Outcome.COMPLETE, endpoint="azure\x1b[2J"))
    controller.shown(conversation, ())
    controller.shown(conversation, ())
    assert notices.said == [f"The last answer here came from azure␛[2J. The next one comes from {context.endpoint}."]
