"""A prompt that is edited and sent as a branch. This file owns which one it is, and that no text is lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_chat.render.safe import safe_line
from tui_chat.ui.context import AppContext

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen

TITLE = "Editing a prompt: sent as a branch, the old one stays · esc leaves it"


class EditingController:
    """Works on one chat screen: what stands in its prompt is another version of a turn, or a new prompt."""

    def __init__(self, screen: ChatScreen, desk: AppContext) -> None:
        self._screen = screen
        self._desk = desk
        self._prompt: tuple[str, str, str] | None = None
        """Conversation, turn, and its text as it was."""
        self._draft = ""

    @property
    def beside(self) -> str | None:
        """The turn whose sibling is being written, where that is in the open conversation."""
        if self._prompt is None:
            return None
        conversation = self._desk.session.conversation
        return self._prompt[1] if self._prompt[0] == conversation.id and self._prompt[1] in conversation.nodes else None

    @property
    def put_aside(self) -> str:
        """What had been begun before, and comes back once this is over."""
        return self._draft

    def begin(self, prompt_id: str) -> None:
        """Bring the text of a turn into the prompt; what was begun there comes back afterwards."""
        screen, conversation = self._screen, self._desk.session.conversation
        if self.beside is not None:
            self.leave()
        text = conversation.nodes[prompt_id].turn.text
        self._draft = screen.prompt.text
        self._prompt = conversation.id, prompt_id, text
        screen.prompt.replace_text(text)
        screen.prompt.border_title = safe_line(TITLE)
        screen.prompt.focus()

    def leave(self) -> bool:
        """Not to be sent after all: what had been begun before stands in the prompt again. False: nothing edited.

        What was changed is one key up.
        """
        if self._prompt is None:
            return False
        prompt, (_, _, text) = self._screen.prompt, self._prompt
        if prompt.text != text:
            prompt.recall_later(prompt.text)
        self._over()
        return True

    def sent(self) -> None:
        """The branch is kept. Nothing is edited any more where another conversation was shown meanwhile."""
        if self._prompt is not None:
            self._over()

    def forget(self) -> None:
        """Another conversation is shown: what is in the prompt has been kept as a draft of the one before."""
        if self._prompt is not None:
            self._prompt = None
            self._screen.prompt.border_title = ""
            self._draft = ""

    def to_keep(self, text: str) -> str:
        """What is to outlive a crash of what stands in the prompt: with what had been begun before, if anything."""
        if self._prompt is None or not self._draft:
            return text
        return self._draft if text == self._prompt[2] else f"{text}\n\n{self._draft}"

    def _over(self) -> None:
        self._prompt = None
        self._screen.prompt.border_title = ""
        if self._screen.prompt.text != self._draft:
            self._screen.prompt.replace_text(self._draft)
        self._draft = ""
