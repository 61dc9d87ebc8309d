"""Proxies from the environment, with every odd value that people put there."""

from __future__ import annotations

import pytest

from tests.client.asking import PATIENT, Asked, ask
from tests.faults.server import HELLO, Wire, once, serve
from tui_chat.client.http_backend import HttpBackend
from tui_chat.client.proxy import display, proxy_for
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind, Outcome, ServerError

PROXY = "http://proxy.test:3128"


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        ("https://e.test/v1", {}, None),
        ("https://e.test/v1", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https://e.test/v1", {"https_proxy": PROXY, "HTTPS_PROXY": "http://no:1"}, PROXY),
        ("https://e.test/v1", {"HTTP_PROXY": PROXY}, None),
        ("http://e.test/v1", {"HTTP_PROXY": " proxy.test:3128 "}, PROXY),
        ("https://e.test/v1", {"ALL_PROXY": PROXY}, PROXY),
        ("https://e.test/v1", {"HTTPS_PROXY": ""}, None),
        ("http://localhost:8080/v1", {"HTTP_PROXY": PROXY}, None),
        ("http://127.0.0.2:8080/v1", {"ALL_PROXY": PROXY}, None),
        ("http://[::1]:8080/v1", {"ALL_PROXY": PROXY}, None),
    ],
)
def test_which(url: str, environ: dict[str, str], expected: str | None) -> None:
    assert proxy_for(url, environ) == expected


@pytest.mark.parametrize(
    ("no_proxy", "host", "direct"),
    [
        ("*", "e.test", True),
        ("e.test", "e.test", True),
        ("E.Test.", "e.test", True),
        (".test", "e.test", True),
        ("*.test", "e.test", True),
        ("test", "e.test", True),
        ("st", "e.test", False),
        ("x.e.test", "e.test", False),
        ("e.test:443", "e.test", True),
        ("e.test:8443", "e.test", False),
        ("https://e.test/", "e.test", True),
        ("a, ,;b  e.test", "e.test", True),
        ("[::1]", "e.test", False),
        ("[2001:db8::1]:443", "[2001:db8::1]", True),
        ("2001:db8::/32", "[2001:db8::1]", True),
        ("::1,fe80::%eth0,", "e.test", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.1.2.3/8", "10.9.9.9", True),
        ("10.", "10.1.2.3", False),
        ("[", "e.test", False),
        ("[]:99999999", "e.test", False),
        ("http://", "e.test", False),
        ("\xff,💥", "e.test", False),
        ("999.1.1.1/99", "e.test", False),
    ],
)
def test_no_proxy_in_every_form(no_proxy: str, host: str, direct: bool) -> None:
    found = proxy_for(f"https://{host}/v1", {"HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy})
    assert found == (None if direct else PROXY)


@pytest.mark.parametrize("value", ["socks5://127.0.0.1:9", "http://", "http://[", "http://p:99999", "ftp://p", "::"])
async def test_a_proxy_that_is_none_is_said(value: str) -> None:
    found = proxy_for("http://e.test", {"ALL_PROXY": value})
    assert isinstance(found, ServerError)
    assert found.kind is ErrorKind.PROXY
    assert "ALL_PROXY" in found.message
    asked = await through({"ALL_PROXY": value})
    assert asked.reply.error == found


def test_no_password_is_shown() -> None:
    assert display("http://user:secret@proxy.test:3128") == "proxy.test:3128"


async def through(environ: dict[str, str], url: str = "http://e.test/v1") -> Asked:
    client = HttpBackend(EndpointConfig("test", url, timeouts=PATIENT), "k1234", environ=environ, first_pause=0.01)
    try:
        return await ask(client)
    finally:
        await client.aclose()


async def test_a_request_goes_through_the_proxy() -> None:
    async with serve(once(*HELLO)) as server:
        environ = {"HTTP_PROXY": f"http://user:secret@127.0.0.1:{server.port}", "NO_PROXY": "[::1],,other.test"}
        asked = await through(environ)
    assert asked.reply.outcome is Outcome.COMPLETE
    assert server.requests[0].target == "http://e.test/v1/chat/completions"
    assert server.requests[0].headers["proxy-authorization"].startswith("Basic ")


async def test_a_proxy_that_wants_a_password() -> None:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(407, b"<title>Log in</title>", proxy_authenticate="Basic")

    async with serve(script) as server:
        for url in ("http://e.test/v1", "https://e.test/v1"):
            environ = {"ALL_PROXY": f"http://127.0.0.1:{server.port}"}
            asked = await through(environ, url)
            assert asked.reply.error is not None
            assert asked.reply.error.kind is ErrorKind.PROXY
            assert asked.reply.attempts == 1
    assert all("authorization" not in r.headers for r in server.requests if r.method == "CONNECT")


async def test_a_proxy_that_refuses_or_is_gone() -> None:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(403, b"")

    async with serve(script) as server:
        asked = await through({"ALL_PROXY": f"http://127.0.0.1:{server.port}"}, "https://e.test/v1")
        assert asked.reply.error is not None
        assert asked.reply.error.kind is ErrorKind.PROXY
    asked = await through({"ALL_PROXY": f"http://127.0.0.1:{server.port}"})
    assert asked.reply.error is not None
    assert asked.reply.error.kind is ErrorKind.PROXY
    assert f"127.0.0.1:{server.port}" in asked.reply.error.message


async def test_a_proxy_that_is_silent() -> None:
    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.gone()

    async with serve(script) as server:
        from tui_chat.core.endpoint import Timeouts

        config = EndpointConfig("test", "https://e.test/v1", timeouts=Timeouts(connect=0.1))
        client = HttpBackend(config, environ={"ALL_PROXY": f"http://127.0.0.1:{server.port}"}, first_pause=0.01)
        asked = await ask(client)
        await client.aclose()
    assert asked.reply.error is not None
    assert asked.reply.error.kind is ErrorKind.TIMEOUT
