"""Through the ordinary client, each keyword ends as the help says."""

from __future__ import annotations

import pytest

from tests.demo.asking import INSTANT
from tui_chat.client.backend import Backend
from tui_chat.core import event as ev
from tui_chat.core.message import Message, Outcome
from tui_chat.core.reply import Reply
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import FilterWord
from tui_chat.demo.backend import DemoBackend
from tui_chat.demo.scenarios import SCENARIOS

ENDS: dict[str, tuple[Outcome, FilterWord]] = {
    "hello": (Outcome.COMPLETE, "passed"),
    "help": (Outcome.COMPLETE, "passed"),
    "long answer": (Outcome.COMPLETE, "none"),
    "block prompt": (Outcome.PROMPT_BLOCKED, "blocked"),
    "block answer": (Outcome.ANSWER_BLOCKED, "blocked"),
    "withdraw answer": (Outcome.ANSWER_BLOCKED, "blocked"),
    "annotate answer": (Outcome.COMPLETE, "annotated"),
    "unchecked answer": (Outcome.COMPLETE, "not_run"),
    "slow start": (Outcome.COMPLETE, "passed"),
    "rate limit": (Outcome.COMPLETE, "passed"),
    "drop connection": (Outcome.INCOMPLETE, "none"),
    "server error": (Outcome.FAILED, "none"),
    "think aloud": (Outcome.COMPLETE, "none"),
    "cut short": (Outcome.LENGTH, "none"),
    "refuse to answer": (Outcome.REFUSED, "passed"),
    "empty answer": (Outcome.EMPTY, "none"),
}


async def ask(backend: Backend, *texts: str, settings: Settings | None = None, stream: bool = True) -> Reply:
    messages = [Message("assistant" if i % 2 else "user", text) for i, text in enumerate(texts)]
    reply = Reply()
    async for event in backend.answer(messages, settings or Settings(), stream=stream):
        reply.feed(event)
    return reply


def test_the_table_is_complete() -> None:
    assert {s.keyword for s in SCENARIOS} | {"hello"} == set(ENDS)


@pytest.mark.parametrize("keyword", ENDS)
async def test_each_keyword_ends_as_promised(keyword: str) -> None:
    reply = await ask(DemoBackend(INSTANT), keyword)
    assert (reply.outcome, reply.filter) == ENDS[keyword]
    assert reply.request_id or (reply.error and reply.error.request_id)
    if keyword not in ("block prompt", "server error"):
        assert reply.model == "demo"


@pytest.mark.parametrize("keyword", [k for k in ENDS if k not in ("drop connection", "server error")])
async def test_an_answer_in_one_piece_ends_the_same_way(keyword: str) -> None:
    reply = await ask(DemoBackend(INSTANT), keyword, stream=False)
    assert reply.outcome is ENDS[keyword][0]


async def test_what_the_filter_said_is_told() -> None:
    reply = await ask(DemoBackend(INSTANT), "block prompt: self-harm")
    assert [v.category for v in reply.verdicts if v.blocked] == ["self_harm"]
    assert {v.source for v in reply.verdicts} == {"prompt"}
    reply = await ask(DemoBackend(INSTANT), "block answer")
    assert [(v.source, v.category, v.severity) for v in reply.verdicts if v.blocked] == [
        ("answer", "violence", "medium")
    ]
    assert reply.text
    reply = await ask(DemoBackend(INSTANT), "annotate answer")
    assert {v.category for v in reply.verdicts if v.noticed} == {"profanity", "violence", "protected_material_code"}


async def test_a_rate_limit_is_waited_for() -> None:
    backend = DemoBackend(INSTANT)
    reply = Reply()
    waits = []
    async for event in backend.answer([Message("user", "rate limit")], Settings()):
        reply.feed(event)
        waits += [event] if isinstance(event, ev.Waiting) else []
    assert reply.attempts == 2
    assert [wait.error is not None for wait in waits] == [True]


async def test_reasoning_is_kept_apart() -> None:
    reply = await ask(DemoBackend(INSTANT), "think aloud")
    assert "340" in reply.reasoning
    assert reply.text.startswith("17")


async def test_all_settings_are_taken() -> None:
    settings = Settings(system="Be kind.", temperature=0.2, top_p=0.5, max_tokens=400, seed=7, stop=("@@",))
    reply = await ask(DemoBackend(INSTANT), "one", "two", "three", settings=settings)
    assert reply.attempts == 1, "nothing was refused"
    for expected in ("Be kind.", "`0.2`", "`400`", "`7`", "4 messages"):
        assert expected in reply.text


async def test_max_tokens_is_a_length() -> None:
    reply = await ask(DemoBackend(INSTANT), "long answer", settings=Settings(max_tokens=64))
    assert reply.outcome is Outcome.LENGTH
    assert reply.usage is not None
    assert reply.usage.completion_tokens == 64


async def test_closing_is_safe() -> None:
    backend = DemoBackend(INSTANT)
    await backend.aclose()
    await backend.aclose()
