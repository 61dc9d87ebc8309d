"""Keys and help, with the words that the demo endpoint answers to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tui_chat.render.safe import safe_line
from tui_chat.ui.context import AppContext
from tui_chat.ui.user_keys import Keys


class HelpDialogs(Protocol):
    async def help(self, keys: Keys, demo: Sequence[tuple[str, str]]) -> None: ...


@dataclass(eq=False)
class HelpController:
    _context: AppContext
    _keys: Keys
    _dialogs: HelpDialogs

    async def show(self) -> None:
        from tui_chat.demo.scenarios import SCENARIOS

        is_demo = self._context.endpoint == "demo"
        words = [(s.keyword, safe_line(s.help)) for s in SCENARIOS] if is_demo else []
        await self._dialogs.help(self._keys, words)
