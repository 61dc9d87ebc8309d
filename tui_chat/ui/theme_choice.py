"""Previews, applies and reverts themes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from textual.app import App

from tui_chat.core.fuzzy_matching import nearest


class KeepsTheme(Protocol):
    """An app that saves its theme for the next start while `keeps_theme` is True."""

    keeps_theme: bool


class ThemeChoice:
    """`order` gives the names in the order in which they are offered. `keeper` is the app itself."""

    def __init__(self, app: App[Any], keeper: KeepsTheme, order: Callable[[], Sequence[str]]) -> None:
        self._app = app
        self._keeper = keeper
        self._order = order
        self._before: str | None = None
        """The theme to go back to after a preview; None while nothing is previewed."""

    @property
    def names(self) -> Sequence[str]:
        return self._order()

    @property
    def current(self) -> str:
        """The chosen theme, whatever is previewed."""
        return self._before or self._app.theme

    def is_dark(self, name: str) -> bool:
        return self._app.available_themes[name].dark

    def preview(self, name: str) -> None:
        """Apply a theme without saving it for the next start."""
        if self._before is None:
            self._before = self._app.theme
        self._keeper.keeps_theme = False
        if name in self._app.available_themes and name != self._app.theme:
            self._app.theme = name

    def revert(self) -> None:
        """End the preview: back to the chosen theme."""
        if self._before is not None:
            self._app.theme, self._before = self._before, None
            self._keeper.keeps_theme = True

    def apply_named(self, name: str) -> str | None:
        """Apply a theme by a typed name. Returns a sentence if there is none."""
        if name in self._app.available_themes:
            self.apply(name)
            return None
        near = nearest(name, self.names)
        meant = f" Did you mean {near}?" if near else ""
        return f"There is no theme {name}.{meant} /theme lists them."

    def apply(self, name: str) -> None:
        """Choose a theme, which is saved for the next start."""
        self._before = None
        self._keeper.keeps_theme = True
        if self._app.theme == name:
            self._app.theme_changed_signal.publish(self._app.current_theme)
        else:
            self._app.theme = name
