"""Quits the app; ctrl+c copies, stops or stashes before it quits. Works while the app is still starting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.ports import Copy, Dialogs, Jobs, Notifier


class Stash(Protocol):
    def stash(self) -> bool: ...


@dataclass(eq=False)
class QuitController:
    """`selected` gives the selected text, `stop` stops an answer and says whether there was one, `keys` are those in
    force by now."""

    _prompt: Stash
    _selected: Callable[[], str]
    _stop: Callable[[], bool]
    _quit_app: Callable[[], Awaitable[None]]
    _keys: Callable[[], Keymap]
    _copy: Copy
    _dialogs: Dialogs
    _notifier: Notifier
    _jobs: Jobs

    async def quit(self) -> None:
        await self._quit_app()

    def interrupt(self) -> None:
        """Copy a selection; else stop the answer; else stash the prompt; else ask whether to quit."""
        if selected := self._selected():
            self._copy(selected, "selection")
        elif self._stop():
            pass
        elif self._prompt.stash():
            self._notifier.note("Prompt stashed. Press Up to restore it.")
        else:
            self._jobs.run(self._ask())

    async def _ask(self) -> None:
        if await self._dialogs.confirm("Quit tui-chat?", "Quit", "Stay", self._keys().of("chat.interrupt")):
            await self._quit_app()
