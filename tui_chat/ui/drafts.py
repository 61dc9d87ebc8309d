"""What was typed and not sent. This file owns that it outlives a change of conversation, a quit and a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_chat.core.conversation import Conversation
from tui_chat.engine.pending_writes import DraftWrite, draft_key
from tui_chat.store.errors import LibraryError
from tui_chat.ui.desk import Desk

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_chat.ui.screens.chat import ChatScreen

KEEP_AFTER = 0.15
"""Seconds after a key until the prompt is kept. Keys within it cost nothing, and a crash costs no more than them."""

PER_CHARACTER = 1e-6
"""Seconds more for each character: a very long text is not written five times a second while it is typed on."""


class Drafts:
    """Works on one chat screen. Each conversation has a draft of its own; those not begun share one, named "".

    Nothing here waits for the disk: what cannot be written now is remembered and tried again.
    """

    def __init__(self, screen: ChatScreen, desk: Desk) -> None:
        self._screen = screen
        self._unsaved = desk.session.services.unsaved
        self._library = desk.session.services.library
        self._owner: str | None = None
        """Whose draft stands in the prompt; None before the first conversation is shown."""
        self._kept = ""
        self._saved: dict[str, str] = {}
        """The last text of each draft that this run has written, or read of "": it has no need to wait for that."""
        self._timer: Timer | None = None

    @property
    def owner(self) -> str:
        """Whose draft the prompt's text is."""
        return self._owner or ""

    @property
    def not_begun(self) -> str:
        """The draft of a conversation that is not begun."""
        return self._saved.get("", "")

    async def load(self) -> None:
        """Read the draft of a conversation that is not begun."""
        self._saved[""] = await self._read("")

    async def of(self, conversation: Conversation) -> str:
        """What was typed in this conversation and not sent."""
        owner = _name(conversation)
        return await self._read(owner) if owner else self.not_begun

    async def _read(self, owner: str) -> str:
        pending = self._unsaved.pending(draft_key(owner))
        if isinstance(pending, DraftWrite):
            return pending.text
        try:
            return await self._library.draft(owner)
        except LibraryError:
            return ""

    def typed(self) -> None:
        """The prompt has changed: keep it soon."""
        if self._timer is None:
            self._timer = self._screen.set_timer(KEEP_AFTER + PER_CHARACTER * len(self._kept), self._time_is_up)

    def _time_is_up(self) -> None:
        self._timer = None
        self.keep_now()

    def keep_now(self) -> None:
        """Have what stands in the prompt written, at once: the program may be about to end. Waits for nothing."""
        if self._owner is None:
            return
        text = self._screen.editing.to_keep(self._screen.prompt.text)
        if text != self._kept:
            self._kept = text
            self._save(self._owner, text)

    def _save(self, owner: str, text: str) -> None:
        self._saved[owner] = text
        self._unsaved.save(DraftWrite(owner, text))

    def enter(self, conversation: Conversation, draft: str) -> None:
        """Bring back what was typed in the conversation that is shown now."""
        first, self._owner, self._kept = self._owner is None, _name(conversation), draft
        prompt = self._screen.prompt
        if first and prompt.text:
            # Typed while the app started: that is what the user is at. The draft is one key up.
            prompt.recall_later(draft)
        elif prompt.text != draft:
            prompt.replace_text(draft)

    def sent(self, conversation: Conversation, owner: str, text: str, *, here: bool) -> None:
        """The draft of `owner` is a turn now; what is typed next goes by the conversation's name.

        It went from the library with the turn. It is taken away once more, because it may have been written again
        since: the prompt waited for the library, and was typed on, or another conversation was shown.
        """
        if here:
            self._owner, self._kept = _name(conversation), ""
        if here or self._saved.get(owner) == text:
            self._save(owner, "")


def _name(conversation: Conversation) -> str:
    return conversation.id if conversation.nodes else ""
