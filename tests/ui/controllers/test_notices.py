"""What is said about an answer: once, with the keys that the user has."""

from __future__ import annotations

import pytest

from tests.ui.controllers.fakes import Notices
from tui_chat.core.event import Noted
from tui_chat.core.message import Outcome
from tui_chat.engine.exchange import Exchange
from tui_chat.ui.context import AppContext
from tui_chat.ui.controllers.notices import NoticesController
from tui_chat.ui.user_keys import Keys

KEYS = Keys({"chat.retry": ("f6",), "chat.continue": (), "chat.exchange": ("f12",)})


class Lines:
    def __init__(self) -> None:
        self.marks: list[str] = []

    def notice(self, text: str, after: str | None = None) -> None:
        self.marks.append(text)

    def mark(self, text: str, after: str | None) -> None:
        return


async def ended(context: AppContext, outcome: Outcome, rings: list[str]) -> list[str]:
    session, notices = context.session, Notices()
    exchange: Exchange = await session.ask("question")
    node = session.conversation.nodes[exchange.answer_id]
    session.conversation.put(node.id, type(node.turn)("assistant", "text", node.turn.created, outcome=outcome))
    controller = NoticesController(context, Lines(), notices, KEYS, rings.append)
    controller.noted(exchange, Noted("the server was slow"))
    controller.noted(exchange, Noted("the server was slow"))
    controller.ended(exchange)
    session.ended(exchange)
    return notices.said


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.LENGTH, "The answer was cut at max_tokens: the palette (^p) goes on with it."),
        (Outcome.FAILED, "The request failed: f6 sends it again, f12 shows what went over the wire."),
        (Outcome.COMPLETE, ""),
    ],
)
async def test_the_next_step_is_named_with_the_users_own_keys(
    context: AppContext, outcome: Outcome, words: str
) -> None:
    rings: list[str] = []
    assert await ended(context, outcome, rings) == ["The server was slow.", *([words] if words else [])]
    assert rings == ["question"], "the title is announced"
