"""What is to be said beside the answers: notes of the client, where what is sent begins, and how to go on after an
answer that was not complete. This file owns that each is said once, and stays to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.event import Noted
from tui_chat.core.message import ErrorKind, Message, Outcome, Turn
from tui_chat.engine.exchange import Exchange
from tui_chat.ui.commands import shown
from tui_chat.ui.context import AppContext
from tui_chat.ui.messages import AnswerTold

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen


class NoticesController:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: AppContext) -> None:
        self._screen = screen
        self._desk = desk
        self._told: set[str] = set()

    def shown(self, conversation: Conversation, sent: Sequence[tuple[str, Message]]) -> None:
        """A conversation has come on the screen: what was noted in this run, and where what is `sent` begins."""
        for answer_id, notes in self._desk.session.notes.items():
            for note in notes:
                self._screen.transcript.entries.notice(note, answer_id)
        limits, backend = self._desk.session.services.limits, self._desk.backend
        if limits.limit(backend) is not None:
            fitted = limits.fit([message for _, message in sent], self._desk.session.settings, backend)
            left_out = sent[fitted.start - 1][0] if fitted.start else None
            self._mark(conversation, None, left_out, fitted.limit)

    def told(self, message: AnswerTold) -> None:
        """A request goes out, or the client notes something about it."""
        exchange, event = message.exchange, message.event
        if isinstance(event, Noted) and event.text not in self._told:
            self._told.add(event.text)
            self._screen.say(f"{event.text[:1].upper()}{event.text[1:]}.")
        if (going := exchange.plan) is not None and self._is_shown(exchange):
            left_out = going.left_out[-1] if going.left_out else None
            self._mark(exchange.conversation, exchange.head, left_out, going.limit)

    def ended(self, exchange: Exchange) -> None:
        """An answer is over: its notes stay below it, and what can be done next is said."""
        if not self._is_shown(exchange):
            return
        for note in self._desk.session.notes.get(exchange.answer_id, ()):
            self._screen.transcript.entries.notice(note, exchange.answer_id)
        turn = exchange.conversation.nodes[exchange.answer_id].turn
        if offer := self._offer(turn):
            self._screen.say(offer)

    def _is_shown(self, exchange: Exchange) -> bool:
        return exchange.conversation.id == self._desk.session.conversation.id

    def _offer(self, turn: Turn) -> str:
        go_on, again, look = map(self._key, ("chat.continue", "chat.retry", "chat.exchange"))
        match turn.outcome:
            case Outcome.INCOMPLETE if turn.text:
                return f"The answer is incomplete: {go_on} goes on with it, {again} asks again."
            case Outcome.LENGTH if turn.text:
                return f"The answer was cut at max_tokens: {go_on} goes on with it."
            case Outcome.FAILED if turn.error is not None and turn.error.kind is ErrorKind.CONTEXT_LENGTH:
                return f"The conversation is too long for the model: {again} sends it again without its oldest turns."
            case Outcome.FAILED:
                return f"The request failed: {again} sends it again, {look} shows what went over the wire."
            case _:
                return ""

    def _key(self, command: str) -> str:
        keys = self._screen.keys_of(command)
        return shown(keys[0]) if keys else "the palette (^p)"

    def _mark(self, conversation: Conversation, head: str | None, left_out: str | None, limit: int | None) -> None:
        """The line above the first message that is sent; none where all are. `left_out` is the last that is not."""
        end: Node | None = None
        why = f"the model's context of {limit:,} tokens has no room for more" if limit else "no room for more"
        # From the end: what is sent is short, and what is left out may be a hundred thousand turns.
        for node in conversation.upward(head) if left_out is not None else ():
            end = end or node
            if node.id == left_out:
                self._screen.transcript.entries.mark(f"sent from here: {why}", end.id)
                return
            if node.turn.role == "user":
                end = None
        self._screen.transcript.entries.mark("", None)
