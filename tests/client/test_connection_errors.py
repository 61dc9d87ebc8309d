"""The fixture of measured connection failures, each brought about for real: what is told, and what is asked again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.asking import PATIENT, Asked, ask, backend
from tests.faults.server import Script, Wire, once, serve, text
from tests.wire.fixtures import raw
from tui_chat.core.endpoint import Timeouts
from tui_chat.core.message import ErrorKind as Kind
from tui_chat.core.message import Outcome

ROWS = {row["what"]: row for row in raw("connection_errors")["body"]}


async def close(wire: Wire) -> None:
    await wire.request()


async def reset(wire: Wire) -> None:
    await wire.request()
    wire.reset()


async def silence(wire: Wire) -> None:
    await wire.request()
    await wire.gone()


async def junk(wire: Wire) -> None:
    await wire.request()
    await wire.send(b"hello, this is no HTTP\r\n\r\n")


async def no_zero_chunk(wire: Wire) -> None:
    await wire.request()
    await wire.stream(text("Hi"), end=False)


async def short(wire: Wire) -> None:
    await wire.request()
    await wire.head(200, content_type="text/event-stream", content_length="9999")
    await wire.send(text("Hi"))


async def cut_event(wire: Wire) -> None:
    await wire.request()
    await wire.head(200, content_type="text/event-stream", connection="close")
    await wire.send(text("Hi") + b'data: {"choices":[{"del')


async def silence_in_the_middle(wire: Wire) -> None:
    await wire.request()
    await wire.stream(text("Hi"), end=False)
    await wire.gone()


SERVED: dict[str, tuple[Script, Outcome, Kind | None]] = {
    "server closes before any byte": (close, Outcome.FAILED, Kind.CONNECTION),
    "reset before any byte": (reset, Outcome.FAILED, Kind.CONNECTION),
    "something that is not HTTP": (junk, Outcome.FAILED, Kind.PROTOCOL),
    "chunked body ends without the zero chunk, read1()": (no_zero_chunk, Outcome.INCOMPLETE, Kind.CONNECTION),
    "the same, but 'for line in response'": (no_zero_chunk, Outcome.INCOMPLETE, Kind.CONNECTION),
    "Content-Length longer than the body, read1() or iteration": (short, Outcome.INCOMPLETE, Kind.CONNECTION),
    "Connection: close body cut inside an event": (cut_event, Outcome.INCOMPLETE, None),
    "silence in the middle of the stream": (silence_in_the_middle, Outcome.INCOMPLETE, Kind.TIMEOUT),
}
ELSEWHERE = {
    "nothing listens on the port": "test_refused",
    "host name does not resolve": "test_unresolved",
    "no status line in time": "test_no_status_line",
    "https:// to a plain-http port": "test_tls_to_plain",
    "URL without scheme (localhost:11434)": "test_no_scheme",
}


def test_every_row_has_its_test() -> None:
    assert set(SERVED) | set(ELSEWHERE) == set(ROWS)
    assert all(name in globals() for name in ELSEWHERE.values())


def told(asked: Asked, what: str, kind: Kind | None) -> None:
    """The kind, and one request or three, as the fixture says."""
    assert (asked.reply.error.kind if asked.reply.error else None) is kind
    assert asked.reply.attempts == (3 if ROWS[what]["retry"] else 1)


async def once_asked(url: str, **config: Any) -> Asked:
    client = backend(url, **config)
    try:
        return await ask(client)
    finally:
        await client.aclose()


@pytest.mark.parametrize("what", SERVED)
async def test_served(what: str) -> None:
    script, outcome, kind = SERVED[what]
    async with serve(script) as server:
        asked = await once_asked(server.url, timeouts=Timeouts(idle=0.2, first_token=2))
    assert asked.reply.outcome is outcome
    assert asked.reply.text == ("Hi" if outcome is Outcome.INCOMPLETE else "")
    told(asked, what, kind)
    if what == "server closes before any byte":
        assert asked.reply.error is not None
        assert "https://" in (asked.reply.error.hint or "")  # what some servers do with a request in clear


async def test_refused() -> None:
    async with serve(once()) as server:
        pass
    told(await once_asked(server.url), "nothing listens on the port", Kind.CONNECTION)


async def test_unresolved() -> None:
    told(await once_asked("http://no-such-host.invalid"), "host name does not resolve", Kind.CONNECTION)


async def test_tls_to_plain() -> None:
    async def plain(wire: Wire) -> None:
        await wire.reader.read(100)
        await wire.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with serve(plain) as server:
        asked = await once_asked(server.url.replace("http:", "https:"))
    told(asked, "https:// to a plain-http port", Kind.TLS)


async def test_no_status_line() -> None:
    """Asked once only: whoever has waited for a whole deadline has waited long enough, and by default it is past the
    20 seconds in which another request may start."""
    async with serve(silence) as server:
        asked = await once_asked(server.url, timeouts=Timeouts(first_token=0.2))
    assert asked.reply.error is not None
    assert asked.reply.error.kind is Kind.TIMEOUT
    assert asked.reply.attempts == 1


async def test_no_scheme() -> None:
    """Understood, where the library that the fixture was measured with gave up."""
    async with serve(once(text("Hi", "stop"))) as server:
        asked = await once_asked(f"localhost:{server.port}", timeouts=PATIENT)
    assert asked.reply.outcome is Outcome.COMPLETE


async def test_plain_to_tls() -> None:
    """What a server that waits for a handshake sends back: an alert instead of a status line."""

    async def alerted(wire: Wire) -> None:
        await wire.request()
        await wire.send(b"\x15\x03\x03\x00\x02\x02\x46")

    async with serve(alerted) as server:
        asked = await once_asked(server.url)
    assert asked.reply.error is not None
    assert asked.reply.error.kind is Kind.PROTOCOL
    assert "https://" in (asked.reply.error.hint or "")
