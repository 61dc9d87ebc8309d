"""Runs answers as workers of the app: starts them, stops them, and waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.message_pump import MessagePump
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from tui_chat.client.backend import Backend
from tui_chat.core.event import Event, Noted, Sent
from tui_chat.core.message import Outcome
from tui_chat.engine.exchange import Exchange
from tui_chat.engine.session import Session
from tui_chat.ui.widget_messages import AnswerChanged, AnswerEnded, AnswerNoted, ComparedChanged, ComparedEnded

PATIENCE_S = 2.0
"""Seconds that the library has left, at the end, to say what became of a prompt on its way into it."""


class AnswerRunner:
    """One worker an exchange, so that several conversations can be answered at once."""

    def __init__(self, app: App[Any], session: Session) -> None:
        self._app = app
        self._session = session
        self._workers: dict[str, tuple[Exchange, Worker[None]]] = {}
        self._receiver: MessagePump | None = None
        self._news: Callable[[], None] = _nothing
        self._compared: set[str] = set()
        """Answers that are seen side by side with others."""
        self.closed = False
        """The app ends, and its connections are closed: nothing new begins."""

    def report_to(self, screen: MessagePump, news: Callable[[], None]) -> None:
        """Register the screen that receives answer events (never the modal on top of it).

        `news` is called with each event of any answer. It must cost next to nothing.
        """
        self._receiver = screen
        self._news = news

    def start(self, exchange: Exchange, backend: Backend, *, compared: bool = False) -> None:
        """Fetch the answer in the background; `AnswerEnded` is posted when it is over, `AnswerChanged` before that.

        Of one that is `compared`, `ComparedEnded` and `ComparedChanged`: it is one of several, and none of them is the
        answer until it is kept.
        """
        if compared:
            self._compared.add(exchange.answer_id)
        worker = self._app.run_worker(
            self._run(exchange, backend), group="answers", exit_on_error=False, name=f"answer {exchange.answer_id}"
        )
        self._workers[exchange.answer_id] = exchange, worker

    async def _run(self, exchange: Exchange, backend: Backend) -> None:
        try:
            await exchange.run(backend, watch=self._watching(exchange))
        finally:
            # Synchronous: a second cancellation, as a quit brings, would cut an await here.
            self._workers.pop(exchange.answer_id, None)
            self._session.ended(exchange)
            compared = exchange.answer_id in self._compared
            self._compared.discard(exchange.answer_id)
            if self._receiver is not None:
                self._receiver.post_message(ComparedEnded(exchange) if compared else AnswerEnded(exchange))

    def _watching(self, exchange: Exchange) -> Callable[[Event], None]:
        """Reports each event, and of each change of how the answer ended, from its end on."""
        known: Outcome | None = None

        def watch(event: Event) -> None:
            nonlocal known
            self._news()
            if isinstance(event, Sent | Noted) and self._receiver is not None:
                self._receiver.post_message(AnswerNoted(exchange, event))
            if not exchange.reply.state.has_ended or exchange.reply.outcome is known:
                return
            known = exchange.reply.outcome
            self._report_change(exchange)

        return watch

    def _report_change(self, exchange: Exchange) -> None:
        if self._receiver is not None:
            compared = exchange.answer_id in self._compared
            self._receiver.post_message(ComparedChanged(exchange) if compared else AnswerChanged(exchange))

    def release(self, exchange: Exchange) -> None:
        """An answer that was compared is like any other from now on."""
        self._compared.discard(exchange.answer_id)

    def stop(self, exchange: Exchange) -> None:
        """End an answer at the user's word: on the screen at once, on the wire as soon as the worker is cancelled."""
        exchange.stop()
        self._report_change(exchange)
        known = self._workers.get(exchange.answer_id)
        # One that has not begun is left to begin: it sees that it is over, and keeps what it must.
        if known is not None and exchange.started:
            known[1].cancel()

    async def close(self) -> None:
        """Stop all answers for good."""
        await self.drain()
        self.closed = True

    async def drain(self) -> None:
        """Stop all answers, and prompts that wait for the library, until each is stored or will not be."""
        waiting = self._session.all_sending
        for sending in waiting:
            sending.given_up = True
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.gather(*(sending.over.wait() for sending in waiting))
        for exchange, _ in list(self._workers.values()):
            self.stop(exchange)
        await self.over()

    async def over(self) -> None:
        """Wait until no answer is under way."""
        await asyncio.gather(*(ended(worker) for _, worker in list(self._workers.values())))


def _nothing() -> None:
    return


async def ended(worker: Worker[Any]) -> None:
    """Wait until a worker is over, however it ends."""
    try:
        await worker.wait()
    except (WorkerCancelled, WorkerFailed):
        return
