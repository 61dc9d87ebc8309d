"""What is sent of a conversation, for tests that do not ask which turn each message is from."""

from __future__ import annotations

from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Message
from tui_chat.core.sent_messages import sendable


def sent_messages(conversation: Conversation, head: str | None = None) -> list[Message]:
    """The messages that go out when the turn `head` (a prompt) is to be answered."""
    return [message for _, message in sendable(conversation.path(head))]
