"""Mounts the completion list over the prompt when the first command is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from tui_chat.ui.keymap import Keymap
from tui_chat.ui.slash_state import SlashState
from tui_chat.ui.widgets.keybar import KeyBar

if TYPE_CHECKING:
    from tui_chat.ui.widgets.slash_menu import SlashMenu


class SlashMenuPlace:
    """`keys` are those in force, once they are known."""

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen
        self._menu: SlashMenu | None = None
        self.keys = Keymap()

    def show(self, state: SlashState | None) -> None:
        """Show the list; None closes it. The last line names the same keys."""
        if self._menu is None:
            if state is None:
                return
            from tui_chat.ui.widgets.slash_menu import SlashMenu

            self._menu = SlashMenu(self.keys)
            self._screen.query_one("#talk").mount(self._menu)
        self._menu.show(state)
        for bar in self._screen.query(KeyBar):  # none once the screen is being closed
            bar.listed = state.keys if state is not None else ()
