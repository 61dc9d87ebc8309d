"""A configured endpoint, reached over HTTP."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from importlib import import_module
from typing import TYPE_CHECKING

from tui_chat.client.api_key import FixedKey, KeySource, key_source
from tui_chat.client.endpoint_connection import EndpointConnection
from tui_chat.client.http_trace import HttpTrace
from tui_chat.client.known_contexts import KnownContexts
from tui_chat.client.retry import FIRST_PAUSE
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.event import Event
from tui_chat.core.message import Message, ServerError
from tui_chat.core.rate_limits import RateLimits
from tui_chat.core.settings import Settings
from tui_chat.wire.masking import Secrets
from tui_chat.wire.model_list import Model
from tui_chat.wire.resolve_endpoint import Endpoint, resolve

if TYPE_CHECKING:
    import httpx


class HttpBackend:
    """One configured endpoint; implements `Backend`.

    `keys` is the source of the key; a plain text is the key itself, None means as configured. `transport` replaces the
    network: the demo and tests pass theirs. `contexts` are shared with other backends. Creating one is cheap and reads
    nothing: httpx and the decoder are loaded with the first request, or by `warm`. It belongs to one event loop.
    `first_pause` is the delay before a second try, in seconds.
    """

    def __init__(
        self,
        config: EndpointConfig,
        keys: KeySource | str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        contexts: KnownContexts | None = None,
        environ: Mapping[str, str] | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        environ = os.environ if environ is None else environ
        source = FixedKey(keys) if isinstance(keys, str) else keys or key_source(config, environ)
        self._config = config
        self._contexts = contexts or KnownContexts()
        self._is_loaded = False
        self._connection = EndpointConnection(config, source, transport, environ, first_pause)

    def __repr__(self) -> str:
        return f"HttpBackend({self._config.name!r})"

    @property
    def name(self) -> str:
        return self._config.name

    @property
    def model(self) -> str | None:
        return self._config.model

    @property
    def context(self) -> int | None:
        """As configured, else as a list of the server's models has it."""
        configured = self._config.context
        return configured if configured is not None else self._contexts.get(self._config.url, self.model)

    @property
    def continues(self) -> bool:
        """Whether an answer at the end of the messages is continued, according to the dialect."""
        endpoint = resolve(self._config, None)
        return isinstance(endpoint, Endpoint) and endpoint.rules.continues

    @property
    def replays_thinking(self) -> bool:
        """Whether the model's thinking is sent back, by its dialect or because the server asked for it."""
        if (learned := self._connection.learned.thinking) is not None:
            return learned != "left out"
        endpoint = resolve(self._config, None)
        return isinstance(endpoint, Endpoint) and endpoint.rules.thinking != "left out"

    @property
    def traces(self) -> Sequence[HttpTrace]:
        """The latest requests and responses, newest last, for bug reports."""
        return tuple(self._connection.traces)

    @property
    def limits(self) -> RateLimits | None:
        """The rate limits the server reported last."""
        return self._connection.limits

    @property
    def secrets(self) -> Secrets:
        """The secrets of all requests so far."""
        return self._connection.secrets

    async def warm(self) -> None:
        """Load httpx and create the pool, so that the first request does not wait for them. Sends nothing."""
        await self._loaded()
        endpoint = resolve(self._config, None)
        if isinstance(endpoint, Endpoint):
            await self._connection.transport(endpoint)

    async def models(self) -> tuple[Model, ...] | ServerError:
        """The models that the endpoint lists, or why it lists none. The list may give `context`."""
        await self._loaded()
        from tui_chat.client.list_models import listing

        found = await listing(self._connection)
        if isinstance(found, tuple):
            self._contexts.listed(self._config.url, found)
        return found

    async def answer(
        self, messages: Sequence[Message], settings: Settings, *, stream: bool = True
    ) -> AsyncGenerator[Event, None]:
        """See `Backend.answer`."""
        await self._loaded()
        from tui_chat.client.answer_request import AnswerRequest

        async with aclosing(AnswerRequest(self._connection, messages, settings, stream=stream).events()) as events:
            async for event in events:
                yield event

    async def _loaded(self) -> None:
        """Import httpx and the decoder in a thread: it takes a tenth of a second in which keys must still be echoed."""
        if not self._is_loaded:
            await asyncio.to_thread(_load)
            self._is_loaded = True

    async def aclose(self) -> None:
        """Close all connections, including those of a given transport."""
        await self._connection.aclose()


_LOADED = ("httpx_sse", "tui_chat.client.answer_request")

_LATE = ("httpcore._async.http11", "httpcore._backends.anyio", "anyio._backends._asyncio", "anyio.streams.tls")
"""Modules httpx imports with its first request, on the event loop. Some releases lack some of them."""


def _load() -> None:
    for name in _LOADED:
        import_module(name)
    for name in _LATE:
        with suppress(ImportError):
            import_module(name)
