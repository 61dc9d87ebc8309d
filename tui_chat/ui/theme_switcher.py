"""The app's themes: registers them, picks light or dark to match the terminal, and takes the user's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.theme import Theme

if TYPE_CHECKING:
    from tui_chat.store.theme_files import ThemeChanges
    from tui_chat.ui.ports import Notifier
    from tui_chat.ui.theme_order import OfferedTheme

LIGHT, DARK = "tui-chat-light", "tui-chat-dark"

GROUND_S = 1.5
"""Seconds from the start in which the terminal's answer about its background counts. Later the user is reading."""


class ThemeSwitcher:
    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._users: set[str] = set()
        self._begun = monotonic()
        self._first = ""
        self.free = False
        """No theme was chosen, so the terminal's background decides between light and dark."""
        self.focused = asyncio.Event()
        """The terminal has just got the focus: the user may have edited a theme elsewhere."""

    @property
    def offered(self) -> Sequence[OfferedTheme]:
        from tui_chat.ui.theme_order import offered

        return offered(self._app.available_themes.values(), self._users)

    def names(self) -> list[str]:
        return [theme.name for theme in self.offered]

    def free_between(self, themes: Sequence[Theme]) -> None:
        """No theme was chosen: the terminal's background decides between these, if there are any."""
        for theme in themes:
            self._app.register_theme(theme)
        self.free = bool(themes)
        self._first = self._app.theme

    def take(self, ours: Sequence[Theme], users: Sequence[Theme]) -> None:
        """Have these themes. One of the user's takes the place of another one of its name."""
        for theme in (*ours, *users):
            self._app.register_theme(theme)
        self._users |= {theme.name for theme in users}

    def for_ground(self, *, dark: bool) -> str | None:
        """The theme for the terminal's background; None if the answer comes too late, or changes nothing."""
        name = DARK if dark else LIGHT
        in_time = self._app.theme == self._first and monotonic() - self._begun < GROUND_S
        return name if self.free and in_time and name in self._app.available_themes and name != self._first else None

    def take_changes(self, changes: ThemeChanges, notifier: Notifier) -> None:
        """Take what has changed in the user's theme files."""
        from tui_chat.ui.themes import theme_of

        for problem in changes.problems:
            notifier.warn(str(problem))
        themes = [theme_of(data) for data in changes.themes]
        self.take((), themes)
        if self._app.theme in {theme.name for theme in themes}:
            self._app.mutate_reactive(App.theme)  # the name is the same, so nothing would be redrawn
