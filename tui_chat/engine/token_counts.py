"""Counts the tokens of a conversation, recounting only the turns that changed."""

from __future__ import annotations

from tui_chat.core.attachment_reference import references, without_references
from tui_chat.core.conversation import Node
from tui_chat.core.sent_messages import sendable
from tui_chat.core.settings import Settings
from tui_chat.core.token_estimate import PER_MESSAGE, estimate, message_tokens


class TokenCounts:
    """Token estimates, remembered by turn. Use it from one thread at a time: a long conversation takes a while."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], int] = {}
        """By turn and length of its text: an answer grows."""

    def conversation(self, path: list[Node], settings: Settings) -> int:
        """The tokens that these turns and the system prompt add to a request."""
        found: dict[tuple[str, int], int] = {}
        for name, message in sendable(path):
            key = name, len(message.text)
            found[key] = self._known[key] if key in self._known else message_tokens(message)
        self._known = found
        return sum(found.values()) + (self.text(settings.system) if settings.system else 0)

    def text(self, text: str) -> int:
        """The tokens of one message and of the files in it."""
        files = sum(each.tokens for each in references(text))
        return PER_MESSAGE + estimate(without_references(text)) + files
