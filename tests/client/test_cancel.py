"""Stopping: at any moment, under any flood, the socket is closed at once and nothing is sent afterwards."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress

import pytest

from tests.client.asking import PROMPT, backend, until
from tests.client.test_tls import CERTS, context
from tests.faults.server import HELLO, Script, Server, Wire, data, serve, text
from tests.support.thorough import how_many
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core import event as ev
from tui_chat.core.endpoint import Timeouts
from tui_chat.core.settings import Settings


async def no_head(wire: Wire) -> None:
    await wire.request()
    await wire.gone()


async def flood(wire: Wire) -> None:
    """As fast as the socket takes it."""
    await wire.request()
    await wire.stream(end=False)
    block = text("flood " * 100) * 20
    with suppress(ConnectionError):
        while True:
            await wire.chunks([block])


async def drip(wire: Wire) -> None:
    await wire.request()
    await wire.stream(end=False)
    with suppress(ConnectionError):
        while True:
            await wire.chunks([b"d", b"a"])
            await asyncio.sleep(0.001)


async def dripping_error(wire: Wire) -> None:
    await wire.request()
    await wire.head(500)
    with suppress(ConnectionError):
        while True:
            await wire.send(b"x")
            await asyncio.sleep(0.001)


async def between_tries(wire: Wire) -> None:
    while await wire.request() is not None:
        await wire.reply(503, b"busy", retry_after="5")
    wire.server.afterwards += b""


async def after_finish(wire: Wire) -> None:
    await wire.request()
    await wire.stream(text("Hi", "stop"), end=False)
    await wire.gone()


async def verdicts(wire: Wire) -> None:
    await wire.request()
    await wire.stream(end=False)
    with suppress(ConnectionError):
        while True:
            await wire.chunks([data({"choices": []})] * 100)


ROUNDS: dict[Script, int] = {
    no_head: 25,
    flood: 100,
    drip: 25,
    dripping_error: 25,
    between_tries: 25,
    after_finish: 25,
    verdicts: 25,
}
"""Most under a flood, in which Python has lost cancellations."""


async def asking(client: HttpBackend, seen: list[ev.Event]) -> None:
    async for event in client.answer(PROMPT, Settings()):
        seen.append(event)  # noqa: PERF401 -- what came before a cancellation is what the tests look at


async def closed(server: Server, client: HttpBackend) -> float:
    """Seconds until the server's side of every connection has ended."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    await client.aclose()  # an idle connection in the pool is no running request
    async with asyncio.timeout(2):
        await until(lambda: not server.open)
    return loop.time() - start


@pytest.mark.parametrize("script", ROUNDS, ids=lambda s: s.__name__)
async def test_cancelling_each_time_closes_the_connection_at_once(script: Script) -> None:
    dice = random.Random(7)
    async with serve(script) as server:
        for _ in range(how_many(ROUNDS[script])):
            client = backend(server.url)
            seen: list[ev.Event] = []
            task = asyncio.create_task(asking(client, seen))
            await until(lambda: bool(server.requests))
            for _ in range(dice.randrange(12)):
                await asyncio.sleep(0)
            asked = time.thread_time()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.thread_time() - asked < 0.1
            count = len(server.requests)
            assert await closed(server, client) < 0.5
            assert len(server.requests) == count
            assert server.afterwards == b""
            server.requests.clear()


async def test_cancel_in_a_tls_handshake() -> None:
    """httpcore lets go of such a connection without closing it."""

    async def silent(wire: Wire) -> None:
        await wire.reader.read(1)  # the client's first word of the handshake, which is never answered
        wire.server.seen.set()
        while await wire.reader.read(4096):
            pass

    async with serve(silent) as server:
        for _ in range(20):
            server.seen.clear()
            client = backend(server.url.replace("http://", "https://"), ca_file=str(CERTS / "good.pem"))
            task = asyncio.create_task(asking(client, []))
            await server.seen.wait()
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            async with asyncio.timeout(0.5):
                await until(lambda: not server.open)
            await client.aclose()


async def test_cancel_over_tls() -> None:
    async with serve(flood, context("good")) as server:
        for _ in range(20):
            client = backend(server.url, ca_file=str(CERTS / "good.pem"))
            task = asyncio.create_task(asking(client, []))
            await until(lambda: bool(server.requests))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await closed(server, client) < 0.5
            server.requests.clear()


async def test_leaving_the_loop_closes_the_socket() -> None:
    async with serve(flood) as server:
        client = backend(server.url)
        events = client.answer(PROMPT, Settings())
        async for event in events:
            if isinstance(event, ev.TextDelta):
                break
        await events.aclose()
        assert await closed(server, client) < 0.5


async def test_others_have_their_turn_under_a_flood() -> None:
    """The key that stops an answer must be read while it pours in: pieces that are there already never wait."""
    async with serve(verdicts) as server:
        client = backend(server.url, timeouts=Timeouts(first_token=0.5))
        task = asyncio.create_task(asking(client, []))
        # Processor time of this thread: on busy cores others have theirs in between.
        gaps, last = [], time.thread_time()
        while not task.done():
            await asyncio.sleep(0)
            gaps.append(time.thread_time() - last)
            last = time.thread_time()
        await client.aclose()
    assert max(gaps) < 0.1


async def test_the_backend_works_on_after_a_stop() -> None:
    """A cancelled request must not leave a broken connection behind for the next one."""

    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            if len(wire.server.requests) % 2:
                await wire.stream(text("Hi"), end=False)
                return await wire.gone()
            await wire.stream(*HELLO)
        return None

    async with serve(script) as server:
        client = backend(server.url)
        for _ in range(10):
            events = client.answer(PROMPT, Settings())
            async for event in events:
                if isinstance(event, ev.TextDelta):
                    break
            await events.aclose()
            seen: list[ev.Event] = []
            await asking(client, seen)
            assert seen[-1] == ev.Closed(done=True)
        await client.aclose()


async def test_two_answers_at_once_do_not_disturb_each_other() -> None:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.stream(text("one "), end=False)
            await wire.server.seen.wait()
            await wire.chunks(HELLO)
            await wire.send(b"0\r\n\r\n")

    async with serve(script) as server:
        client = backend(server.url)
        seen: list[list[ev.Event]] = [[] for _ in range(20)]
        tasks = [asyncio.create_task(asking(client, events)) for events in seen]
        await until(lambda: all(any(isinstance(e, ev.TextDelta) for e in events) for events in seen))
        for task in tasks[::2]:
            task.cancel()
        server.seen.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert all(events[-1] == ev.Closed(done=True) for events in seen[1::2])
        assert not any(isinstance(e, ev.Closed) for events in seen[::2] for e in events)
        await client.aclose()
