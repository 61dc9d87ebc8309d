"""Estimates how much of the model's context a conversation takes."""

from __future__ import annotations

from tui_chat.core.conversation import Conversation
from tui_chat.core.token_estimate import PER_MESSAGE, estimate, turn_tokens

LOOKED_AT = 64 * 1024
"""The most characters whose tokens are estimated, after the server's last count."""


class ContextUse:
    """Counts the tokens of the next request: header, prompt and `/context` show this one number.

    The last count is kept, because it is asked for often, and a text may be long.

    Estimates are remembered by turn, so that one more turn costs no more than itself, while its request is being built.
    """

    def __init__(self) -> None:
        self._known: tuple[object, int] = None, 0
        self._estimates: dict[tuple[str, int], int] = {}
        """By turn and length of its text."""
        self.edited: str | None = None
        """The prompt of which another version is being written: it is not sent, nor what is below it."""
        self.prompt = 0
        """The tokens of what is being written."""

    def next_request(self, conversation: Conversation, system: str | None) -> int:
        """About how many tokens the next request takes."""
        return self.before(conversation, system) + self.prompt

    def before(self, conversation: Conversation, system: str | None) -> int:
        """Likewise without what is being written."""
        if self.edited not in conversation.nodes:
            return self.tokens(conversation, system)
        above = conversation.nodes[self.edited].parent
        return self._system(system) if above is None else self.up_to(above, conversation, system)

    def tokens(self, conversation: Conversation, system: str | None) -> int:
        """About how many tokens the shown path takes."""
        about = conversation.id, conversation.state, system
        if self._known[0] != about:
            self._known = about, self._used(conversation, system)
        return self._known[1]

    def up_to(self, head: str, conversation: Conversation, system: str | None) -> int:
        """Likewise of the path that ends with this turn."""
        return self._used(conversation, system, head)

    def _used(self, conversation: Conversation, system: str | None, head: str | None = None) -> int:
        """The server's last count, plus an estimate for later turns."""
        counted, looked, estimates = None, 0, dict[tuple[str, int], int]()
        for node in conversation.upward(head):
            turn = node.turn
            if turn.usage is not None and (counted := turn.usage.total_tokens):
                break
            key = node.id, len(turn.text)
            known = self._estimates.get(key)
            estimates[key] = turn_tokens(turn) if known is None else known
            looked += len(turn.text) + sum(len(each.data) for each in turn.attachments)
            if looked > LOOKED_AT:
                break
        self._estimates = estimates
        # The system prompt is in what a server has counted.
        return sum(estimates.values()) + (counted or self._system(system))

    @staticmethod
    def _system(system: str | None) -> int:
        return PER_MESSAGE + estimate(system) if system else 0
