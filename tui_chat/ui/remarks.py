"""What is to be said beside the answers: notes of the client, where what is sent begins, and how to go on after an
answer that was not complete. This file owns that each is said once, and stays to be read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from tui_chat.core.conversation import Conversation, Node, sendable
from tui_chat.core.event import Noted
from tui_chat.core.message import ErrorKind, Outcome, Turn
from tui_chat.engine.exchange import Exchange
from tui_chat.ui.desk import Desk
from tui_chat.ui.keymap import shown
from tui_chat.ui.messages import AnswerTold

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen


class Remarks:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: Desk) -> None:
        self._screen = screen
        self._desk = desk
        self._told: set[str] = set()

    def shown(self, conversation: Conversation) -> None:
        """A conversation has come on the screen: what was noted in this run, and where what is sent begins."""
        path = conversation.path()
        notes = self._desk.session.notes
        for node in path:
            for note in notes.get(node.id, ()):
                self._screen.transcript.notice(note, node.id)
        fits, backend = self._desk.session.services.fits, self._desk.backend
        if fits.limit(backend) is not None:
            sent = sendable(path)
            fitted = fits.fit([message for _, message in sent], self._desk.session.settings, backend)
            self._mark(path, [name for name, _ in sent[: fitted.start]], fitted.limit)

    def told(self, message: AnswerTold) -> None:
        """A request goes out, or the client notes something about it."""
        exchange, event = message.exchange, message.event
        if isinstance(event, Noted) and event.text not in self._told:
            self._told.add(event.text)
            self._screen.say(f"{event.text[:1].upper()}{event.text[1:]}.")
        if exchange.going is not None and self._is_shown(exchange):
            self._mark(exchange.conversation.path(exchange.head), exchange.going.left_out, exchange.going.limit)

    def ended(self, exchange: Exchange) -> None:
        """An answer is over: its notes stay below it, and what can be done next is said."""
        if not self._is_shown(exchange):
            return
        for note in self._desk.session.notes.get(exchange.answer_id, ()):
            self._screen.transcript.notice(note, exchange.answer_id)
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

    def _mark(self, path: Sequence[Node], left_out: Collection[str], limit: int | None) -> None:
        """The line above the first message that is sent; none where all are."""
        last = max((i for i, node in enumerate(path) if node.id in left_out), default=None)
        if last is None:
            self._screen.transcript.mark("", None)
            return
        while last + 1 < len(path) and path[last + 1].turn.role != "user":
            last += 1
        why = f"the model's context of {limit:,} tokens has no room for more" if limit else "no room for more"
        self._screen.transcript.mark(f"sent from here: {why}", path[last].id)
