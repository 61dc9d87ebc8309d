"""Saves what the user chooses in the app for the next run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Protocol

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.store.config_problem import ConfigurationError
from tui_chat.ui.ports import Notifier


class Saved(Protocol):
    """Storage for choices made in the app. Each call replaces the file; all raise ConfigurationError."""

    def settings(self, settings: Settings) -> None: ...

    def model(self, endpoint: str, model: str | None) -> None:
        """The model that an endpoint begins with; "" for none that is named, None for the one it is described with."""
        ...

    def endpoint(self, name: str, added: EndpointConfig | None = None, keys: Collection[str] = ()) -> None:
        """The endpoint to start with, and its description if it is not in the configuration. One with one of these
        keys in it is refused."""
        ...

    def forget_endpoint(self, name: str) -> None:
        """Take an endpoint away that was added in the app."""
        ...

    def preset(self, name: str, settings: Settings | None) -> None:
        """A preset of this name; None: there is none any more."""
        ...

    def ui(self, **values: object) -> None: ...

    @property
    def waits(self) -> bool:
        """A choice that is in force for this run could not be written yet."""
        ...

    def retry(self) -> None:
        """Try once more what could not be written. Raises nothing."""
        ...

    def forget_settings(self) -> None:
        """Settings are those of the configuration file again."""
        ...


class SavedChoices:
    """Writes choices off the event loop, one after another: the choice that was made last is the one that stays."""

    def __init__(self, saved: Saved | None, notifier: Notifier) -> None:
        self._saved = saved
        self._notifier = notifier
        self._writing = asyncio.Lock()

    @property
    def are_kept(self) -> bool:
        """False for a run of which nothing is written."""
        return self._saved is not None

    async def write(self, change: Callable[[Saved], None]) -> bool:
        """False where nothing is kept, or where it could not be written, which is reported."""
        if self._saved is None:
            return False
        try:
            async with self._writing:
                await asyncio.to_thread(change, self._saved)
        except ConfigurationError as error:
            self._notifier.report(error)
            return False
        return True
