"""Saves the user's choices in the app to `saved.toml`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from pathlib import Path

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.store import app_state
from tui_chat.store.config_problem import ConfigurationError


class SavedFile:
    """Implements the interface's `Saved`; every call raises ConfigurationError and then changes nothing.

    A choice that applies to this run in any case (the endpoint, the theme) is retried before each later write, and by
    `retry`. Can be called from any thread.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._waiting: dict[str, Callable[[], None]] = {}
        """Choices that could not be written, by subject."""

    @property
    def waits(self) -> bool:
        """Whether a choice is still unwritten."""
        return bool(self._waiting)

    def retry(self) -> None:
        """Retry unwritten choices."""
        with self._lock:
            self._write_waiting()

    def settings(self, settings: Settings) -> None:
        self._write(partial(app_state.save_settings, self.path, settings))

    def model(self, endpoint: str, model: str | None) -> None:
        self._write(partial(app_state.save_model, self.path, endpoint, model))

    def endpoint(self, name: str, added: EndpointConfig | None = None, keys: Collection[str] = ()) -> None:
        if added is None:
            self._write(partial(app_state.save_last_endpoint, self.path, name), "endpoint")
        else:
            self._forget_last()
            self._write(partial(app_state.save_endpoint, self.path, added, keys, chosen=name))

    def forget_endpoint(self, name: str) -> None:
        self._forget_last()
        self._write(partial(app_state.forget_endpoint, self.path, name))

    def preset(self, name: str, settings: Settings | None) -> None:
        change = app_state.forget_preset if settings is None else partial(app_state.save_preset, settings=settings)
        self._write(partial(change, self.path, name))

    def forget_settings(self) -> None:
        self._write(partial(app_state.forget_settings, self.path))

    def ui(self, **values: object) -> None:
        for name, value in values.items():
            self._write(partial(app_state.save_ui, self.path, **{name: value}), name)

    def _write(self, write: Callable[[], None], choice: str = "") -> None:
        """Write this, after retrying earlier failures. A `choice` is remembered if it fails."""
        with self._lock:
            self._waiting.pop(choice, None)
            self._write_waiting()
            try:
                write()
            except ConfigurationError:
                if choice:
                    self._waiting[choice] = write
                raise

    def _write_waiting(self) -> None:
        for choice, write in list(self._waiting.items()):
            with suppress(ConfigurationError):
                write()
                del self._waiting[choice]

    def _forget_last(self) -> None:
        with self._lock:
            self._waiting.pop("endpoint", None)
