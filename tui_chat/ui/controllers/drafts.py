"""Keeps unsent text across a change of conversation, a quit and a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from tui_chat.core.conversation import Conversation
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_commands import escaped
from tui_chat.engine.session import Session
from tui_chat.engine.unsaved_write_kinds import DraftWrite, draft_key
from tui_chat.store.errors import LibraryError
from tui_chat.ui.ports import PromptText, Recall

KEEP_AFTER = 0.15
"""Seconds after a key until the prompt is kept. Keys within it cost nothing, and a crash costs no more than them."""

PER_CHARACTER = 1e-6
"""Seconds more for each character: a very long text is not written five times a second while it is typed on."""


class PutAside(Recall, Protocol):
    @property
    def aside(self) -> tuple[str, ...]: ...


class RememberingPrompt(PromptText, Protocol):
    @property
    def past(self) -> PutAside: ...

    def remember(self, prompts: Sequence[str], aside: Sequence[str] = ()) -> None: ...


class Edited(Protocol):
    """The text being edited in the prompt."""

    @property
    def stashed(self) -> str: ...

    def to_keep(self, text: str) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class PendingDraft:
    """A draft on its way to becoming a turn. `left` is what is in the prompt once it is one."""

    conversation: Conversation
    owner: str
    text: str
    kept: str
    left: str


class DraftsController:
    """Each conversation has a draft of its own; those not begun share one, named "".

    Nothing here waits for the disk: what cannot be written now is
    remembered and tried again.
    """

    def __init__(self, session: Session, prompt: RememberingPrompt, editing: Edited) -> None:
        self._session = session
        self._unsaved = session.services.unsaved
        self._library = session.services.library
        self._prompt = prompt
        self._editing = editing
        self._owner: str | None = None
        """Whose draft is in the prompt; None before the first conversation is shown."""
        self._kept = ""
        self._saved: dict[str, str] = {}
        """The last text of each draft that this run has written, or read of "": it has no need to wait for that."""
        self._submitted: list[PendingDraft] = []
        """Text waiting for the library. It stays in its draft, next to what is typed there, until it is stored."""
        self._aside: dict[str, tuple[str, ...]] = {}
        """Prompts stashed in this run, by owner."""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def owner(self) -> str:
        """Whose draft the prompt's text is."""
        return self._owner or ""

    def not_begun(self) -> str:
        """The draft of a conversation that is not begun; what is being sent already belongs to another one."""
        self.keep_now()  # the last key may have been struck just before
        saved = self._saved.get("", "")
        return "" if any(not each.owner and each.kept == saved for each in self._submitted) else saved

    async def load(self) -> None:
        """Read the draft of a conversation that is not begun."""
        self._saved[""] = await self._read("")

    async def of(self, conversation: Conversation) -> str:
        """This conversation's unsent text."""
        owner = _name(conversation)
        return await self._read(owner) if owner else self.not_begun()

    async def _read(self, owner: str) -> str:
        pending = self._unsaved.pending(draft_key(owner))
        if isinstance(pending, DraftWrite):
            return pending.text
        try:
            return await self._library.drafts.get(owner)
        except LibraryError:
            return ""

    def typed(self) -> None:
        """The prompt has changed: keep it soon."""
        if self._timer is None:
            delay = KEEP_AFTER + PER_CHARACTER * len(self._kept)
            self._timer = asyncio.get_running_loop().call_later(delay, self.keep_now)

    def keep_now(self) -> None:
        """Have the prompt's text written, at once: the program may be about to end. Waits for nothing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._owner is None:
            return
        text = self._editing.to_keep(self._prompt.text)
        if text != self._kept:
            self._kept = text
            self._save(self._owner, text)

    def _save(self, owner: str, text: str) -> None:
        self._saved[owner] = text
        waiting = [each.kept for each in self._submitted if each.owner == owner and not text.startswith(each.text)]
        self._unsaved.save(DraftWrite(owner, _joined(*waiting, text)))

    def enter(self, conversation: Conversation, draft: str, prompts: Sequence[str]) -> None:
        """Bring back what was typed in the conversation that is shown now, and within reach what was sent there and
        stashed."""
        prompt = self._prompt
        if self._owner is not None:
            self._aside[self._owner] = prompt.past.aside
        owner = _name(conversation)
        if owner and owner == self._owner:
            draft = self._kept  # typed on since the draft was read
        first, self._owner, self._kept = self._owner is None, owner, draft
        prompt.remember([escaped(text) for text in prompts], self._aside.get(self._owner, ()))
        if first and prompt.text:
            # Typed while the app started: that is what the user is at. The draft is one key up.
            prompt.past.recall_later(draft)
        elif prompt.text != draft:
            prompt.replace_text(draft)

    def submitted(self, text: str) -> PendingDraft:
        """The prompt's text is being sent. Call `sent` or `refused` with the result."""
        self.keep_now()
        sending = PendingDraft(self._session.conversation, self.owner, text, self._kept, self._editing.stashed)
        self._submitted.append(sending)
        return sending

    def sent(self, sending: PendingDraft, *, here: bool) -> None:
        """It is a turn now, and what is typed next goes by the conversation's name. `here`: that is still shown.

        The draft went from the library with the turn. It is written once more, because it may have changed since: the
        prompt waited for the library, and was typed on, or another conversation was shown.
        """
        self._submitted.remove(sending)
        if here:
            self._owner, self._kept = _name(sending.conversation), ""
            self._save(sending.owner, "")
        else:
            saved = self._saved.get(sending.owner, "")
            self._save(sending.owner, sending.left if saved == sending.kept else saved)

    def refused(self, sending: PendingDraft) -> None:
        """It was not stored, and is still a draft. Where its place was taken meanwhile, both texts are there."""
        self._submitted.remove(sending)
        if sending.conversation is self._session.conversation:
            return
        self.keep_now()
        saved, shown = self._saved.get(sending.owner, ""), self._owner == sending.owner
        if saved == sending.kept and not shown:
            return
        both = _joined(sending.kept, "" if saved == sending.kept else saved)
        self._save(sending.owner, both)
        if shown:
            self._kept = both
            self._prompt.replace_text(both)


def _joined(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _name(conversation: Conversation) -> str:
    return conversation.id if conversation.nodes else ""
