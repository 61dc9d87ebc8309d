"""How much of the model's context a conversation takes."""

from __future__ import annotations

from tui_chat.core.conversation import Conversation
from tui_chat.core.fit import PER_MESSAGE, attachment_tokens, estimate

LOOKED_AT = 64 * 1024
"""Characters of which the tokens are estimated where no server has counted them."""


class ContextUse:
    """Knows the tokens of the path that was asked about last: it is asked again and again, and a text may be long."""

    def __init__(self) -> None:
        self._known: tuple[object, int] = None, 0

    def tokens(self, conversation: Conversation, system: str | None) -> int:
        """About how many tokens the shown path takes."""
        about = conversation.id, conversation.state, system
        if self._known[0] != about:
            self._known = about, tokens_used(conversation, system)
        return self._known[1]


def tokens_used(conversation: Conversation, system: str | None) -> int:
    """What the server counted last, and an estimate for what came since."""
    used, looked = 0, 0
    for node in conversation.upward():
        turn = node.turn
        if turn.usage is not None and (counted := turn.usage.total_tokens):
            return used + counted
        used += PER_MESSAGE + estimate(turn.text) + sum(map(attachment_tokens, turn.attachments))
        looked += len(turn.text) + sum(len(each.data) for each in turn.attachments)
        if looked > LOOKED_AT:
            break
    return used + (PER_MESSAGE + estimate(system) if system else 0)
