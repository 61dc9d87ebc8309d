"""Maps endpoint names to backends. A name yields the same backend for the whole run."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui_chat.client.backend import Backend, Limited, Recording, Secretive
from tui_chat.client.known_contexts import KnownContexts
from tui_chat.core.endpoint import BUILT_IN, DEMO, LOCAL, EndpointConfig, Price
from tui_chat.core.rate_limits import RateLimits
from tui_chat.core.request_secrets import secret_values
from tui_chat.wire.masking import NONE, Secrets

if TYPE_CHECKING:
    from tui_chat.client.api_key import KeySource
    from tui_chat.client.http_trace import HttpTrace
    from tui_chat.core.dialects.rules import Rules

_BUILT_IN = {LOCAL: "llama.cpp", DEMO: "azure-serverless"}
"""The dialects of the endpoints that always exist."""


class Backends:
    """Creates each backend when it is first requested, and closes all of them at the end."""

    def __init__(
        self,
        endpoints: Mapping[str, EndpointConfig],
        ready: Mapping[str, Backend] | None = None,
        *,
        keys: Mapping[str, str] | None = None,
        local_model: Path | None = None,
        local_context: int | None = None,
    ) -> None:
        """`ready` are existing backends by name; they take precedence. `keys` are literal keys by endpoint, for this
        run.

        `local_model` replaces the built-in GGUF file of `local`; `local_context` is its context in tokens.
        """
        self._endpoints = dict(endpoints)
        self._keys = dict(keys or {})
        self._local_model = local_model
        self._local_context = local_context
        self._sources: dict[str, KeySource] = {}
        self._made: dict[str, Backend] = dict(ready or {})
        self._ready = tuple(self._made)
        self._retired: list[Backend] = []
        self._by_model: dict[tuple[str, str], Backend] = {}
        self._rules: dict[str, tuple[EndpointConfig, Rules | None]] = {}
        self.contexts = KnownContexts()

    @property
    def names(self) -> tuple[str, ...]:
        """All endpoints: the configured ones, then the built-in ones."""
        return tuple(dict.fromkeys((*self._ready, *self._endpoints, *BUILT_IN)))

    def get(self, name: str) -> Backend:
        """The backend of an endpoint. Raises KeyError for an unknown name: names are checked where they are typed."""
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def asking(self, name: str, model: str | None) -> Backend:
        """The endpoint's backend for a certain model, whichever model is selected; None: the selected one.

        Built-in and ready-made backends have one model each.
        """
        config = self._endpoints.get(name)
        if model is None or config is None or name in self._ready or model == config.model:
            return self.get(name)
        if (name, model) not in self._by_model:
            from tui_chat.client.http_backend import HttpBackend

            config = replace(config, model=model)
            self._by_model[name, model] = HttpBackend(config, self._key(name, config), contexts=self.contexts)
        return self._by_model[name, model]

    def _key(self, name: str, config: EndpointConfig) -> KeySource | str:
        """The given key or its source: one for all models, because signing in is slow."""
        from tui_chat.client.api_key import key_source

        given = self._keys.get(name)
        if given is not None:
            return given
        if name not in self._sources:
            self._sources[name] = key_source(config)
        return self._sources[name]

    def _make(self, name: str) -> Backend:
        # Imported here: which one is needed is only known now, and each of them costs start-up time.
        if name in self._endpoints:
            from tui_chat.client.http_backend import HttpBackend

            config = self._endpoints[name]
            return HttpBackend(config, self._key(name, config), contexts=self.contexts)
        if name == LOCAL:
            from tui_chat.local.backend import LocalBackend

            return LocalBackend(self._local_model, self._local_context)
        if name == DEMO:
            from tui_chat.demo.backend import DemoBackend

            return DemoBackend()
        raise KeyError(name)

    def add(self, endpoint: EndpointConfig, key: str | None = None) -> None:
        """Add an endpoint found or described while the app runs. A name that is taken keeps its endpoint.

        `key` is held for this run.
        """
        if endpoint.name not in self.names:
            self._endpoints[endpoint.name] = endpoint
            if key is not None:
                self._keys[endpoint.name] = key

    def replace(self, endpoint: EndpointConfig, key: str | None = None) -> None:
        """Put an endpoint in the place of the one with its name, or add it."""
        self.forget(endpoint.name)
        self.add(endpoint, key)

    def forget(self, name: str) -> None:
        """Remove an endpoint. Built-in and ready-made ones stay."""
        self._endpoints.pop(name, None)
        self._keys.pop(name, None)
        self._sources.pop(name, None)
        self._retire(name)

    def _retire(self, name: str) -> None:
        """Close a backend at the end instead of now: an answer may still be arriving through it."""
        old = [self._by_model.pop(key) for key in [*self._by_model] if key[0] == name]
        if name in self._made and name not in (*self._ready, *BUILT_IN):
            old.append(self._made.pop(name))
        self._retired += old

    @property
    def local_model(self) -> Path | None:
        """The GGUF file configured for `local`, if any."""
        return self._local_model

    def described(self, name: str) -> tuple[EndpointConfig, str | None] | None:
        """The endpoint's configuration, and its key if that was given literally. None for built-in endpoints."""
        config = self._endpoints.get(name)
        return None if config is None else (config, self._keys.get(name))

    def missing_variable(self, name: str) -> str:
        """The variable that should hold the key of an endpoint and does not; "" where none is missing."""
        config = self._endpoints.get(name)
        variable = (config.api_key_env or "") if config is not None and name not in self._keys else ""
        return "" if os.environ.get(variable, "").strip() else variable

    def price(self, name: str) -> Price | None:
        """The configured price of an endpoint; None if there is none."""
        config = self._endpoints.get(name)
        return None if config is None else config.price

    def limits(self, name: str) -> RateLimits | None:
        """The rate limits that the endpoint's server reported last; None if it has reported none."""
        backend: object = self._made.get(name)
        return backend.limits if isinstance(backend, Limited) else None

    def rules(self, name: str) -> Rules | None:
        """What the endpoint's server accepts; None if unknown."""
        from tui_chat.core import dialects
        from tui_chat.wire.resolve_endpoint import Endpoint, resolve

        config = self._endpoints.get(name)
        if config is None:
            return dialects.table().get(_BUILT_IN.get(name, ""))
        known = self._rules.get(name)
        if known is None or known[0] is not config:
            found = resolve(config, None)
            known = self._rules[name] = config, found.rules if isinstance(found, Endpoint) else None
        return known[1]

    def set_model(self, name: str, model: str | None) -> None:
        """Select another model, from the next request on. The built-in endpoints have one model each."""
        config = self._endpoints.get(name)
        if config is None or config.model == model:
            return
        self._endpoints[name] = replace(config, model=model)
        self._retire(name)

    @property
    def _all(self) -> list[Backend]:
        return [*self._made.values(), *self._by_model.values(), *self._retired]

    @property
    def traces(self) -> list[HttpTrace]:
        """The latest HTTP traces of all endpoints, newest last."""
        found = [trace for backend in self._all if isinstance(backend, Recording) for trace in backend.traces]
        return sorted(found, key=lambda trace: trace.at)

    @property
    def secrets(self) -> Secrets:
        """The secrets of all requests so far, and every key that was given literally."""
        found = Secrets(frozenset(value for key in self._keys.values() for value in secret_values(key=key)))
        for backend in self._all:
            found |= backend.secrets if isinstance(backend, Secretive) else NONE
        return found

    async def aclose(self) -> None:
        """Close all connections and processes, concurrently."""
        made = self._all
        self._made, self._by_model, self._retired = {}, {}, []
        await asyncio.gather(*(backend.aclose() for backend in made))
