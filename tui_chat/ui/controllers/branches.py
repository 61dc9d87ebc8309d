"""The branches of the open conversation as a tree, from which one is shown."""

from __future__ import annotations

from typing import Protocol

from tui_chat.core.conversation import Conversation
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.session import Session
from tui_chat.ui.ports import Notifier


class TreeDialogs(Protocol):
    async def branches(self, conversation: Conversation) -> str | None:
        """The id of the turn to show; None for none."""
        ...


class TurnShower(Protocol):
    async def show_turn(self, node_id: str) -> None: ...


@dataclass(eq=False)
class BranchesController:
    _session: Session
    _shows: TurnShower
    _dialogs: TreeDialogs
    _notifier: Notifier

    async def show(self) -> None:
        """Show all branches; the one that is chosen comes on the screen, with the turn in view."""
        conversation = self._session.conversation
        if not conversation.nodes:
            self._notifier.say("There is nothing in this conversation yet.")
            return
        chosen = await self._dialogs.branches(conversation)
        if chosen is not None and conversation is self._session.conversation:
            await self._shows.show_turn(chosen)
