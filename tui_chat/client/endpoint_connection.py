"""State shared by the requests to one endpoint: connection pool, learned fields, recent HTTP traces."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_chat.client.api_key import KeySource, SignIn
from tui_chat.client.http_trace import HttpTrace
from tui_chat.client.proxy import proxy_for
from tui_chat.core.endpoint import Auth, EndpointConfig
from tui_chat.core.message import ServerError
from tui_chat.core.rate_limits import RateLimits
from tui_chat.core.request_secrets import secret_values
from tui_chat.wire.errors.next_step_by_service import wants_subscription
from tui_chat.wire.errors.server_error import Explained
from tui_chat.wire.masking import NONE, Secrets
from tui_chat.wire.request import NOTHING_LEARNED, Learned
from tui_chat.wire.resolve_endpoint import Endpoint, resolve

if TYPE_CHECKING:
    import httpx

KEPT_TRACES = 8


class EndpointConnection:
    """The connection to one endpoint, shared by conversations that are answered at the same time."""

    def __init__(
        self,
        config: EndpointConfig,
        keys: KeySource,
        transport: httpx.AsyncBaseTransport | None,
        environ: Mapping[str, str],
        first_pause: float,
    ) -> None:
        self.config = config
        self.own = transport is None
        self.learned: Learned = NOTHING_LEARNED
        self.auth: Auth | None = None
        """The accepted way of sending the key, if not the usual one."""
        self.route: str | None = None
        """The complete address that worked in the end, if the configured one was not found."""
        self.traces: deque[HttpTrace] = deque(maxlen=KEPT_TRACES)
        self.limits: RateLimits | None = None
        """The rate limits the server reported last."""
        self.first_pause = first_pause
        self.secrets: Secrets = NONE
        """Everything secret that was ever sent to it, apart from conversations: an old key is still a key."""
        self._keys = keys
        self._environ = environ
        self._transport = transport
        self._making = asyncio.Lock()

    async def endpoint(self, *, fresh: bool = False, route: str | None = None) -> Endpoint | ServerError:
        """The endpoint with its key. `fresh` fetches the key again; `route` is another address of its host."""
        key = await self._keys.get(fresh=fresh)
        if isinstance(key, ServerError):
            return key
        url = route or self.route
        endpoint = resolve(replace(self.config, url=url) if url else self.config, key)
        if isinstance(endpoint, ServerError):
            return endpoint
        proxy = self.proxy(endpoint.url)
        self.secrets |= endpoint.secrets | Secrets(secret_values(url=proxy or ""))
        return endpoint if self.auth is None else replace(endpoint, auth=self.auth, other_auth=None)

    @property
    def renews(self) -> bool:
        """Whether fetching a rejected key again may yield another one."""
        return bool(self.config.api_key_command) or self.config.auth == "entra"

    @property
    def signs_in(self) -> bool:
        """Whether the first token is still to be fetched, which may take a minute."""
        return isinstance(self._keys, SignIn) and self._keys.signed_in is None

    async def renewed(self, refusal: Explained) -> Endpoint | ServerError:
        """The endpoint with its key fetched again: a token for the audience and claims that the rejection names."""
        if isinstance(self._keys, SignIn):
            from tui_chat.wire.entra import named_scope

            self._keys.aim(named_scope(refusal.error.message), refusal.claims)
        return await self.endpoint(fresh=True)

    def sent_otherwise(self, endpoint: Endpoint, error: ServerError) -> Endpoint | None:
        """The endpoint with its key sent in another way, after it was refused; None if there is none left."""
        other = endpoint.other_auth or self._for_gateway(endpoint, error)
        if other is None:
            return None
        return replace(endpoint, auth=other, other_auth=None, tried=(*endpoint.tried, endpoint.auth))

    def _for_gateway(self, endpoint: Endpoint, error: ServerError) -> Auth | None:
        """API Management's headers, one after the other, while the gateway says that its key is missing and the user
        did not choose one."""
        if self.config.auth is not None or endpoint.key is None or not wants_subscription(error):
            return None
        ways: tuple[Auth, ...] = ("subscription-key", "api-key")  # the second is that of an imported Azure OpenAI API
        return next((auth for auth in ways if auth not in (*endpoint.tried, endpoint.auth)), None)

    async def transport(self, endpoint: Endpoint) -> httpx.AsyncBaseTransport | ServerError:
        """The connection pool, created on first use and off the event loop, because loading certificates takes time."""
        async with self._making:
            if self._transport is None:
                from tui_chat.client.httpx_transport import build

                made = await asyncio.to_thread(build, endpoint.url, endpoint.ca_file, self._environ)
                if isinstance(made, ServerError):
                    return made
                self._transport = made
            return self._transport

    def proxy(self, url: str) -> str | None:
        """The proxy used for requests, for error texts."""
        found = proxy_for(url, self._environ) if self.own else None
        return found if isinstance(found, str) else None

    async def aclose(self) -> None:
        """Close all connections. A pool of our own is created again when needed."""
        transport = self._transport
        if self.own:
            self._transport = None
        if transport is not None:
            await transport.aclose()
