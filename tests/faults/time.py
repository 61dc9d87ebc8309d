"""Servers that keep a client waiting, in every way that a library's own timeout does not see."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from tests.faults.fault import Fault
from tests.faults.server import DONE, Script, Wire, data, text
from tui_chat.core.endpoint import Timeouts
from tui_chat.core.message import ErrorKind, Outcome

NAME = "time"
SHORT = {"timeouts": Timeouts(connect=0.25, first_token=0.25, idle=0.25, whole=0.25, tail=0.25)}
EMPTY = b'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n'


def repeated(piece: bytes, *before: bytes, pause: float = 0.02) -> Script:
    """The same bytes again and again, for ever."""

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.stream(*before, end=False)
        while True:
            await wire.chunks([piece])
            await asyncio.sleep(pause)

    return script


async def no_head(wire: Wire) -> None:
    await wire.request()
    await wire.gone()


async def dripping_head(wire: Wire) -> None:
    await wire.request()
    await wire.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        await wire.send(b"x")
        await asyncio.sleep(0.02)


def silent_after(*parts: bytes, end: Iterable[bytes] = ()) -> Script:
    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.stream(*parts, end=False)
        await wire.gone()

    return script


async def slow_but_alive(wire: Wire) -> None:
    """Longer than every deadline in sum, shorter in each part."""
    await wire.request()
    await wire.stream(end=False)
    for piece in "abcdefgh":
        await asyncio.sleep(0.05)
        await wire.chunks([text(piece)])
    await wire.chunks([text("", "stop"), DONE])
    await wire.send(b"0\r\n\r\n")


async def json_later(wire: Wire) -> None:
    """Whitespace keeps the connection alive until the JSON body is there, after the first token was due."""
    await wire.request()
    await wire.head(200, content_type="application/json", transfer_encoding="chunked")
    for _ in range(6):
        await asyncio.sleep(0.05)
        await wire.chunks([b" \n"])
    await wire.chunks([b'{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}'])
    await wire.send(b"0\r\n\r\n")


async def counting(wire: Wire) -> None:
    """News of every kind but the answer: tokens counted, categories judged."""
    await wire.request()
    await wire.stream(end=False)
    for count in range(10_000):
        await wire.chunks([data({"choices": [], "usage": {"completion_tokens": count}})])
        await asyncio.sleep(0.02)


PATIENT = {"timeouts": Timeouts(connect=0.2, first_token=0.2, idle=0.2, whole=5)}
CASES = [
    Fault(NAME, "counting_for_ever", counting, Outcome.FAILED, kind=ErrorKind.TIMEOUT, config=SHORT),
    Fault(NAME, "no_head", no_head, Outcome.FAILED, kind=ErrorKind.TIMEOUT, config=SHORT),
    Fault(NAME, "dripping_head", dripping_head, Outcome.FAILED, kind=ErrorKind.TIMEOUT, config=SHORT),
    Fault(
        NAME, "comments_for_ever", repeated(b": still here\n\n"), Outcome.FAILED, kind=ErrorKind.TIMEOUT, config=SHORT
    ),
    Fault(NAME, "empty_deltas_for_ever", repeated(EMPTY), Outcome.FAILED, kind=ErrorKind.TIMEOUT, config=SHORT),
    Fault(NAME, "one_event_drips", repeated(b"x", b"data: {"), Outcome.FAILED, kind=ErrorKind.TIMEOUT, config=SHORT),
    Fault(
        NAME,
        "comments_after_text",
        repeated(b":\n\n", text("Hi")),
        Outcome.INCOMPLETE,
        "Hi",
        ErrorKind.TIMEOUT,
        config=SHORT,
    ),
    Fault(
        NAME,
        "flood_of_nothing",
        repeated(b":\n\n" * 2000, text("Hi"), pause=0),
        Outcome.INCOMPLETE,
        "Hi",
        ErrorKind.TIMEOUT,
        config=SHORT,
    ),
    Fault(
        NAME, "silent_after_text", silent_after(text("Hi")), Outcome.INCOMPLETE, "Hi", ErrorKind.TIMEOUT, config=SHORT
    ),
    Fault(NAME, "silent_after_finish", silent_after(text("Hi", "stop")), Outcome.COMPLETE, "Hi", config=SHORT),
    Fault(NAME, "comments_after_finish", repeated(b":\n\n", text("Hi", "stop")), Outcome.COMPLETE, "Hi", config=SHORT),
    Fault(
        NAME,
        "open_after_done",
        silent_after(text("Hi", "stop"), DONE),
        Outcome.COMPLETE,
        "Hi",
        within=1.0,
        config={"timeouts": Timeouts(connect=30, first_token=30, idle=30, whole=60, tail=30)},
    ),
    Fault(
        NAME,
        "silent_in_one_piece",
        silent_after(b'{"choices"'),
        Outcome.FAILED,
        kind=ErrorKind.TIMEOUT,
        config=SHORT,
        stream=False,
    ),
    Fault(NAME, "slow_but_alive", slow_but_alive, Outcome.COMPLETE, "abcdefgh", config=SHORT),
    Fault(NAME, "json_later", json_later, Outcome.COMPLETE, "Hi", config=PATIENT),
]
