"""TLS: nobody is trusted who should not be, and the reason is said in words."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from tests.client.asking import ask, backend
from tests.faults.server import HELLO, Wire, once, serve
from tui_chat.core.message import ErrorKind, Outcome

CERTS = Path(__file__).parent.parent / "faults" / "certs"


def context(name: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(CERTS / f"{name}.pem")
    return made


@pytest.mark.parametrize(
    ("served", "trusted", "says"),
    [
        ("good", None, "signed by itself"),
        ("good", "other", "not trusted|signed by itself"),
        ("other", "other", "issued for another"),
        ("expired", "expired", "has expired"),
    ],
)
async def test_untrusted(served: str, trusted: str | None, says: str) -> None:
    ca_file = str(CERTS / f"{trusted}.pem") if trusted else None
    async with serve(once(*HELLO), context(served)) as server:
        client = backend(server.url, "k1234", ca_file=ca_file)
        asked = await ask(client)
        await client.aclose()
    error = asked.reply.error
    assert error is not None
    assert error.kind is ErrorKind.TLS
    assert any(part in error.message for part in says.split("|")), error.message
    assert asked.reply.attempts == 1
    assert server.requests == []


async def test_a_named_authority_is_trusted_and_the_connection_kept() -> None:
    async with serve(once(*HELLO), context("good")) as server:
        client = backend(server.url, ca_file=str(CERTS / "good.pem"))
        for _ in range(3):
            assert (await ask(client)).reply.outcome is Outcome.COMPLETE
        await client.aclose()
        assert server.connections == 1


async def test_https_to_a_plain_port() -> None:
    async def plain(wire: Wire) -> None:
        await wire.reader.read(100)
        await wire.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    async with serve(plain) as server:
        client = backend(server.url.replace("http://", "https://"))
        asked = await ask(client)
        await client.aclose()
    assert asked.reply.error is not None
    assert asked.reply.error.kind is ErrorKind.TLS
    assert "http://" in (asked.reply.error.hint or "")
    assert asked.reply.attempts == 1


async def test_http_to_a_tls_port() -> None:
    async with serve(once(*HELLO), context("good")) as server:
        client = backend(server.url.replace("https://", "http://"))
        asked = await ask(client)
        await client.aclose()
    assert asked.reply.outcome is Outcome.FAILED
    assert server.requests == []


async def test_a_server_that_wants_a_certificate_of_ours() -> None:
    async def alert(wire: Wire) -> None:
        await wire.reader.read(100)
        await wire.send(b"\x15\x03\x03\x00\x02\x02\x74")

    async with serve(alert) as server:
        client = backend(server.url.replace("http://", "https://"))
        asked = await ask(client)
        await client.aclose()
    assert asked.reply.error is not None
    assert "client certificate" in asked.reply.error.message


async def test_a_connection_that_breaks_behind_the_handshake_is_no_matter_of_tls() -> None:
    async def resets_once(wire: Wire) -> None:
        while await wire.request() is not None:
            if wire.number == 1:
                return wire.reset()
            await wire.stream(*HELLO)
        return None

    async with serve(resets_once, context("good")) as server:
        client = backend(server.url, ca_file=str(CERTS / "good.pem"))
        asked = await ask(client)
        await client.aclose()
    assert (asked.reply.outcome, asked.reply.attempts) == (Outcome.COMPLETE, 2)


async def test_a_handshake_that_never_ends() -> None:
    async def silent(wire: Wire) -> None:
        await wire.gone()

    async with serve(silent) as server:
        timeouts: Any = type(backend("x")._config.timeouts)(connect=0.1)
        client = backend(server.url.replace("http://", "https://"), timeouts=timeouts)
        asked = await ask(client)
        await client.aclose()
    assert asked.reply.error is not None
    assert asked.reply.error.kind is ErrorKind.TIMEOUT


@pytest.mark.parametrize(("content", "says"), [(None, "does not exist"), ("no certificate", "holds no certificate")])
async def test_a_ca_file_that_is_none(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    client = backend("https://127.0.0.1:1", ca_file=str(path))
    asked = await ask(client)
    assert asked.reply.error is not None
    assert asked.reply.error.kind is ErrorKind.CONFIGURATION
    assert says in asked.reply.error.message
    assert asked.reply.attempts == 0
