"""Settings while talking: a change reaches the next request and never the one under way. This file owns how a change
made anywhere (pane, tuner, key) reaches everywhere else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_chat.core import serialize
from tui_chat.core.settings import Settings
from tui_chat.store.problem import ConfigurationError
from tui_chat.ui.context import AppContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_chat.ui.screens.chat import ChatScreen


class SettingsController:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: AppContext) -> None:
        self._screen = screen
        self._desk = desk
        self._writing = asyncio.Lock()
        """One after another: the choice that was made last is the one that stays."""

    def change(self, settings: Settings) -> None:
        """These settings from the next request on."""
        session = self._desk.session
        if settings == session.settings:
            return
        session.change(settings)
        self._screen.refresh_state()

    def turn(self, name: str, steps: int) -> None:
        """Turn one knob by so many steps."""
        self.change(self._desk.session.settings.stepped(name, steps))

    def clear(self, name: str) -> None:
        """Do not send this setting any more."""
        cleared: dict[str, Any] = {name: None}
        self.change(replace(self._desk.session.settings, **cleared))

    async def save_as_default(self) -> None:
        """Begin new conversations with these settings from now on."""
        session, saved = self._desk.session, self._desk.saved
        if saved is None:
            self._screen.say("Nothing of this run is written, so no default was saved.")
        elif await self._saved(lambda: saved.settings(session.settings)):
            session.defaults = session.settings
            self._screen.say("New conversations begin with these settings.")

    async def back_to_configuration(self) -> None:
        """Forget the defaults that were saved here; the configuration file's hold again, now and for new ones."""
        desk = self._desk
        saved = desk.saved
        if saved is not None and not await self._saved(saved.forget_settings):
            return
        desk.session.defaults = desk.config_settings
        places = {name: place for name, place in desk.origins.items() if place != "saved.toml"}
        for name in serialize.from_settings(desk.config_settings):
            places[f"settings.{name}"] = "config.toml"
        desk.origins = places
        self.change(desk.config_settings)
        self._screen.say("The settings of config.toml hold again.")

    def use_preset(self, name: str) -> None:
        """The settings of a preset; what it does not name stays."""
        self.change(self._desk.presets[name].over(self._desk.session.settings))

    def choose_endpoint(self, name: str) -> None:
        """Send the next request to another endpoint, and start with it the next time."""
        self._desk.endpoint = name
        self._desk.no_endpoint = False
        saved = self._desk.saved
        if saved is not None:
            found = self._desk.found.get(name)
            self._screen.later(self._saved(lambda: saved.endpoint(name, found.endpoint if found else None)))
        self._screen.warm()
        self._screen.refresh_state()

    async def look_around(self) -> None:
        """Where nothing is set up: find servers on this machine, and offer them among the endpoints."""
        desk = self._desk
        if not desk.no_endpoint or desk.discover is None:
            return
        for found in await desk.discover():
            name = found.endpoint.name
            if name not in desk.backends.names:
                desk.found[name] = found
                desk.backends.add(found.endpoint)
        self._screen.refresh_state()

    async def _saved(self, write: Callable[[], None]) -> bool:
        """Write off the event loop; False, and told, when it could not be written."""
        try:
            async with self._writing:
                await asyncio.to_thread(write)
        except ConfigurationError as error:
            self._screen.report(error)
            return False
        return True
