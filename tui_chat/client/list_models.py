"""Asks an endpoint for its list of models. A missing list is normal: many endpoints have none."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from tui_chat.client.connection_failure import failure
from tui_chat.client.endpoint_connection import EndpointConnection
from tui_chat.client.httpx_transport import body_of
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.wire.endpoint import Endpoint
from tui_chat.wire.errors.server_error import explain
from tui_chat.wire.inflate import Inflater
from tui_chat.wire.model_list import Model, address, info_address, models
from tui_chat.wire.request import headers
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
    url = info_address(endpoint.url) or address(endpoint.url)
    if url is None:
        return _no_list(endpoint)
    transport = await connection.transport(endpoint)
    if isinstance(transport, ServerError):
        return transport
    found = await _asked(transport, url, endpoint, connection)
    secrets = connection.secrets
    return secrets.mask_error(found) if isinstance(found, ServerError) else secrets.mask_values(found)


def _no_list(endpoint: Endpoint) -> ServerError:
    chosen = "Azure takes the name of a deployment: the portal lists them under Deployments."
    own = "Look for the model's name where the endpoint comes from, and give it with --model."
    azure = endpoint.dialect.startswith("azure-")
    said = f"The endpoint {endpoint.name} has no list of models."
    return ServerError(ErrorKind.NOT_FOUND, said, hint=chosen if azure else own)


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
