"""Builds the httpx transport for one endpoint (proxy, trust, pool), and reads a response's body.

Used late, because httpx is slow to import.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Mapping
from typing import TYPE_CHECKING, cast

from tui_chat.client.certificates import context
from tui_chat.client.proxy import proxy_for
from tui_chat.core.message import ErrorKind, ServerError

if TYPE_CHECKING:
    import ssl

    import httpx

KEEPALIVE = 240.0
"""Seconds that an idle connection is kept: longer than users think, and shorter than Azure's balancers allow."""


def build(url: str, ca_file: str | None, environ: Mapping[str, str]) -> httpx.AsyncBaseTransport | ServerError:
    """A transport with connection pooling, without retries or redirects. Blocks for some ms; no I/O yet."""
    import httpx

    proxy = proxy_for(url, environ)
    if isinstance(proxy, ServerError):
        return proxy
    # a context costs 10 to 30 ms of loading certificates, for nothing where nothing is encrypted
    secure = url.startswith("https:") or (proxy or "").startswith("https:")
    trust = context(ca_file) if secure else None
    if isinstance(trust, ServerError):
        return trust
    try:
        return httpx.AsyncHTTPTransport(
            verify=False if trust is None else trust,
            trust_env=False,
            proxy=_proxy(proxy, trust) if proxy else None,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=KEEPALIVE),
        )
    except (ValueError, RuntimeError, ImportError, httpx.InvalidURL):
        return ServerError(
            ErrorKind.PROXY,
            "The proxy that the environment names cannot be used.",
            hint="Check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, or put the endpoint's host into NO_PROXY.",
        )


async def body_of(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The body's bytes. At their end the response is left open: `Response.aiter_raw` closes it there, and a time limit
    that ran out in the middle of that would leak the socket."""
    async for data in cast("AsyncIterable[bytes]", response.stream):
        yield data


def _proxy(url: str, trust: ssl.SSLContext | None) -> httpx.Proxy:
    """httpx takes a context for a proxy reached over TLS, and rejects one for any other."""
    import httpx

    return httpx.Proxy(url, ssl_context=trust if url.startswith("https:") else None)
