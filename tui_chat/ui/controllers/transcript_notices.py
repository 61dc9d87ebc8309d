"""Notices about answers: the client's notes, and where the sent part of the conversation begins. Each appears once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Protocol

from tui_chat.core.continuation import ASKED_IN_WORDS
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.event import Noted, Sent
from tui_chat.core.message import Message
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.exchange import Exchange
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.ports import Notifier


class NoticesView(Protocol):
    def notice(self, text: str, after: str | None = None) -> None: ...

    def mark(self, text: str, after: str | None) -> None: ...


@dataclass(eq=False)
class TranscriptNoticesController:
    """`announce` draws the attention of a user who looks elsewhere; it gets the conversation's title, and the seconds
    that the answer took."""

    _context: AppContext
    _transcript: NoticesView
    _notifier: Notifier
    _announce: Callable[[str, float], object]
    _said: set[str] = field(default_factory=set, init=False)
    _shown: str = field(default="", init=False)
    """The conversation that is on the screen."""

    def shown(self, conversation: Conversation, sent: Sequence[tuple[str, Message]]) -> None:
        """A conversation is on the screen: show what was noted in this run, and where what is `sent` begins."""
        session, backend = self._context.session, self._context.backend
        if conversation.id != self._shown:
            self._shown = conversation.id
            self._say_who_answers(conversation)
        for answer_id, notes in session.notes.items():
            self._show(notes, answer_id)
        limits = session.services.limits
        if limits.limit(backend) is not None:
            fitted = limits.fit([message for _, message in sent], session.settings, backend)
            left_out = sent[fitted.start - 1][0] if fitted.start else None
            self._mark(conversation, None, left_out, fitted.limit)

    def _say_who_answers(self, conversation: Conversation) -> None:
        """A conversation keeps its settings, not its endpoint: the next answer may come from another one."""
        now = self._context.endpoint
        answers = (node.turn for node in conversation.upward() if node.turn.role == "assistant")
        before = next((turn.endpoint for turn in answers if turn.endpoint), None)
        if before is not None and before != now:
            names = (safe_line(before), safe_line(now))
            self._notifier.say("The last answer here came from {}. The next one comes from {}.".format(*names))

    def noted(self, exchange: Exchange, event: Sent | Noted) -> None:
        """A request goes out, or the client notes something about it."""
        if isinstance(event, Noted) and event.text not in self._said | {ASKED_IN_WORDS}:
            self._said.add(event.text)
            self._notifier.say(f"{event.text[:1].upper()}{event.text[1:]}.")
        if (plan := exchange.plan) is not None and self._is_shown(exchange):
            left_out = plan.left_out[-1] if plan.left_out else None
            self._mark(exchange.conversation, exchange.head, left_out, plan.limit)

    def ended(self, exchange: Exchange) -> None:
        """An answer is over: its notes stay below it."""
        timing = exchange.timing
        self._announce(exchange.conversation.title, timing.total_ms / 1000 if timing else 0.0)
        if not self._is_shown(exchange):
            return
        self._show(self._context.session.notes.get(exchange.answer_id, ()), exchange.answer_id)

    def _show(self, notes: Sequence[str], answer_id: str) -> None:
        for note in notes:
            if note != ASKED_IN_WORDS:  # the mark in the answer says that it was continued
                self._transcript.notice(note, answer_id)

    def _is_shown(self, exchange: Exchange) -> bool:
        return exchange.conversation.id == self._context.session.conversation.id

    def _mark(self, conversation: Conversation, head: str | None, left_out: str | None, limit: int | None) -> None:
        """Mark the first message that is sent; none where all are. `left_out` is the last one not sent."""
        end: Node | None = None
        why = f"the model's context of {limit:,} tokens has no room for more" if limit else "no room for more"
        # From the end: what is sent is short, and what is left out may be a hundred thousand turns.
        for node in conversation.upward(head) if left_out is not None else ():
            end = end or node
            if node.id == left_out:
                self._transcript.mark(f"sent from here: {why}", end.id)
                return
            if node.turn.role == "user":
                end = None
        self._transcript.mark("", None)
