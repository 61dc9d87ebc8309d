"""Asks an endpoint for its list of models. A missing list is normal: many endpoints have none."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui_chat.client.connection_failure import failure
from tui_chat.client.endpoint_connection import EndpointConnection
from tui_chat.client.httpx_transport import body_of
from tui_chat.core.message import TRANSPORT_KINDS, ErrorKind, ServerError
from tui_chat.wire.errors.next_step_by_service import judges_key
from tui_chat.wire.errors.server_error import Explained, explain
from tui_chat.wire.inflate import Inflater
from tui_chat.wire.model_list import Model, address, deployments, info_address, models
from tui_chat.wire.request import headers
from tui_chat.wire.resolve_endpoint import Endpoint
from tui_chat.wire.sse import MIB

if TYPE_CHECKING:
    import httpx

PATIENCE = 10.0
"""Seconds for the whole list."""

LONGEST = 8 * MIB
"""Bytes; OpenRouter's list of some hundred models is half a megabyte."""


async def listing(connection: EndpointConnection) -> tuple[Model, ...] | ServerError:
    """The models, or why there is no list. Expected failures are returned, not raised."""
    endpoint = await connection.endpoint()
    if isinstance(endpoint, ServerError):
        return endpoint
    own = info_address(endpoint.url) or address(endpoint.url)
    if own is None:
        return _no_list(endpoint)
    transport = await connection.transport(endpoint)
    if isinstance(transport, ServerError):
        return transport
    deployed = deployments(endpoint.url, connection.config.url)
    for url in deployed:
        found = await _insisting(transport, url, endpoint, connection, renews=False)
        if isinstance(found, tuple) and found:
            return connection.secrets.mask_values(found)
        if isinstance(found, ServerError) and found.kind in TRANSPORT_KINDS:
            return connection.secrets.mask_error(found)
    found = await _insisting(transport, own, endpoint, connection, renews=connection.renews)
    if isinstance(found, ServerError):
        return connection.secrets.mask_error(found)
    found = tuple(replace(model, deployable=bool(deployed)) for model in found)
    return connection.secrets.mask_values(found)


async def _insisting(
    transport: httpx.AsyncBaseTransport, url: str, endpoint: Endpoint, connection: EndpointConnection, *, renews: bool
) -> tuple[Model, ...] | ServerError:
    """Ask; after a 401 with a fresh key or token if it `renews`, then with the key sent in other ways, as for an
    answer."""
    first: ServerError | None = None
    while True:
        found = await _asked(transport, url, endpoint, connection)
        if isinstance(found, tuple):
            if endpoint.tried:
                connection.auth = endpoint.auth
            return found
        if found.kind is not ErrorKind.AUTH:
            return found
        first = first or found
        other = connection.sent_otherwise(endpoint, found)
        if renews:
            renews = False
            fresh = await connection.renewed(Explained(found))
            if isinstance(fresh, ServerError):
                return fresh
            other = fresh if fresh.key != endpoint.key else other
        if other is None:
            return first if judges_key(first) and not judges_key(found) else found
        endpoint = other


def _no_list(endpoint: Endpoint) -> ServerError:
    step = "Look for the model's name where the endpoint comes from, and give it with --model."
    if info_address(endpoint.url) is not None or urlsplit(endpoint.url).path.endswith("/score"):
        step = "It serves one model, which needs no name: leave --model out."
    elif endpoint.dialect.startswith("azure-"):
        step = "Azure takes the name of a deployment: the portal lists them under Deployments."
    return ServerError(ErrorKind.NOT_FOUND, f"The endpoint {endpoint.name} has no list of models.", hint=step)


async def _asked(
    transport: httpx.AsyncBaseTransport, url: str, endpoint: Endpoint, connection: EndpointConnection
) -> tuple[Model, ...] | ServerError:
    import httpx

    sent = [(n.encode("ascii"), v.encode("utf-8")) for n, v in headers(endpoint, stream=False)]
    response: httpx.Response | None = None
    try:
        async with asyncio.timeout(PATIENCE):
            response = await transport.handle_async_request(httpx.Request("GET", url, headers=sent))
            return await _read(response, endpoint)
    except TimeoutError:
        return ServerError(ErrorKind.TIMEOUT, f"The list of models did not arrive within {PATIENCE:g} s.")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as problem:
        return failure(problem, url, connection.proxy(url)).error
    finally:
        if response is not None:
            await response.aclose()


async def _read(response: httpx.Response, endpoint: Endpoint) -> tuple[Model, ...] | ServerError:
    body = bytearray()
    inflater = Inflater(response.headers.get("content-encoding", ""))
    async with aclosing(body_of(response)) as received:
        async for data in received:
            for piece in inflater.feed(data):
                body += piece
                if len(body) > LONGEST:
                    return ServerError(ErrorKind.TOO_LARGE, "The list of models is longer than 8 MiB.")
    if response.status_code == 200:
        return models(bytes(body))
    if response.status_code in (404, 405):
        return _no_list(endpoint)
    answered = response.headers.items()
    return explain(response.status_code, answered, bytes(body), endpoint=endpoint, now=time.time()).error
