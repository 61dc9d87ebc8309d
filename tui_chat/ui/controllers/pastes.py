"""Pastes into the prompt: folded long ones, and curl commands that may describe an endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.ports import Dialogs, Notifier


class FoldingPrompt(Protocol):
    def unfold(self) -> bool: ...

    def type_in(self, text: str, *, is_text: bool = False) -> None: ...


@dataclass(eq=False)
class PastesController:
    """`add_endpoint` opens the form for an endpoint, filled with a command."""

    _prompt: FoldingPrompt
    _add_endpoint: Callable[[str], Awaitable[object]]
    _dialogs: Dialogs
    _notifier: Notifier

    def unfold(self) -> None:
        """The text of the paste at the cursor, else of the last one, to be edited in its place."""
        if not self._prompt.unfold():
            self._notifier.note("Nothing to unfold: there is no long paste in the prompt.")

    async def offer_endpoint(self, command: str) -> None:
        """Ask what a curl command is for. It is not in the prompt yet, where its key would be visible."""
        question = "This is a curl command. Add it as an endpoint?"
        if await self._dialogs.confirm(question, "Add an endpoint", "Keep it as text"):
            await self._add_endpoint(command)
        else:
            self._prompt.type_in(command, is_text=True)
