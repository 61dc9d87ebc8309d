"""What was typed and not sent. This file owns that it outlives a change of conversation, a quit and a crash."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tui_chat.core.conversation import Conversation
from tui_chat.store.errors import LibraryError
from tui_chat.ui.desk import Desk

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_chat.ui.screens.chat import ChatScreen

KEEP_AFTER = 1.0
"""Seconds after a key until the prompt is kept. Keys within it cost nothing."""


class Drafts:
    """Works on one chat screen. Each conversation has a draft of its own; those not begun share one."""

    def __init__(self, screen: ChatScreen, desk: Desk) -> None:
        self._screen = screen
        self._desk = desk
        self._owner: str | None = None
        """Whose draft stands in the prompt; None before the first conversation is shown."""
        self._kept = ""
        self._timer: Timer | None = None

    def typed(self) -> None:
        """The prompt has changed: keep it soon."""
        if self._timer is None:
            self._timer = self._screen.set_timer(KEEP_AFTER, self._keep)

    async def _keep(self) -> None:
        self._timer = None
        text = self._screen.editing.to_keep(self._screen.prompt.text)
        if text == self._kept or self._owner is None:
            return
        try:
            await self._desk.session.services.library.set_draft(self._owner, text)
        except LibraryError:
            # The next turn will say what is wrong with the library; a notice a second for a draft would not help.
            return
        self._kept = text

    def keep_now(self) -> None:
        """Keep what stands in the prompt before the program ends. Waits for the library."""
        text = self._screen.editing.to_keep(self._screen.prompt.text)
        if text != self._kept and self._owner is not None:
            try:
                self._desk.session.services.library.set_draft_now(self._owner, text)
            except LibraryError:
                return
            self._kept = text

    async def leave(self) -> None:
        """Another conversation is about to be shown: keep what stands in the prompt for this one."""
        if self._owner is not None:
            await self._keep()

    async def enter(self, conversation: Conversation) -> None:
        """Bring back what was typed in the conversation that is shown now."""
        first, self._owner = self._owner is None, _name(conversation)
        try:
            self._kept = await self._desk.session.services.library.draft(self._owner)
        except LibraryError:
            self._kept = ""
        prompt = self._screen.prompt
        if first and prompt.text:
            # Typed while the app started: that is what the user is at. The draft is one key up.
            prompt.recall_later(self._kept)
        elif prompt.text != self._kept:
            prompt.replace_text(self._kept)

    async def sent(self, conversation: Conversation) -> None:
        """The prompt is a turn now, and the conversation has begun: what is typed next goes by its name."""
        before, self._owner = self._owner, _name(conversation)
        if self._kept and before is not None:
            self._kept = ""
            with suppress(LibraryError):
                await self._desk.session.services.library.set_draft(before, "")


def _name(conversation: Conversation) -> str:
    return conversation.id if conversation.nodes else ""
