"""Opens links of the conversation, always after asking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.link_safety import Link, checked, open_link
from tui_chat.ui.ports import Copy, MenuDialogs, Notifier, one_of_several


class LinkDialogs(MenuDialogs, Protocol):
    async def open_link(self, link: Link) -> bool: ...


@dataclass(eq=False)
class LinksController:
    """`opener` hands a link to the browser and may block."""

    _dialogs: LinkDialogs
    _notifier: Notifier
    _copy: Copy
    _opener: Callable[[Link], bool] = open_link

    async def choose(self, links: Sequence[tuple[str, str]]) -> None:
        """Follow one of several links, each with what is written and its address. The list shows where each leads."""
        known = list(dict.fromkeys(links))
        if not known:
            self._notifier.note("There is no link here.")
            return
        chosen = await one_of_several(self._dialogs, "Open a link", [_in_list(*link) for link in known])
        if chosen is not None:
            await self.follow(known[chosen][1])

    async def follow(self, address: str) -> None:
        """Show where it leads, and open it on confirmation."""
        link = checked(address)
        if isinstance(link, str):
            self._notifier.say(link)
        elif await self._dialogs.open_link(link):
            if await asyncio.to_thread(self._opener, link):
                self._notifier.say(f"Handed to the browser: {link.where}")
            else:
                self._notifier.say("There is no browser here that could be started.")
                self._copy(link.url, "address")


def _in_list(words: str, address: str) -> str:
    shown = safe_line(words).strip()
    return safe_line(address) if shown in ("", address) else f"{shown} · {safe_line(address)}"
