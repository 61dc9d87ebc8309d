"""Endpoints in the interface: checking one, adding one, and what went over the wire. No key reaches the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tui_chat.client.backend import Recording
from tui_chat.core.endpoint import KEYRING_SERVICE, EndpointConfig
from tui_chat.core.secrets import holds_any, looks_like_key
from tui_chat.render.safe import safe_line
from tui_chat.store.problem import ConfigurationError
from tui_chat.ui.desk import Desk

if TYPE_CHECKING:
    from tui_chat.client.key_store import KeyStore
    from tui_chat.client.record import Exchange
    from tui_chat.ui.endpoint_form import Form
    from tui_chat.ui.screens.chat import ChatScreen
    from tui_chat.ui.screens.exchange import Show

HELD = "Its key is held for this run only: for the next time, put it into a variable and name that as api_key_env."
STORED = "Its key is in the keyring."


class Endpoints:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: Desk) -> None:
        self._screen = screen
        self._desk = desk
        self._form: Form | None = None
        """What was typed and not used yet."""
        self._seen: frozenset[str] = frozenset()
        """The keys that were typed or pasted in this run: none of them becomes a name."""
        self._store: KeyStore | None = None

    def check(self) -> None:
        """The endpoint in use, step by step."""
        from tui_chat.engine.checks import check
        from tui_chat.ui.screens.doctor import Doctor

        name, backends = self._desk.endpoint, self._desk.backends
        self._screen.app.push_screen(Doctor(name, lambda: check(backends, name), self._screen.copy))

    def add(self) -> None:
        """Describe a new endpoint."""
        from tui_chat.engine.checks import check_described
        from tui_chat.ui.endpoint_form import Form
        from tui_chat.ui.screens.add_endpoint import AddEndpoint, Described

        form = self._form or Form(seen=self._seen)
        screen = AddEndpoint(form, self._desk.backends.names, check_described, _models, self._has_keyring)

        def closed(described: Described | None) -> None:
            self._form = screen.form if described is None else None
            self._seen = screen.form.seen
            if described is not None:
                self._use(*described)
            self._screen.prompt.focus()

        self._screen.app.push_screen(screen, closed)

    def is_key(self, name: str) -> bool:
        """Whether what was typed as a name is a key: by its shape, or because it was given as one in this run."""
        described = self._desk.backends.described(self._desk.endpoint)
        key = described[1] if described else None
        return looks_like_key(name) or holds_any(name, {*self._seen, key or ""})

    async def _has_keyring(self) -> bool:
        """Whether a key can be kept in a keyring. Where nothing of this run is written, none is."""
        look = self._desk.key_store
        if self._store is None and look is not None and self._desk.saved is not None:
            self._store = await look()
        return self._store is not None

    def _use(self, config: EndpointConfig, key: str | None) -> None:
        """From the next request on, and the next time too where it can be saved."""
        self._desk.backends.add(config, key)
        self._desk.endpoint, self._desk.no_endpoint = config.name, False
        self._screen.refresh_state()
        self._screen.warm()
        # Not awaited: a file system or a keyring that is slow must not hold up the keys.
        self._screen.run_worker(self._keep(config, key), group="endpoint", exit_on_error=False)

    async def _keep(self, config: EndpointConfig, key: str | None) -> None:
        name, saved = config.name, self._desk.saved
        config, held = await self._keep_key(config, key)
        if saved is not None:
            try:
                await asyncio.to_thread(partial(saved.endpoint, name, config, self._seen))
            except ConfigurationError as error:
                self._screen.report(error)
                saved = None
                if config.api_key_keyring == KEYRING_SERVICE and self._store is not None:
                    await self._store.forget(name)  # nothing would lead to it
                    held = HELD
        kept = "" if saved is not None else " It is not saved, and holds for this run."
        self._screen.say(f"The next prompt goes to {safe_line(name)}.{kept}{f' {held}' if held else ''}")
        await self._screen.refresh_settings()
        self._screen.refresh_state()

    async def _keep_key(self, config: EndpointConfig, key: str | None) -> tuple[EndpointConfig, str]:
        """The endpoint as it can be saved, and what is said of its key."""
        if key is None:
            return config, ""
        if config.api_key_keyring != KEYRING_SERVICE:
            return config, HELD
        problem = "there is none" if self._store is None else await self._store.store(config.name, key)
        if problem is None:
            return config, STORED
        return replace(config, api_key_keyring=None), f"The keyring could not take its key ({problem}). {HELD}"

    def show_exchange(self) -> None:
        """What went over the wire last, with secrets masked."""
        from tui_chat.ui.screens.exchange import ExchangeView

        exchanges = self._exchanges()
        if exchanges:
            self._screen.app.push_screen(ExchangeView([_shower(each) for each in exchanges], self._screen.copy))

    def copy_curl(self) -> None:
        """The last request as a command, with its key as a variable."""
        from tui_chat.wire.curl import show

        exchanges = self._exchanges()
        if exchanges:
            described = self._desk.backends.described(self._desk.endpoint)
            variable = (described[0].api_key_env if described else None) or "API_KEY"
            last = exchanges[-1]
            self._screen.copy(show(last.request, last.endpoint, last.secrets, variable), "curl command")

    def _exchanges(self) -> Sequence[Exchange]:
        """Those of the endpoint in use; says why where there are none."""
        backend, name = self._desk.backend, safe_line(self._desk.endpoint)
        if not isinstance(backend, Recording):
            self._screen.say(f"The endpoint {name} is built in: nothing goes over a network that could be shown.")
            return ()
        if not backend.exchanges:
            self._screen.say(f"Nothing was sent to the endpoint {name} yet.")
        return backend.exchanges


def _shower(exchange: Exchange) -> Show:
    return lambda with_messages: exchange.show(with_messages=with_messages)


async def _models(config: EndpointConfig, key: str | None) -> Sequence[str]:
    """The names of the models that the server lists; none where it lists none."""
    from tui_chat.client.http import HttpBackend

    backend = HttpBackend(config, key)
    try:
        found = await backend.models()
    finally:
        await backend.aclose()
    return [model.id for model in found] if isinstance(found, tuple) else ()
