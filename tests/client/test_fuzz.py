"""Whatever bytes a server sends, in HTTP or below it: an answer that ends, in time, and never an exception."""

from __future__ import annotations

import asyncio
import random

from tests.client.asking import PROMPT
from tests.faults.server import HELLO, Wire, serve
from tests.wire.fixtures import cases
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core import event as ev
from tui_chat.core.endpoint import EndpointConfig, Timeouts
from tui_chat.core.reply import Reply
from tui_chat.core.settings import Settings

HEADS = [
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 500 No\r\n",
    b"HTTP/1.0 404\r\n",
    b"HTTP/1.1 307 x\r\n",
    b"HTTP/9.9 200 OK\r\n",
    b"\r\n",
    b"",
]
FIELDS = [
    b"Content-Type: text/event-stream\r\n",
    b"Content-Type: application/json\r\n",
    b"Content-Type: \xff\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Length: 20\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 5, 6\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Encoding: deflate, gzip\r\n",
    b"Retry-After: 0\r\n",
    b"Location: /x\r\n",
    b"Location: //other\r\n",
    b"Connection: close\r\n",
    b"X: " + b"y" * 70_000 + b"\r\n",
    b"No colon\r\n",
    b" folded\r\n",
    b"Set-Cookie: a=b\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"x-should-retry: true\r\n",
    b"Date: x\r\n",
    b"Retry-After: x\r\n",
]
BODIES = [
    b"".join(HELLO),
    b"5\r\nhello\r\n0\r\n\r\n",
    b"ffffffffffffffffff\r\n",
    b"{",
    b"data: [DONE]\n\n",
    b"\x1f\x8b\x08",
    b"",
    b"\0" * 999,
]


def junk(dice: random.Random, bodies: list[bytes]) -> bytes:
    fields = b"".join(dice.choices(FIELDS, k=dice.randrange(4)))
    body = bytearray(dice.choice(bodies))
    for _ in range(dice.choice([0, 0, 1, 5])):
        if body:
            body[dice.randrange(len(body))] = dice.randrange(256)
    if dice.random() < 0.5:
        body = bytearray(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), bytes(body)))
        fields += b"Transfer-Encoding: chunked\r\n"
    raw = dice.choice(HEADS) + fields + b"\r\n" + bytes(body)
    return raw[: dice.randrange(len(raw) + 1)] if dice.random() < 0.3 else raw


async def test_any_bytes() -> None:
    dice = random.Random(11)
    bodies = BODIES + [case.body for case in cases()]

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.send(junk(dice, bodies))
        if dice.random() < 0.1:
            await wire.gone()

    async with serve(script) as server:
        timeouts = Timeouts(connect=1, first_token=0.05, idle=0.05, whole=0.05, tail=0.05)
        client = HttpBackend(EndpointConfig("e", server.url, timeouts=timeouts), "k1234", environ={}, first_pause=0)
        for number in range(60):
            reply = Reply()
            async with asyncio.timeout(5):
                async for event in client.answer(PROMPT, Settings(), stream=bool(number % 3)):
                    reply.feed(event)
            assert isinstance(event, ev.Closed), number
            assert reply.outcome is not None
            assert reply.error is None or reply.error.message
            reply.text.encode()
        await client.aclose()
