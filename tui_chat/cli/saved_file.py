"""Saves the user's choices in the app to `saved.toml`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.store import app_state


@dataclass(frozen=True, slots=True)
class SavedFile:
    """Implements what the interface asks of it; every call raises ConfigurationError and then changes nothing."""

    path: Path

    def settings(self, settings: Settings) -> None:
        app_state.save_settings(self.path, settings)

    def endpoint(self, name: str, added: EndpointConfig | None = None, keys: Collection[str] = ()) -> None:
        if added is not None:
            app_state.save_endpoint(self.path, added, keys)
        app_state.save_last_endpoint(self.path, name)

    def forget_endpoint(self, name: str) -> None:
        app_state.forget_endpoint(self.path, name)

    def forget_settings(self) -> None:
        app_state.forget_settings(self.path)

    def ui(self, **values: object) -> None:
        app_state.save_ui(self.path, **values)
