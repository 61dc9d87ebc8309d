"""Edits a sent prompt, which is then sent as a branch. No text is lost on the way."""

from __future__ import annotations

from dataclasses import field
from typing import Protocol

from tui_chat.core.attachment_reference import with_references
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_commands import escaped
from tui_chat.engine.session import Session
from tui_chat.ui.controllers.attaching import sent_references
from tui_chat.ui.ports import Notifier, PromptText

TITLE = "Editing a prompt · the old one stays · esc cancels"


class EditedTurn(Protocol):
    """Counts what is sent."""

    edited: str | None


class TitledPrompt(PromptText, Protocol):
    def set_title(self, title: str) -> None: ...


@dataclass(eq=False)
class EditPromptController:
    """The text in the prompt is another version of a turn, or a new prompt."""

    _session: Session
    _prompt: TitledPrompt
    _notifier: Notifier
    _use: EditedTurn
    _edited: tuple[str, str, str] | None = field(default=None, init=False)
    """Conversation, turn, and its text as it was."""
    _draft: str = field(default="", init=False)

    @property
    def edited(self) -> str | None:
        """The turn whose sibling is being written, if it is in the open conversation."""
        if self._edited is None:
            return None
        conversation = self._session.conversation
        return self._edited[1] if self._edited[0] == conversation.id and self._edited[1] in conversation.nodes else None

    @property
    def stashed(self) -> str:
        """The prompt begun before, restored once the edit is over."""
        return self._draft

    def edit_last(self) -> None:
        """The last prompt back into its widget."""
        prompt = next((node for node in self._session.conversation.upward() if node.turn.role == "user"), None)
        if prompt is not None:
            self.begin(prompt.id)
        else:
            self._notifier.note("There is no prompt to edit yet.")

    def begin(self, prompt_id: str) -> None:
        """Load the text of a turn into the prompt; the prompt begun there is restored afterwards."""
        prompt, conversation = self._prompt, self._session.conversation
        if self.edited is not None:
            self.leave()
        turn = conversation.nodes[prompt_id].turn
        text = with_references(turn.text, sent_references(turn.attachments)) if turn.attachments else escaped(turn.text)
        self._draft = prompt.text
        self._edited = conversation.id, prompt_id, text
        self._use.edited = prompt_id
        prompt.replace_text(text)
        prompt.set_title(TITLE)
        prompt.focus()

    def leave(self) -> bool:
        """Not to be sent after all: the prompt holds again what had been begun before. False: nothing edited.

        The edited text is one key up.
        """
        if self._edited is None:
            return False
        if self._prompt.text != self._edited[2]:
            self._prompt.past.recall_later(self._prompt.text)
        self._finish()
        return True

    def sent(self) -> None:
        """The branch is kept. Nothing is edited any more where another conversation was shown meanwhile."""
        if self._edited is not None:
            self._finish()

    def _finish(self) -> None:
        """Restore the prompt begun before."""
        draft = self._draft
        self.forget()
        if self._prompt.text != draft:
            self._prompt.replace_text(draft)

    def forget(self) -> None:
        """Another conversation is shown: the prompt's text has been kept as a draft of the one before."""
        if self._edited is not None:
            self._edited = self._use.edited = None
            self._prompt.set_title("")
            self._draft = ""

    def to_keep(self, text: str) -> str:
        """The text that must survive a crash: the prompt's, and the prompt begun before the edit."""
        if self._edited is None or not self._draft:
            return text
        return self._draft if text == self._edited[2] else f"{text}\n\n{self._draft}"
