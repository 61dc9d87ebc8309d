"""One connection for a whole conversation, and no trouble when the server has closed it meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.client.asking import ask, backend
from tests.faults.server import HELLO, Wire, once, serve
from tui_chat.client import list_models
from tui_chat.client.http_backend import HttpBackend
from tui_chat.client.single_request import LAST_BYTES_SECONDS
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind, Outcome


async def test_a_second_turn_opens_no_new_connection() -> None:
    async with serve(once(*HELLO)) as server:
        client = backend(server.url)
        for _ in range(5):
            assert (await ask(client)).reply.outcome is Outcome.COMPLETE
        assert server.connections == 1
        await client.aclose()


async def test_an_error_keeps_the_connection() -> None:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(400, b'{"detail": "no"}')

    async with serve(script) as server:
        client = backend(server.url)
        for _ in range(3):
            assert (await ask(client)).reply.outcome is Outcome.FAILED
        assert server.connections == 1
        await client.aclose()


async def test_a_connection_that_closes_after_each_answer_is_not_felt() -> None:
    """llama.cpp promises to keep the connection and closes it after every stream."""

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.stream(*HELLO)

    async with serve(script) as server:
        client = backend(server.url)
        for _ in range(50):
            reply = (await ask(client)).reply
            assert reply.outcome is Outcome.COMPLETE
            assert reply.attempts == 1
        await client.aclose()


async def test_a_stale_connection_is_replaced_silently() -> None:
    """The server closes only when the second request is already on its way: nothing could have been known before."""

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.stream(*HELLO)
        await wire.request()
        if wire.number % 2:
            wire.reset()

    async with serve(script) as server:
        client = backend(server.url)
        for _ in range(10):
            reply = (await ask(client)).reply
            assert reply.outcome is Outcome.COMPLETE
            assert reply.attempts == 1
            assert reply.notes == []
        await client.aclose()


async def test_a_new_connection_that_breaks_counts() -> None:
    async def script(wire: Wire) -> None:
        await wire.request()
        if wire.number == 1:
            await wire.stream(*HELLO)
            await wire.request()

    async with serve(script) as server:
        client = backend(server.url)
        await ask(client)
        reply = (await ask(client)).reply
        assert reply.error is not None
        assert reply.error.kind is ErrorKind.CONNECTION
        assert reply.attempts == 3
        await client.aclose()


async def test_nothing_listens() -> None:
    async with serve(once()) as server:
        pass
    client = backend(server.url)
    reply = (await ask(client)).reply
    await client.aclose()
    assert reply.error is not None
    assert reply.error.kind is ErrorKind.CONNECTION
    assert str(server.port) in reply.error.message
    assert reply.attempts == 3


async def test_a_host_that_does_not_exist() -> None:
    client = backend("http://no-such-host.invalid")
    reply = (await ask(client)).reply
    await client.aclose()
    assert reply.error is not None
    assert reply.error.kind is ErrorKind.CONNECTION
    assert "no-such-host.invalid" in reply.error.message
    assert reply.attempts == 1


class SlowToClose(httpx.AsyncByteStream):
    """A whole answer, whose connection takes longer to be given back than the last bytes are waited for."""

    closed = False

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece

    async def aclose(self) -> None:
        await asyncio.sleep(2 * LAST_BYTES_SECONDS)
        self.closed = True


async def test_a_connection_is_given_back_even_where_that_takes_longer_than_the_last_bytes_may() -> None:
    """A busy event loop, such as one that opens the filter's window, is enough for that."""
    body = SlowToClose(*HELLO)
    headers = {"content-type": "text/event-stream"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=body))
    client = HttpBackend(EndpointConfig("test", "https://h.test/v1/chat/completions"), "", transport, environ={})
    assert (await ask(client)).reply.outcome is Outcome.COMPLETE
    assert body.closed
    await client.aclose()


async def test_a_list_of_models_gives_its_connection_back_however_long_that_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its time limit is for the server, and may run out while the connection is being given back."""
    monkeypatch.setattr(list_models, "PATIENCE", LAST_BYTES_SECONDS)
    body = SlowToClose(b'{"data": [{"id": "m"}]}')
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=body))
    client = HttpBackend(EndpointConfig("test", "https://h.test/v1/chat/completions"), "", transport, environ={})
    found = await client.models()
    assert isinstance(found, tuple)
    assert [model.id for model in found] == ["m"]
    assert body.closed
    await client.aclose()
