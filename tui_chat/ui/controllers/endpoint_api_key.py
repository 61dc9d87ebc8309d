"""Checks an endpoint, and asks for its key where one is missing or refused. No key reaches the screen."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.message import ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.endpoints import EndpointsController
from tui_chat.ui.endpoint_text import key_lasts
from tui_chat.ui.kept_api_keys import KeptKeys
from tui_chat.ui.key_variable import missing_key_words, typed_key
from tui_chat.ui.ports import Copy, Notifier, PromptText

if TYPE_CHECKING:
    from tui_chat.client.doctor import CheckStep
    from tui_chat.core.endpoint import EndpointConfig


FOR_LAST = "The last prompt is answered again with it."
"""Why a key is asked for where an answer failed for it, which says what is missing."""


class KeyDialogs(Protocol):
    async def check(self, name: str, steps: Callable[[], AsyncGenerator[CheckStep, None]], copy: Copy) -> bool:
        """True if the user wants to type a key, and check again."""
        ...

    async def ask_key(self, title: str, said: str, kept: str, *, keyring: bool, typed: str) -> tuple[str, bool] | None:
        """The key, and whether the keyring is to hold it. `typed` is what is in the field to begin with."""
        ...


@dataclass(eq=False)
class EndpointKeyController:
    _context: AppContext
    _endpoints: EndpointsController
    _kept: KeptKeys
    _prompt: PromptText
    _copy: Copy
    _dialogs: KeyDialogs
    _notifier: Notifier

    async def check(self, name: str | None = None) -> None:
        """An endpoint, or the one in use, step by step."""
        from tui_chat.engine.endpoint_check import check

        name, backends = name or self._context.endpoint, self._context.backends
        while await self._dialogs.check(name, lambda: check(backends, name), self._copy):
            await self.ask(name)

    async def ask(
        self, name: str | None = None, then: Callable[[], Awaitable[object]] | None = None, pasted: str = ""
    ) -> None:
        """Take a key for an endpoint, for this run or for the keyring. `then` answers a prompt that failed for it.

        `pasted` was meant for the prompt: it comes there where it is not to be the key.
        """
        name = name or self._context.endpoint
        found = self._context.backends.described(name)
        if found is None or found[0].auth in ("entra", "none"):
            self._notifier.say(f"The endpoint {safe_line(name)} takes no key.")
            return
        last = next(self._context.session.conversation.upward(), None)
        failed = last is not None and last.turn.error is not None and last.turn.error.lacks_key
        again = then if failed else None
        given = await self._given(found[0], pasted, self._why(found[0]) if again is None else FOR_LAST)
        if given is not None:
            await self._use(found[0], *given, quiet=again is not None)
        elif pasted:
            self._prompt.replace_text(self._prompt.text + pasted)
        self._prompt.focus()
        if given is not None and again is not None:
            await again()

    async def _given(self, config: EndpointConfig, pasted: str, said: str) -> tuple[str, bool] | None:
        """A key that can be sent, and whether the keyring is to hold it. `said` is why it is asked for."""
        from tui_chat.wire.resolve_endpoint import resolve

        name = config.name
        added = self._endpoints.is_added(name)
        keyring = added and await self._kept.has_keyring()
        as_saved = self._kept.with_variable(config) if added else config
        kept = key_lasts(as_saved, self._endpoints.origin(name), keyring=keyring)
        while True:
            found = await self._dialogs.ask_key(
                f"Key of {safe_line(name)}", said, kept, keyring=keyring, typed=pasted.strip()
            )
            if found is None:
                return None
            key, stored = typed_key(found[0]), found[1]
            problem = resolve(config, key)
            if not isinstance(problem, ServerError):
                return key, stored
            said = problem.message

    def _why(self, config: EndpointConfig) -> str:
        """Why a key is asked for."""
        if missing := self._context.backends.missing_variable(config.name):
            return missing_key_words(missing)
        has_one = self._kept.held(config.name) or config.api_key_env or config.api_key_command or config.api_key_keyring
        return "It takes the place of the one that is used now." if has_one else "No key is sent so far."

    async def _use(self, config: EndpointConfig, key: str, stored: bool, *, quiet: bool) -> None:
        """Use a key from now on. `stored`: the keyring holds it. `quiet`: the answer that comes says enough.

        How long the key lasts was said where it was typed.
        """
        self._kept.seen |= {key}
        if stored or (self._endpoints.is_added(config.name) and config != self._kept.with_variable(config)):
            await self._endpoints.save_key(config, key, in_keyring=stored, quiet=quiet)
            return
        self._context.backends.replace(config, key)
        if not quiet:
            self._notifier.say(f"{safe_line(config.name)} has another key.")
