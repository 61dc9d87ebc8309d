"""Previews, applies and reverts themes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from textual.app import App

from tui_chat.core.matching import nearest


class KeepsTheme(Protocol):
    """An app that remembers its theme for the next start, unless it is told not to."""

    keeps_theme: bool


class ThemeChoice:
    """`order` gives the names in the order in which they are offered. `keeper` is the app itself."""

    def __init__(self, app: App[Any], keeper: KeepsTheme, order: Callable[[], Sequence[str]]) -> None:
        self._app = app
        self._keeper = keeper
        self._order = order
        self._before: str | None = None
        """What was worn before another was tried; None while none is tried."""

    @property
    def names(self) -> Sequence[str]:
        return self._order()

    @property
    def worn(self) -> str:
        """The one that was chosen, whatever is tried."""
        return self._before or self._app.theme

    def is_dark(self, name: str) -> bool:
        return self._app.available_themes[name].dark

    def show(self, name: str) -> None:
        """Wear a theme for a look. It is not kept for the next start."""
        if self._before is None:
            self._before = self._app.theme
        self._keeper.keeps_theme = False
        if name in self._app.available_themes and name != self._app.theme:
            self._app.theme = name

    def back(self) -> None:
        """Wear again what was worn before."""
        if self._before is not None:
            self._app.theme, self._before = self._before, None
            self._keeper.keeps_theme = True

    def wear(self, name: str) -> str | None:
        """Wear a theme by a name that was typed. A sentence where there is none."""
        if name in self._app.available_themes:
            self.take(name)
            return None
        near = nearest(name, self.names)
        meant = f" Did you mean {near}?" if near else ""
        return f"There is no theme {name}.{meant} /theme lists them."

    def take(self, name: str) -> None:
        """Wear a theme from now on."""
        self._before = None
        self._keeper.keeps_theme = True
        if self._app.theme == name:
            self._app.theme_changed_signal.publish(self._app.current_theme)
        else:
            self._app.theme = name
