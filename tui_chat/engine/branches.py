"""The branches of a conversation: which one is shown."""

from __future__ import annotations

from tui_chat.core.conversation import Conversation
from tui_chat.engine.exchange import Services
from tui_chat.engine.write_kinds import HeadWrite


def show_branch(services: Services, conversation: Conversation, node_id: str) -> bool:
    """Show the branch through a turn, to its newest end, and remember it. False where it is shown already."""
    if any(node.id == node_id for node in conversation.upward()):
        return False
    conversation.head = conversation.leaf(node_id)
    if not services.library.read_only:
        services.unsaved.save(HeadWrite(conversation))
    return True
