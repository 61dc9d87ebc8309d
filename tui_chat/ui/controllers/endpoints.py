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
from tui_chat.store.endpoint_table import SAVED
from tui_chat.store.problem import ConfigurationError
from tui_chat.ui.context import AppContext

if TYPE_CHECKING:
    from tui_chat.client.http_trace import HttpTrace
    from tui_chat.client.key_store import KeyStore
    from tui_chat.ui.endpoint_form import Form
    from tui_chat.ui.screens.chat import ChatScreen
    from tui_chat.ui.screens.exchange import Show

HELD = "Its key is held for this run only: for the next time, put it into a variable and name that as api_key_env."
STORED = "Its key is in the keyring."


class EndpointsController:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: AppContext) -> None:
        self._screen = screen
        self._desk = desk
        self._form: Form | None = None
        """What was typed and not used yet."""
        self._seen: frozenset[str] = frozenset()
        """The keys that were typed or pasted in this run: none of them becomes a name."""
        self._store: KeyStore | None = None
        self._added: set[str] = set()
        """Endpoints that were added in this run; those of earlier ones stand in saved.toml."""

    def check(self) -> None:
        """The endpoint in use, step by step."""
        from tui_chat.engine.endpoint_check import check
        from tui_chat.ui.screens.doctor import Doctor

        name, backends = self._desk.endpoint, self._desk.backends
        self._screen.app.push_screen(Doctor(name, lambda: check(backends, name), self._screen.copy))

    def add(self) -> None:
        """Describe a new endpoint."""
        from tui_chat.engine.endpoint_check import check_described
        from tui_chat.ui.endpoint_form import Form
        from tui_chat.ui.screens.add_endpoint import AddEndpoint, Described

        form = self._form or Form(seen=self._seen)
        screen = AddEndpoint(form, self._desk.backends.names, check_described, _models, self._has_keyring)

        def closed(described: Described | None) -> None:
            self._form = screen.form if described is None else None
            self._seen = screen.form.seen
            if described is not None:
                self._use(*described)
                # Not awaited: a file system or a keyring that is slow must not hold up the keys.
                self._screen.run_worker(self._keep(*described), group="endpoint", exit_on_error=False)
            self._screen.prompt.focus()

        self._screen.app.push_screen(screen, closed)

    def choose_added(self) -> None:
        """Edit or delete an endpoint that was added in the app: those of config.toml are the user's own text."""
        from tui_chat.ui.screens.added_endpoints import AddedEndpoints, Chosen

        backends, origins = self._desk.backends, self._desk.origins
        described = {name: found[0] for name in backends.names if (found := backends.described(name))}
        added = [
            config
            for name, config in described.items()
            if name in self._added or origins.get(f"endpoints.{name}") == SAVED
        ]
        if not added:
            self._screen.say("No endpoint was added here. Those of config.toml are changed in that file.")
            return

        def closed(chosen: Chosen | None) -> None:
            if chosen is None:
                self._screen.prompt.focus()
            elif chosen.delete:
                self._ask_to_delete(described[chosen.name])
            else:
                self._edit(described[chosen.name])

        self._screen.app.push_screen(AddedEndpoints(added), closed)

    def _edit(self, old: EndpointConfig) -> None:
        from tui_chat.engine.endpoint_check import check_described
        from tui_chat.ui.endpoint_form import form_of
        from tui_chat.ui.screens.add_endpoint import AddEndpoint, Described

        found = self._desk.backends.described(old.name)
        held = found[1] if found else None

        def as_kept(config: EndpointConfig, key: str | None) -> Described:
            """The endpoint with the key that it has, which stands under its old name until it is saved."""
            kept = held if screen.form.key_from == "typed" else None
            return replace(config, name=old.name), key or kept

        screen = AddEndpoint(
            replace(form_of(old, held=held is not None), seen=self._seen),
            [name for name in self._desk.backends.names if name != old.name],
            lambda config, key: check_described(*as_kept(config, key)),
            lambda config, key: _models(*as_kept(config, key)),
            self._has_keyring,
            f"Edit the endpoint {safe_line(old.name)}",
            "esc closes and changes nothing",
        )

        def closed(described: Described | None) -> None:
            self._seen = screen.form.seen
            if described is not None:
                config, key = described
                self._screen.run_worker(
                    self._replace(old, config, key or as_kept(config, key)[1]), group="endpoint", exit_on_error=False
                )
            self._screen.prompt.focus()

        self._screen.app.push_screen(screen, closed)

    async def _replace(self, old: EndpointConfig, config: EndpointConfig, key: str | None) -> None:
        """Put an endpoint in the place of another one, and its key where it says."""
        was_ours, is_ours = (each.api_key_keyring == KEYRING_SERVICE for each in (old, config))
        renamed = config.name != old.name
        ring = await self._keyring() if was_ours and (renamed or not is_ours) else None
        if ring is not None and is_ours:
            key = key or await ring.fetch(old.name)
        self._desk.backends.forget(old.name)
        self._use(config, key)
        kept = await self._keep(config, key, is_new=renamed)
        if kept and renamed:
            await self._forget(old.name)
        if kept and ring is not None and not (is_ours and await ring.fetch(config.name) is None):
            await ring.forget(old.name)

    def _ask_to_delete(self, config: EndpointConfig) -> None:
        from tui_chat.ui.screens.confirm import Confirm

        def answered(yes: bool | None) -> None:
            if yes:
                self._screen.run_worker(self._delete(config), group="endpoint", exit_on_error=False)
            self._screen.prompt.focus()

        question = f"Delete the endpoint {safe_line(config.name)}? Its conversations stay."
        self._screen.app.push_screen(Confirm(question, "Delete it", "Keep it", ("delete",)), answered)

    async def _delete(self, config: EndpointConfig) -> None:
        if not await self._forget(config.name):
            return
        if config.api_key_keyring == KEYRING_SERVICE and (ring := await self._keyring()) is not None:
            await ring.forget(config.name)
        desk = self._desk
        desk.backends.forget(config.name)
        said = f"The endpoint {safe_line(config.name)} is deleted."
        if desk.endpoint == config.name:
            desk.endpoint = desk.backends.names[0]
            desk.no_endpoint = desk.backends.described(desk.endpoint) is None
            said += f" The next prompt goes to {safe_line(desk.endpoint)}."
        self._screen.say(said)
        await self._screen.refresh_settings()
        self._screen.refresh_state()

    async def _forget(self, name: str) -> bool:
        """Take an endpoint out of the file; False where that cannot be written."""
        self._added.discard(name)
        if self._desk.saved is None:
            return True
        try:
            await asyncio.to_thread(self._desk.saved.forget_endpoint, name)
        except ConfigurationError as error:
            self._added.add(name)
            self._screen.report(error)
            return False
        return True

    def is_key(self, name: str) -> bool:
        """Whether what was typed as a name is a key: by its shape, or because it was given as one in this run."""
        described = self._desk.backends.described(self._desk.endpoint)
        key = described[1] if described else None
        return looks_like_key(name) or holds_any(name, {*self._seen, key or ""})

    async def _has_keyring(self) -> bool:
        """Whether a key can be kept in a keyring."""
        return await self._keyring() is not None

    async def _keyring(self) -> KeyStore | None:
        """The keyring. Where nothing of this run is written, there is none."""
        look = self._desk.key_store
        if self._store is None and look is not None and self._desk.saved is not None:
            self._store = await look()
        return self._store

    def _use(self, config: EndpointConfig, key: str | None) -> None:
        """From the next request on."""
        self._added.add(config.name)
        self._desk.backends.add(config, key)
        self._desk.endpoint, self._desk.no_endpoint = config.name, False
        self._screen.refresh_state()
        self._screen.warm()

    async def _keep(self, config: EndpointConfig, key: str | None, *, is_new: bool = True) -> bool:
        """For the next time too, where it can be saved: True then."""
        name, saved = config.name, self._desk.saved
        config, held = await self._keep_key(config, key)
        if saved is not None:
            try:
                await asyncio.to_thread(partial(saved.endpoint, name, config, self._seen))
            except ConfigurationError as error:
                self._screen.report(error)
                saved = None
                if is_new and config.api_key_keyring == KEYRING_SERVICE and self._store is not None:
                    await self._store.forget(name)  # nothing would lead to it
                    held = HELD
        kept = "" if saved is not None else " It is not saved, and holds for this run."
        self._screen.say(f"The next prompt goes to {safe_line(name)}.{kept}{f' {held}' if held else ''}")
        await self._screen.refresh_settings()
        self._screen.refresh_state()
        return saved is not None

    async def _keep_key(self, config: EndpointConfig, key: str | None) -> tuple[EndpointConfig, str]:
        """The endpoint as it can be saved, and what is said of its key."""
        if key is None:
            return config, ""
        if config.api_key_keyring != KEYRING_SERVICE:
            return config, HELD
        ring = await self._keyring()
        problem = "there is none" if ring is None else await ring.store(config.name, key)
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
        from tui_chat.wire.curl_format import show

        exchanges = self._exchanges()
        if exchanges:
            described = self._desk.backends.described(self._desk.endpoint)
            variable = (described[0].api_key_env if described else None) or "API_KEY"
            last = exchanges[-1]
            self._screen.copy(show(last.request, last.endpoint, last.secrets, variable), "curl command")

    def _exchanges(self) -> Sequence[HttpTrace]:
        """Those of the endpoint in use; says why where there are none."""
        backend, name = self._desk.backend, safe_line(self._desk.endpoint)
        if not isinstance(backend, Recording):
            self._screen.say(f"The endpoint {name} is built in: nothing goes over a network that could be shown.")
            return ()
        if not backend.traces:
            self._screen.say(f"Nothing was sent to the endpoint {name} yet.")
        return backend.traces


def _shower(exchange: HttpTrace) -> Show:
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
