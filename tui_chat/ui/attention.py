"""Notifies a user who is looking elsewhere, and sets the terminal's title."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol, cast

from textual.app import App

from tui_chat.core.recognize_api_keys import mask_keys
from tui_chat.ui.state import UiState
from tui_chat.ui.terminal_text import Form, form_for, has_title, notification, title_of

LONG_S = 5.0
"""Seconds from a request to the end of its answer, from which on a user may have turned to something else."""


class TitledTerminal(Protocol):
    """The driver, if it is ours."""

    def set_title(self, title: str) -> None: ...

    def write(self, data: str) -> None: ...


class Attention:
    """`notify` gives what is wanted just now: auto, off, or a form. `mask` takes out the secrets of this run: what has
    the shape of a key is never shown."""

    def __init__(
        self,
        app: App[Any],
        notify: Callable[[], str],
        environ: Mapping[str, str],
        mask: Callable[[str], str] = mask_keys,
    ) -> None:
        self._app = app
        self._mask = mask
        self._form: Callable[[], Form | None] = lambda: form_for(environ, notify())
        self._titled = has_title(environ)
        self._shown = ""
        self._state = UiState(title="\0")  # no state that there is: the first one is shown, an empty conversation's too
        self._done = False
        """An answer has ended, and the user has not looked since."""

    def watch(self, screen: Any) -> None:
        """Follow the state, and whether the terminal has the focus."""
        screen.watch(screen, "state", self._follow)
        screen.watch(self._app, "app_focus", self._focused)

    def answer_ended(self, title: str, seconds: float) -> None:
        """The answer in the conversation of this title is over. Who has waited for less than `LONG_S` needs no bell."""
        if self._app.app_focus:
            return
        self._done = True
        self._show_title()
        if seconds < LONG_S:
            return
        terminal, form = self._terminal(), self._form()
        if form == "bell":
            self._app.bell()
        elif form is not None and terminal is not None:
            terminal.write(notification(form, f"answered: {self._mask(title)}" if title else "answered"))

    def _follow(self, state: UiState) -> None:
        before, self._state = self._state, state
        if (before.title, before.answering, before.unread) != (state.title, state.answering, state.unread):
            self._show_title()

    def _focused(self, focused: bool) -> None:
        if focused and self._done:
            self._done = False
            self._show_title()

    def _show_title(self) -> None:
        title = title_of(replace(self._state, title=self._mask(self._state.title)), done=self._done)
        terminal = self._terminal()
        if self._titled and terminal is not None and title != self._shown:
            self._shown = title
            terminal.set_title(title)

    def _terminal(self) -> TitledTerminal | None:
        driver = self._app._driver
        return cast(TitledTerminal, driver) if hasattr(driver, "set_title") else None
