"""What is held back, because it may be half a tag or half a key, is the end of an answer that stops there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest

from tests.client.asking import PATIENT, PROMPT
from tests.faults.server import data
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core import event as ev
from tui_chat.core.continuation import OverlapFilter
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.reply import Reply
from tui_chat.core.settings import Settings

KEY = "cnry7F3ax9Q2zWk5T8mVb4Lp"


class Stalled(httpx.AsyncByteStream):
    """Gives its pieces one by one, and then nothing more."""

    def __init__(self, pieces: list[bytes], sent: asyncio.Event) -> None:
        self._pieces = pieces
        self._sent = sent

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
            await asyncio.sleep(0)  # or the next one would come together with it
        self._sent.set()
        await asyncio.Event().wait()


async def stopped_after(deltas: list[dict[str, object]]) -> Reply:
    """The reply to an answer that is stopped once all of this has come."""
    sent, reply = asyncio.Event(), Reply()
    pieces = [data({"choices": [{"index": 0, "delta": delta}]}) for delta in deltas]
    headers = {"content-type": "text/event-stream"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=Stalled(pieces, sent)))
    config = EndpointConfig("test", "https://h.test/v1/chat/completions", timeouts=PATIENT)
    backend = HttpBackend(config, KEY, transport, environ={})

    async def read() -> None:
        async for event in backend.answer(PROMPT, Settings()):
            reply.feed(event)

    task = asyncio.create_task(read())
    await sent.wait()
    reply.feed(ev.Stopped())
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await backend.aclose()
    return reply


@pytest.mark.parametrize(
    ("said", "text", "reasoning"),
    [
        ("Take a <", "Take a <", ""),
        ("So it is </thi", "So it is </thi", ""),
        ("<thi", "<thi", ""),
        ("<think>I wonder </thin", "", "I wonder </thin"),
        ("assist </think>Well </", "Well </", "assist"),
        ("<|channel|>analysis<|message|>Let me see <|en", "", "Let me see <|en"),
        ("<|channel|>final<|message|>Paris <|", "Paris <|", ""),
        (f"It is {KEY[:5]}", f"It is {KEY[:5]}", ""),
        (f"<think>It is {KEY[:6]}", "", f"It is {KEY[:6]}"),
        ("At 100%2", "At 100%2", ""),
        ("A & B &am", "A & B &am", ""),
    ],
)
async def test_what_is_held_back_comes_out_where_an_answer_is_stopped(said: str, text: str, reasoning: str) -> None:
    whole = await stopped_after([{"content": said}])
    assert (whole.text, whole.reasoning.rstrip()) == (text, reasoning.rstrip())
    cut = await stopped_after([{"content": char} for char in said])
    assert (cut.text, cut.reasoning) == (whole.text, whole.reasoning)


async def test_a_key_that_is_cut_by_a_stop_is_masked() -> None:
    assert (await stopped_after([{"content": f"It is {KEY[:12]}"}])).text == "It is [masked]"
    assert (await stopped_after([{"content": char} for char in f"It is {KEY[:12]}"])).text == "It is cnr[masked]"


async def test_what_was_held_back_is_not_told_twice() -> None:
    for said in ("a </thing> b", f"a {KEY[:6]} b", "1 < 2 & 3", "<think>a < b</think>c < d", f"{KEY[:4]}{KEY[:5]}!"):
        for upto in range(1, len(said) + 1):
            reply = await stopped_after([{"content": char} for char in said[:upto]])
            assert len(reply.text + reply.reasoning) <= upto
        assert reply.text == said.rpartition("</think>")[2]


async def test_every_channel_lets_go_of_what_it_held() -> None:
    call = {"index": 0, "function": {"name": "look", "arguments": json.dumps({"q": KEY[:5]})[:-2]}}
    reply = await stopped_after([{"reasoning_content": KEY[:5]}, {"refusal": KEY[:6]}, {"tool_calls": [call]}])
    assert (reply.reasoning, reply.refusal) == (KEY[:5], KEY[:6])
    assert KEY[:5] in reply.text


def test_a_repetition_that_is_held_back_comes_out_too() -> None:
    before = "The Rhine rises in the Alps and"
    for stop in (ev.Stopped(), ev.Closed(done=False)):
        reply, unrepeated = Reply(), OverlapFilter(before)
        for event in (ev.TextDelta("The Rh"), ev.Held((ev.TextDelta("<"),))):
            for told in unrepeated.feed(event):
                reply.feed(told)
        assert reply.text == ""
        reply.feed(stop)
        assert reply.text == "The Rh<"
