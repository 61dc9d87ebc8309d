"""The models each endpoint offers, requested once per run."""

from __future__ import annotations

import asyncio
from importlib import import_module

from tui_chat.client.backend import Listing
from tui_chat.core.endpoint import BUILT_IN
from tui_chat.core.message import ServerError
from tui_chat.engine.backends import Backends
from tui_chat.wire.model_list import Model


class ModelListCache:
    """Asks each endpoint once. A server that returned no list is asked again the next time."""

    def __init__(self, backends: Backends) -> None:
        self._backends = backends
        self._known: dict[tuple[str, str], tuple[Model, ...]] = {}
        """By endpoint and address: an endpoint's address may change during the run."""
        self._asking: dict[str, asyncio.Task[tuple[str, ...] | ServerError]] = {}

    def known(self, endpoint: str) -> tuple[str, ...] | None:
        """The models of an endpoint; None if it was not asked, or returned no list."""
        found = self.described(endpoint)
        return None if found is None else tuple(model.id for model in found)

    def described(self, endpoint: str) -> tuple[Model, ...] | None:
        """The models with what the server says of each: context, capabilities, retirement."""
        return self._known.get(self._place(endpoint))

    def about(self, endpoint: str, model: str) -> Model | None:
        """The server's entry for a model, by any of its names; None if it is not listed."""
        listed = self.described(endpoint) or ()
        return next((each for each in listed if model == each.id or model in each.aliases), None)

    def _place(self, endpoint: str) -> tuple[str, str]:
        described = self._backends.described(endpoint)
        return endpoint, described[0].url if described is not None else ""

    def can_ask(self, endpoint: str, *, quietly: bool = False) -> bool:
        """Whether there is a server to ask. `quietly`: without running a key command, which may prompt for a
        passphrase."""
        described = self._backends.described(endpoint)
        if described is None or endpoint in BUILT_IN:
            return False
        return not quietly or described[0].api_key_command is None

    async def ask(self, endpoint: str) -> tuple[str, ...] | ServerError:
        """The models, or why there is no list. Concurrent calls share one request."""
        if (known := self.known(endpoint)) is not None:
            return known
        task = self._asking.get(endpoint)
        if task is None:
            task = self._asking[endpoint] = asyncio.create_task(self._asked(endpoint))
            task.add_done_callback(lambda _: self._asking.pop(endpoint, None))
        return await asyncio.shield(task)

    async def _asked(self, endpoint: str) -> tuple[str, ...] | ServerError:
        await asyncio.to_thread(import_module, "tui_chat.client.http_backend")  # it takes as long as a dozen keys
        backend = self._backends.get(endpoint)
        if not isinstance(backend, Listing):
            return ()
        found = await backend.models()
        if isinstance(found, ServerError):
            return found
        self._known[self._place(endpoint)] = found
        return tuple(model.id for model in found)
