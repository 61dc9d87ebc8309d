"""Connections that end at every possible place."""

from __future__ import annotations

from tests.faults.fault import Fault
from tests.faults.server import HELLO, Wire, text
from tui_chat.core.message import ErrorKind, Outcome

NAME = "connection"


async def silent_close(wire: Wire) -> None:
    await wire.request()


async def silent_reset(wire: Wire) -> None:
    await wire.request()
    wire.reset()


async def better_the_second_time(wire: Wire) -> None:
    await wire.request()
    if wire.number == 1:
        return wire.reset()
    await wire.stream(*HELLO)
    return None


async def half_a_head(wire: Wire) -> None:
    await wire.request()
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Ty")


async def another_protocol(wire: Wire) -> None:
    await wire.send(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
    await wire.request()


async def reset_in_text(wire: Wire) -> None:
    await wire.request()
    await wire.stream(text("Hel"), end=False)
    await wire.server.seen.wait()
    wire.reset()


async def no_last_chunk(wire: Wire) -> None:
    await wire.request()
    await wire.stream(text("Hel"), end=False)


async def no_last_chunk_after_finish(wire: Wire) -> None:
    await wire.request()
    await wire.stream(*HELLO[:2], end=False)


async def short_of_its_length(wire: Wire) -> None:
    await wire.request()
    await wire.head(200, content_type="text/event-stream", content_length="5000")
    await wire.send(text("Hel"))


async def http_1_0(wire: Wire) -> None:
    await wire.request()
    await wire.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + b"".join(HELLO))


async def http_1_0_cut(wire: Wire) -> None:
    await wire.request()
    await wire.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + text("Hel"))


async def broken_before_the_first_text(wire: Wire) -> None:
    await wire.request()
    await wire.stream(b": hello\n\n", end=False)
    if wire.number == 1:
        return
    await wire.chunks(HELLO)
    await wire.send(b"0\r\n\r\n")


async def bad_chunk_size(wire: Wire) -> None:
    await wire.request()
    await wire.stream(text("Hel"), end=False)
    await wire.send(b"zz\r\n")


CASES = [
    Fault(NAME, "closed_unanswered", silent_close, Outcome.FAILED, kind=ErrorKind.CONNECTION, attempts=3, within=4),
    Fault(NAME, "reset_unanswered", silent_reset, Outcome.FAILED, kind=ErrorKind.CONNECTION, attempts=3, within=4),
    Fault(NAME, "better_the_second_time", better_the_second_time, Outcome.COMPLETE, "Hello world", attempts=2),
    Fault(NAME, "half_a_head", half_a_head, Outcome.FAILED, kind=ErrorKind.CONNECTION, attempts=3, within=4),
    Fault(NAME, "another_protocol", another_protocol, Outcome.FAILED, kind=ErrorKind.PROTOCOL),
    Fault(NAME, "reset_in_text", reset_in_text, Outcome.INCOMPLETE, "Hel", ErrorKind.CONNECTION),
    Fault(NAME, "no_last_chunk", no_last_chunk, Outcome.INCOMPLETE, "Hel", ErrorKind.CONNECTION),
    Fault(NAME, "no_last_chunk_after_finish", no_last_chunk_after_finish, Outcome.COMPLETE, "Hello world"),
    Fault(NAME, "short_of_its_length", short_of_its_length, Outcome.INCOMPLETE, "Hel", ErrorKind.CONNECTION),
    Fault(NAME, "http_1_0", http_1_0, Outcome.COMPLETE, "Hello world"),
    Fault(NAME, "http_1_0_cut", http_1_0_cut, Outcome.INCOMPLETE, "Hel"),
    Fault(NAME, "broken_before_text", broken_before_the_first_text, Outcome.COMPLETE, "Hello world", attempts=2),
    Fault(NAME, "bad_chunk_size", bad_chunk_size, Outcome.INCOMPLETE, "Hel"),
]
