"""The demo as an httpx transport: a server inside the process, with routes, a rate limit and a filter."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator

import httpx

from tui_chat.demo import bodies, filter_results
from tui_chat.demo.answers import answer
from tui_chat.demo.bodies import Refusal
from tui_chat.demo.pace import FIRST_TOKEN_S, HUMAN, TOKENS_PER_S, Pace
from tui_chat.demo.playback import Drop, Playback, Send, Stamp, Wait
from tui_chat.demo.request import ReceivedRequest, receive
from tui_chat.demo.scenarios import category, choose

RETRY_AFTER_S = 3.0
_PATIENCE_S = 60.0
"""Seconds after which a retry counts as a new request and hits the limit again."""
_HAIR_S = 0.05
"""Clocks differ a little: a client that waited as asked is not refused for a few milliseconds."""


class DemoTransport(httpx.AsyncBaseTransport):
    """Answers every request itself; no socket is opened, whatever the URL says.

    An abandoned answer costs nothing: its script only runs while it is read.
    """

    def __init__(self, pace: Pace = HUMAN) -> None:
        self._pace = pace
        self._free_at: float | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        if refusal := _route(request):
            return _refuse(refusal)
        await self._pace.wait(FIRST_TOKEN_S / 2)
        received = receive(body)
        if isinstance(received, Refusal):
            return _refuse(received)
        if refusal := self._judge(received):
            return _refuse(refusal)
        return await self._answer(received)

    def _judge(self, received: ReceivedRequest) -> Refusal | None:
        """What filter and quota reject. The filter reads all prompts: a rejected one affects everything after it."""
        for role, text in received.messages:
            if role == "user" and choose(text).keyword == "block prompt":
                return bodies.prompt_filtered(filter_results.prompt(category(text)))
        match choose(received.prompt).keyword:
            case "server error":
                return bodies.server_error()
            case "rate limit":
                return self._limit()
        return None

    def _limit(self) -> Refusal | None:
        now = self._pace.clock()
        scale = self._pace.speed
        if self._free_at is None or now > self._free_at + _PATIENCE_S:
            self._free_at = now + RETRY_AFTER_S / scale
        if now < self._free_at - _HAIR_S / scale:
            return bodies.rate_limited(self._free_at - now)
        self._free_at = None
        return None

    async def _answer(self, received: ReceivedRequest) -> httpx.Response:
        said = answer(received)
        stamp = Stamp(b"demo-" + uuid.uuid4().hex[:24].encode(), int(time.time()))
        played = Playback(said, received, stamp)
        await self._pace.wait(said.wait_for_headers)
        if received.stream:
            stream: httpx.AsyncByteStream = _Script(played, self._pace)
            return httpx.Response(200, headers=_headers("text/event-stream"), stream=stream)
        await self._pace.wait((len(played.said) + len(played.thinking)) / TOKENS_PER_S)
        if said.dropped:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        return httpx.Response(200, headers=_headers("application/json"), stream=httpx.ByteStream(played.whole()))


class _Script(httpx.AsyncByteStream):
    def __init__(self, played: Playback, pace: Pace) -> None:
        self._played = played
        self._pace = pace

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for step in self._played.steps():
            match step:
                case Wait(seconds):
                    await self._pace.wait(seconds)
                case Send(data):
                    yield data
                case Drop():
                    raise httpx.RemoteProtocolError(
                        "peer closed connection without sending complete message body (incomplete chunked read)"
                    )


def _route(request: httpx.Request) -> Refusal | None:
    """None for a chat completion; else the error. There is no list of models, as on Azure."""
    path = request.url.path.rstrip("/")
    if path.endswith("/chat/completions"):
        return None if request.method == "POST" else bodies.wrong_method()
    if path.endswith("/info") and request.method == "GET":
        return Refusal(200, bodies.INFO)
    return bodies.not_found()


def _headers(content_type: str) -> dict[str, str]:
    return {"content-type": content_type, "apim-request-id": str(uuid.uuid4()), "azureml-model-session": "demo"}


def _refuse(refusal: Refusal) -> httpx.Response:
    headers = _headers("application/json") | refusal.headers
    return httpx.Response(refusal.status, headers=headers, stream=httpx.ByteStream(refusal.body))
