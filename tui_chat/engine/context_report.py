"""Lists what the next request sends, message by message, with estimated tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from tui_chat.client.backend import Backend, Replaying
from tui_chat.core.context_fit import share
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Message, Turn
from tui_chat.core.outcome_wording import BLOCKED, ending
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.sent_messages import sendable, sends
from tui_chat.core.settings import Settings
from tui_chat.core.short_number import counted
from tui_chat.core.token_estimate import PER_MESSAGE, estimate, turn_tokens
from tui_chat.engine.context_limits import ContextLimits

SYSTEM, DRAFT = "system", "draft"
TOO_OLD = "does not fit the context"
EXCLUDED = "excluded"
PENDING = "is being answered"
REJECTED = "blocked by the content filter"
NO_ANSWER = "has no answer that is sent"
NO_PROMPT = "its prompt is not sent"


@dataclass(frozen=True, slots=True)
class ContextRow:
    """One message. `left_out` says why it is not sent; "" if it is sent."""

    role: str
    text: str
    tokens: int
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class ContextReport:
    """The messages in order, the system prompt first. `limit` is the model's context in tokens; None if unknown.

    `max_tokens` is reserved for the answer.
    """

    rows: tuple[ContextRow, ...]
    limit: int | None = None
    max_tokens: int | None = None
    whole: int | None = None
    """The tokens of all that would go out if it fitted, as far as the server has counted them."""

    @property
    def tokens(self) -> int:
        """The tokens of all messages that are sent."""
        return sum(row.tokens for row in self.rows if not row.left_out)

    @property
    def sent(self) -> int:
        return sum(not row.left_out for row in self.rows)

    def summary(self) -> str:
        """`5 messages, about 1,200 of 32,000 tokens (4%); 1,024 are kept for the answer.`"""
        tokens = self.tokens if self.whole is None else self.whole
        text = f"{counted(self.sent, 'message')}, about {tokens:,}"
        if self.limit:
            text += f" of {self.limit:,} tokens ({share(tokens, self.limit)}%)"
        else:
            text += " tokens; the length of the model's context is not known"
        if self.max_tokens:
            text += f"; {self.max_tokens:,} are kept for the answer"
        left_out = len(self.rows) - self.sent
        return f"{text}. {left_out} not sent." if left_out else f"{text}."


async def context_report(
    conversation: Conversation,
    settings: Settings,
    backend: Backend,
    limits: ContextLimits,
    pending: str | None = None,
    draft: str = "",
    edited: str | None = None,
) -> ContextReport:
    """The report for the shown path with these settings. A long conversation is counted in a thread.

    `pending` is the id of a prompt being answered, `draft` the text being written, in place of the prompt
    `edited` if that is given.
    """
    above = None if edited is None else conversation.nodes[edited].parent
    path = [] if edited is not None and above is None else conversation.path(above)
    return await asyncio.to_thread(_report, path, settings, backend, limits, pending, draft)


def _report(
    path: list[Node],
    settings: Settings,
    backend: Backend,
    limits: ContextLimits,
    pending: str | None,
    draft: str,
) -> ContextReport:
    sent = [*sendable(path), *([(DRAFT, Message("user", draft))] if draft else ())]
    start = limits.fit([message for _, message in sent], settings, backend).start
    old = {name for name, _ in sent[:start]}
    going = {name for name, _ in sent[start:]}
    thinks = backend.name if isinstance(backend, Replaying) and backend.replays_thinking else None
    rows = tuple(_rows(path, going, old, pending, thinks))
    system = (ContextRow(SYSTEM, settings.system, _tokens(settings.system)),) if settings.system else ()
    written = (ContextRow(DRAFT, draft, _tokens(draft)),) if draft else ()
    return ContextReport((*system, *rows, *written), limits.limit(backend), settings.max_tokens)


def _rows(
    path: list[Node], going: set[str], old: set[str], pending: str | None, thinks: str | None
) -> Iterator[ContextRow]:
    """A prompt is sent with its answers, or not at all. `thinks` is the endpoint that wants its thinking back."""
    prompt = ""
    for node in path:
        turn = node.turn
        if turn.role not in ("user", "assistant"):
            continue
        prompt = node.id if turn.role == "user" else prompt
        is_sent = prompt in going and (turn.role == "user" or sends(turn))
        why = "" if is_sent else TOO_OLD if prompt in old else PENDING if prompt == pending else _why(turn)
        thinking = estimate(turn.reasoning) if turn.reasoning and turn.endpoint == thinks else 0
        yield ContextRow(turn.role, turn.text, turn_tokens(turn) + thinking, why)


def _why(turn: Turn) -> str:
    if turn.sent is False:
        return EXCLUDED
    if turn.role == "user":
        return NO_ANSWER
    if turn.outcome in BLOCKED:
        return REJECTED
    return (ending(turn) if turn.outcome is not None and not sends(turn) else None) or NO_PROMPT


def _tokens(text: str) -> int:
    return PER_MESSAGE + estimate(text)
