"""Decides how much of a conversation fits into a model's context, and how much room is kept for the answer."""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.core.message import Message
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.token_estimate import PER_MESSAGE, estimate, message_tokens

LEAST_ROOM = 1024
"""Tokens reserved for the answer if max_tokens is not set; at most a quarter of the context."""


@dataclass(frozen=True, slots=True)
class ContextFit:
    """`start` is the index of the first message that is sent; 0 if all are. `tokens` is the estimate for these messages
    and the system prompt. `limit` is the context in tokens, None if unknown."""

    start: int
    tokens: int
    limit: int | None = None


def fit(
    messages: Sequence[Message],
    system: str | None,
    limit: int | None,
    max_tokens: int | None = None,
    *,
    scale: float = 1.0,
) -> ContextFit:
    """Fit the newest part of `messages` into the context.

    `messages` begin with a prompt and alternate, as `core/sent_messages.sendable` returns them. Whole exchanges are
    left out, the oldest first; the rest begins with a prompt, and the last prompt always stays, with what follows it.
    An unknown `limit` leaves out nothing, and then `tokens` is not counted (0). `scale` corrects the estimate for a
    model that is known to count more.
    """
    if limit is None:
        return ContextFit(0, 0)
    last = max((i for i, m in enumerate(messages) if m.role == "user"), default=0)
    used = _tokens(messages[last:]) + (PER_MESSAGE + estimate(system) if system else 0)
    budget = (limit - room(limit, max_tokens)) / scale
    start = last
    while start >= 2:
        more = _tokens(messages[start - 2 : start])
        if used + more > budget:
            break
        used += more
        start -= 2
    return ContextFit(start, round(used * scale), limit)


def room(limit: int, max_tokens: int | None) -> int:
    """Tokens reserved for the answer."""
    return min(LEAST_ROOM, limit // 4) if max_tokens is None else min(max_tokens, limit)


def share(used: int, context: int) -> int:
    """Percent of the context, from 1 to 100: something used is never 0 %, and more than all of it cannot be sent."""
    return max(1, min(100, round(used * 100 / max(context, 1))))


def _tokens(messages: Sequence[Message]) -> int:
    return sum(message_tokens(message) for message in messages)
