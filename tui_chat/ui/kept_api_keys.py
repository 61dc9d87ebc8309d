"""Keeps the keys that are typed in the app: until it ends, or in the keyring. No key is written to a file."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from tui_chat.core.endpoint import KEYRING_SERVICE, EndpointConfig
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.endpoint_text import key_lasts
from tui_chat.ui.key_variable import key_variable
from tui_chat.ui.saved_choices import SavedChoices

if TYPE_CHECKING:
    from tui_chat.client.keyring_store import KeyringStore

STORED = "The key is kept in the keyring."


@dataclass(eq=False)
class KeptKeys:
    _context: AppContext
    _choices: SavedChoices
    seen: frozenset[str] = field(default=frozenset(), init=False)
    """The keys that were typed or pasted in this run: none of them becomes a name."""
    store: KeyringStore | None = field(default=None, init=False)
    """The keyring, once it was found."""

    async def keyring(self) -> KeyringStore | None:
        """The keyring. Where nothing of this run is written, there is none."""
        look = self._context.key_store
        if self.store is None and look is not None and self._choices.are_kept:
            self.store = await look()
        return self.store

    async def has_keyring(self) -> bool:
        return await self.keyring() is not None

    def held(self, name: str) -> str | None:
        """The key that is kept for an endpoint until the app ends."""
        found = self._context.backends.described(name)
        return None if found is None else found[1]

    def with_variable(self, config: EndpointConfig) -> EndpointConfig:
        """The endpoint with a variable for a typed key at the next start, if nothing else would provide it."""
        if config.api_key_env or config.api_key_command or config.api_key_keyring:
            return config
        backends = self._context.backends
        others = [found[0] for name in backends.names if name != config.name and (found := backends.described(name))]
        taken = {other.api_key_env for other in others if other.api_key_env}
        return replace(config, api_key_env=key_variable(config.name, taken))

    async def keep(self, config: EndpointConfig, key: str | None, origin: str) -> tuple[EndpointConfig, str]:
        """The endpoint as it can be saved, and what is said of its key beside what was said where it was typed."""
        if key is None or config.api_key_keyring != KEYRING_SERVICE:
            return config, ""
        ring = await self.keyring()
        problem = "there is none" if ring is None else await ring.store(config.name, key)
        if problem is None:
            return config, STORED
        config = self.with_variable(replace(config, api_key_keyring=None))
        return config, f"The keyring could not take it ({problem}). {key_lasts(config, origin, keyring=False)}"
