"""What the next request sends is listed message by message, and is what is really sent."""

from __future__ import annotations

import dataclasses

from tests.scripted import ScriptedBackend
from tests.store.trees import talk
from tests.support.sent import sent_messages
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome
from tui_chat.core.settings import Settings
from tui_chat.engine.context_limits import ContextLimits, as_sent
from tui_chat.engine.context_report import (
    EXCLUDED,
    NO_ANSWER,
    PENDING,
    REJECTED,
    TOO_OLD,
    ContextReport,
    context_report,
)
from tui_chat.engine.request_plan import plan_request


async def report(
    conversation: Conversation, settings: Settings | None = None, context: int | None = None
) -> ContextReport:
    backend = ScriptedBackend([], context=context)
    return await context_report(conversation, settings or Settings(), backend, ContextLimits())


def change(conversation: Conversation, index: int, **values: object) -> None:
    node = conversation.path()[index]
    conversation.put(node.id, dataclasses.replace(node.turn, **values))  # type: ignore[arg-type]


async def test_every_message_with_its_tokens_and_the_system_prompt_first() -> None:
    found = await report(talk(("question", "one two"), ("and then?", "three")), Settings(system="Be brief."), 1000)
    assert [row.role for row in found.rows] == ["system", "user", "assistant", "user", "assistant"]
    assert all(row.tokens > 4 and not row.left_out for row in found.rows)
    assert found.tokens == sum(row.tokens for row in found.rows)
    assert found.summary() == f"5 messages, about {found.tokens} of 1,000 tokens (4%)."


async def test_what_is_left_out_says_why() -> None:
    talked = talk(("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"))
    change(talked, 1, outcome=Outcome.ANSWER_BLOCKED)
    change(talked, 2, sent=False)
    change(talked, 5, outcome=Outcome.FAILED, text="")
    found = await report(talked, Settings(max_tokens=100))
    assert [row.left_out for row in found.rows][:4] == [NO_ANSWER, REJECTED, EXCLUDED, "its prompt is not sent"]
    assert [row.left_out for row in found.rows][4:] == [NO_ANSWER, "failed", "", ""]
    assert found.sent == 2
    assert found.summary().endswith("; 100 are kept for the answer. 6 not sent.")


async def test_what_does_not_fit_is_named_and_the_rest_is_what_is_sent() -> None:
    talked = talk(("word " * 150, "word " * 150), ("short", "answer"))
    backend = ScriptedBackend([], context=400)
    found = await report(talked, context=400)
    assert [row.left_out for row in found.rows] == [TOO_OLD, TOO_OLD, "", ""]
    plan = await plan_request(talked, talked.path()[-1].id, Settings(), backend, ContextLimits())
    assert [row.text for row in found.rows if not row.left_out] == [message.text for message in plan.messages]


async def test_what_is_being_answered_is_named_as_such() -> None:
    talked = talk(("a", "1"), ("b", ""))
    change(talked, 3, outcome=None)
    backend = ScriptedBackend([])
    found = await context_report(talked, Settings(), backend, ContextLimits(), talked.path()[2].id)
    assert [row.left_out for row in found.rows] == ["", "", PENDING, PENDING]


async def test_an_empty_conversation_has_nothing() -> None:
    assert (await report(talk())).rows == ()


class Replaying(ScriptedBackend):
    """A backend that sends the model's thinking back."""

    replays_thinking = True


async def test_thinking_counts_where_it_is_sent_back() -> None:
    talked = talk(("question", "one two"), ("and then?", "three"))
    change(talked, 1, reasoning="a long thought " * 50, endpoint="scripted")
    change(talked, 3, reasoning="a long thought " * 50, endpoint="elsewhere")
    plain = await report(talked)
    backend = Replaying([])
    found = await context_report(talked, Settings(), backend, ContextLimits())
    assert [a.tokens - b.tokens > 100 for a, b in zip(found.rows, plain.rows, strict=True)] == [
        False,
        True,
        False,
        False,
    ]
    sent = [message.thinking for message in as_sent(sent_messages(talked), backend)]
    assert [bool(thinking) for thinking in sent] == [False, True, False, False]
    assert not any(message.thinking for message in as_sent(sent_messages(talked), ScriptedBackend([])))


async def test_what_is_being_written_is_the_last_message() -> None:
    talked = talk(("a", "1"), ("b", "2"))
    backend = ScriptedBackend([])
    plain = await context_report(talked, Settings(), backend, ContextLimits())
    found = await context_report(talked, Settings(), backend, ContextLimits(), None, "And then?")
    assert found.rows[:-1] == plain.rows
    assert (found.rows[-1].role, found.rows[-1].text, found.rows[-1].left_out) == ("draft", "And then?", "")
    assert found.tokens == plain.tokens + found.rows[-1].tokens
