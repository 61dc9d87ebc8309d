"""A link in the conversation was clicked: nothing is opened without asking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tui_chat.ui.links import Link, checked, open_link
from tui_chat.ui.ports import Copy, Notifier


class LinkDialogs(Protocol):
    async def open_link(self, link: Link) -> bool: ...


@dataclass(eq=False)
class LinksController:
    """`opener` hands a link to the browser and may block."""

    _dialogs: LinkDialogs
    _notifier: Notifier
    _copy: Copy
    _opener: Callable[[Link], bool] = open_link

    async def follow(self, address: str) -> None:
        """Show where it leads, and open it if that is wanted."""
        link = checked(address)
        if isinstance(link, str):
            self._notifier.say(link)
        elif await self._dialogs.open_link(link):
            if await asyncio.to_thread(self._opener, link):
                self._notifier.say(f"Handed to the browser: {link.where}")
            else:
                self._notifier.say("There is no browser here that could be started.")
                self._copy(link.url, "address")
