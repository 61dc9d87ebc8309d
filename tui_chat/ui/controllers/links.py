"""A link in the conversation was clicked. This file owns that nothing is opened without asking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_chat.ui.links import Link, checked, open_link

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen


class LinksController:
    """Works on one chat screen. `opener` hands a link to the browser and may block."""

    def __init__(self, screen: ChatScreen, opener: Callable[[Link], bool] = open_link) -> None:
        self._screen = screen
        self._opener = opener

    def ask(self, address: str) -> None:
        """Show where it leads, and open it if that is wanted."""
        from tui_chat.ui.screens.open_link import OpenLink

        link = checked(address)
        if isinstance(link, str):
            self._screen.say(link)
            return

        async def answered(wanted: bool | None) -> None:
            if wanted:
                await self._open(link)

        self._screen.app.push_screen(OpenLink(link), answered)

    async def _open(self, link: Link) -> None:
        if await asyncio.to_thread(self._opener, link):
            self._screen.say(f"Handed to the browser: {link.where}")
        else:
            self._screen.say("There is no browser here that could be started.")
            self._screen.copy(link.url, "address")
