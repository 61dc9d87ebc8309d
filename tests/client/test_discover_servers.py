"""Servers on this machine are found by what they answer, and nothing else is asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tui_chat.client.discover_servers import USUAL, Usual, discover

MODELS = {"object": "list", "data": [{"id": "nomic-embed-text"}, {"id": "llama3.2"}, {"id": "qwen3"}]}


async def test_nothing_but_loopback_is_asked() -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(404)

    assert await discover(transport=httpx.MockTransport(answer)) == []
    assert sorted(url.port or 0 for url in asked) == sorted(usual.port for usual in USUAL)
    assert {url.host for url in asked} == {"127.0.0.1"}


async def test_a_server_with_models_is_an_endpoint() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=MODELS) if request.url.port == 11434 else httpx.Response(404)

    (found,) = await discover(transport=httpx.MockTransport(answer))
    assert found.models == ("llama3.2", "qwen3")
    assert (found.endpoint.name, found.endpoint.url) == ("ollama", "http://127.0.0.1:11434/v1")
    assert (found.endpoint.model, found.endpoint.auth) == ("llama3.2", "none")


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, text="<html>It works</html>"),
        httpx.Response(200, json=[1, 2]),
        httpx.Response(200, json={"data": "x"}),
        httpx.Response(200, json={"data": []}),
        httpx.Response(200, text="[" * 100_000),
        httpx.Response(200, content=json.dumps(MODELS).encode() + b" " * 2_000_000),
        httpx.Response(302, headers={"location": "http://example.invalid/"}),
        httpx.Response(401),
    ],
    ids=["html", "list", "no list", "empty", "deep", "large", "redirect", "key"],
)
async def test_anything_else_is_left_out(response: httpx.Response) -> None:
    assert await discover((Usual("x", 1, "compatible"),), httpx.MockTransport(lambda _: response)) == []


@asynccontextmanager
async def silent_server() -> AsyncIterator[int]:
    """Takes connections and says nothing."""
    done = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        done.set()
        server.close()
        await server.wait_closed()


async def test_one_that_says_nothing_costs_less_than_a_second() -> None:
    async with silent_server() as port:
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await discover((Usual("x", port, "compatible"), Usual("y", 9, "compatible"))) == []
        assert loop.time() - began < 5
