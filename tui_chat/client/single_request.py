"""Sends one request and yields the events of its answer. The socket is always released."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing, suppress
from dataclasses import field
from typing import TYPE_CHECKING, Any

from tui_chat.client.body_reader import BodyReader
from tui_chat.client.connection_failure import Failure, failure, timeout_connecting, timeout_securing
from tui_chat.client.deadline import Deadlines
from tui_chat.client.http_trace import HttpTrace
from tui_chat.client.httpx_transport import body_of
from tui_chat.core import event as ev
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.wire.errors.server_error import Explained, explain, request_id
from tui_chat.wire.inflate import Inflater
from tui_chat.wire.rate_limits import rate_limits
from tui_chat.wire.request import Request
from tui_chat.wire.resolve_endpoint import Endpoint
from tui_chat.wire.sse import MIB
from tui_chat.wire.stream import StreamDecoder

if TYPE_CHECKING:
    import httpx

ERROR_BODY_BYTES = MIB
ERROR_BODY_SECONDS = 2.0
LAST_BYTES_SECONDS = 0.1
"""Seconds to wait for the end of a body after `[DONE]`, so that its connection can be used again."""

LONGEST_TURN = 0.005
"""Seconds of handling pieces without letting anything else run."""

_STALE_TRIES = 5


@dataclass(slots=True)
class Trouble:
    """Why an attempt failed before any part of an answer was reported.

    `lost`: the connection failed in a way that another try may not. `location` is the target of a redirect.
    """

    explained: Explained
    lost: bool = False
    location: str | None = None


@dataclass(slots=True)
class SingleRequest:
    """One request. Iterate `events`; then `trouble` says whether there was an answer at all.

    `proxy` is the proxy's URL for error texts. `own`: the transport is ours and reports when it has connected; one
    passed in by a test or the demo may never do so.
    """

    transport: httpx.AsyncBaseTransport
    request: Request
    endpoint: Endpoint
    trace: HttpTrace
    proxy: str | None = field(default=None, repr=False)
    own: bool = True
    trouble: Trouble | None = None
    _fresh: bool = field(default=False, init=False)
    _socket: Any = field(default=None, init=False, repr=False)

    async def events(self) -> AsyncGenerator[ev.Event, None]:
        """The events of the answer, `Closed` last; they stop early if `trouble` is set."""
        deadlines = Deadlines(self.endpoint.timeouts, _now(), stream=self.request.fields.get("stream") == "true")
        response = await self._open(deadlines)
        if response is None:
            return
        try:
            headers = [(name.lower(), value) for name, value in response.headers.multi_items()]
            self.trace.status, self.trace.headers = response.status_code, tuple(headers)
            if (limits := rate_limits(headers, time.time())) is not None:
                self.trace.limits = limits
                yield ev.LimitsReported(limits)
            if response.status_code // 100 != 2:
                self.trouble = await self._refusal(response, headers)
                return
            yield ev.Started(request_id(dict(headers)))
            async with aclosing(self._answer(response, deadlines)) as events:
                async for event in events:
                    yield event
        finally:
            await response.aclose()

    async def _open(self, deadlines: Deadlines) -> httpx.Response | None:
        """Send, and wait for the status. A pooled connection that the server closed meanwhile is replaced."""
        for left in reversed(range(_STALE_TRIES)):
            self._fresh = not self.own
            got = await self._send(deadlines)
            if not isinstance(got, Failure):
                return got
            if self._fresh or not got.retry or not left:
                self.trouble = Trouble(Explained(got.error), got.retry)
                self.trace.failure = got.error.message
                break
        return None

    async def _send(self, deadlines: Deadlines) -> httpx.Response | Failure:
        import httpx

        connect = self.endpoint.timeouts.connect
        limit = min(_now() + connect, deadlines.at) if self.own else deadlines.at
        connecting, done = self.own, False
        try:
            async with asyncio.timeout_at(limit) as scope:

                async def trace(name: str, info: dict[str, Any]) -> None:
                    nonlocal connecting
                    if name.endswith("connect_tcp.started"):
                        self._fresh = True
                    elif name.endswith("connect_tcp.complete"):
                        self._socket = info.get("return_value")
                    elif name.endswith("send_request_headers.started") and info["request"].method != b"CONNECT":
                        connecting = False
                        scope.reschedule(deadlines.at)

                response = await self.transport.handle_async_request(self._encoded(trace))
                done = True
                return response
        except TimeoutError:
            if connecting:
                silent = self._socket is not None and self.request.url.startswith("https:") and self.proxy is None
                late = timeout_securing if silent else timeout_connecting
                return Failure(late(self.request.url), retry=True)
            return Failure(deadlines.error())
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as problem:
            return failure(problem, self.request.url, self.proxy)
        finally:
            if not done:
                await self._hang_up()

    async def _hang_up(self) -> None:
        """Close a connection that brought no answer: httpcore forgets one that is cancelled in its TLS handshake."""
        if self._socket is not None:
            with suppress(Exception):
                await self._socket.aclose()
            self._socket = None

    def _encoded(self, trace: Any) -> httpx.Request:
        import httpx

        headers = [(name.encode("ascii"), value.encode("utf-8")) for name, value in self.request.headers]
        extensions = {"trace": trace, "timeout": dict.fromkeys(("connect", "read", "write", "pool"))}
        return httpx.Request(
            "POST", self.request.url, headers=headers, content=self.request.body, extensions=extensions
        )

    async def _refusal(self, response: httpx.Response, headers: list[tuple[str, str]]) -> Trouble:
        """Read the error's body within limits of size and time: some drip for ever."""
        body = bytearray()
        inflater = Inflater(dict(headers).get("content-encoding", ""))
        with suppress(TimeoutError, _http_error(), OSError):
            async with asyncio.timeout(ERROR_BODY_SECONDS):
                async for data in body_of(response):
                    for piece in inflater.feed(data):
                        body += piece
                        if len(body) >= ERROR_BODY_BYTES:
                            break
                    if len(body) >= ERROR_BODY_BYTES:
                        break
        kept = bytes(body[:ERROR_BODY_BYTES])
        self.trace.arrived(kept)
        explained = explain(
            response.status_code, headers, kept, endpoint=self.endpoint, fields=self.request.fields, now=time.time()
        )
        location = dict(headers).get("location") if response.status_code // 100 == 3 else None
        return Trouble(explained, location=location)

    async def _answer(self, response: httpx.Response, deadlines: Deadlines) -> AsyncGenerator[ev.Event, None]:
        headers = {name.lower(): value for name, value in response.headers.items()}
        decoder = StreamDecoder(headers.get("content-type", ""), endpoint=self.endpoint, request_id=request_id(headers))
        if "json" in headers.get("content-type", "").lower():
            deadlines.in_one_piece()
        inflater = Inflater(headers.get("content-encoding", ""))
        problem: Failure | None = None
        turn, held = _now(), decoder.held()
        async with BodyReader(body_of(response)) as reader:
            while isinstance(data := await self._read(reader, deadlines), bytes):
                turn = await _fair(turn)
                for event in ev.joined(self._decoded(decoder, inflater.feed(data))):
                    deadlines.note(event, told := _now())
                    yield event
                    deadlines.at += _now() - told  # a reader that takes its time must not look like a silent server
                if decoder.held() != held:
                    yield ev.Held(held := decoder.held())
                if decoder.over or inflater.problem is not None:
                    break
            if isinstance(data, Failure):
                problem = data
            elif inflater.problem is not None:
                problem = Failure(ServerError(ErrorKind.PROTOCOL, inflater.problem))
            elif decoder.done:
                await _last_bytes(reader)
        if problem is not None and problem.retry and not deadlines.spoke and not deadlines.settled:
            self.trouble = Trouble(Explained(problem.error), lost=True)
            return
        for event in _closing(decoder, problem, settled=deadlines.settled):
            yield event

    def _decoded(self, decoder: StreamDecoder, pieces: Iterable[bytes]) -> Iterator[ev.Event]:
        for piece in pieces:
            self.trace.arrived(piece)
            yield from decoder.feed(piece)
            if decoder.over:
                return

    async def _read(self, reader: BodyReader, deadlines: Deadlines) -> bytes | Failure | None:
        """The bytes that have arrived, None at the end, or why there are none."""
        import httpx

        try:
            return await reader.read(deadlines.at)
        except TimeoutError:
            return None if deadlines.settled else Failure(deadlines.error())
        except (httpx.HTTPError, OSError) as problem:
            return failure(problem, self.request.url, self.proxy, answered=True)


def _closing(decoder: StreamDecoder, problem: Failure | None, *, settled: bool) -> list[ev.Event]:
    """The decoder's last events, with the reason why the answer was interrupted before `Closed`.

    A connection that breaks after the finish reason cost nothing.
    """
    *events, closed = decoder.close()
    if problem is not None and not settled:
        events = [e for e in events if not isinstance(e, ev.Failed)]
        events.append(ev.Failed(problem.error))
    return [*events, closed]


async def _last_bytes(reader: BodyReader) -> None:
    until = _now() + LAST_BYTES_SECONDS
    with suppress(TimeoutError, _http_error(), OSError):
        while await reader.read(until) is not None:
            pass


async def _fair(since: float) -> float:
    """Yield to other tasks now and then, such as the key that stops this.

    Under a flood the next piece is always there already, so that awaiting it never yields.
    """
    if _now() - since < LONGEST_TURN:
        return since
    await asyncio.sleep(0)
    return _now()


def _http_error() -> type[Exception]:
    import httpx

    return httpx.HTTPError


def _now() -> float:
    return asyncio.get_running_loop().time()
