"""Prints one answer in linear mode as it streams; Ctrl-C stops it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Iterator

from tui_chat.cli import answer_report, chat_signals
from tui_chat.cli.chat_output import ASSISTANT, ChatOutput
from tui_chat.client.backend import Backend
from tui_chat.core import event as ev
from tui_chat.core.message import Turn
from tui_chat.engine.exchange import Exchange

SILENCE_S = 4.0
"""Seconds of silence after which a note says that the program waits; the next note comes after three times that."""

PAUSE_S = 1.0
"""Seconds without a new word after which an unfinished sentence is printed."""


class AnswerPrinter:
    """Fetches one answer. Use it once."""

    def __init__(self, out: ChatOutput, silence: float = SILENCE_S) -> None:
        self._out = out
        self._silence = silence
        self._exchange: Exchange | None = None
        self._task: asyncio.Task[None] | None = None
        self._printed = 0
        self._relabeled = 0
        self._thinking = False
        self._stopped = False
        self._signal: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._pause: asyncio.TimerHandle | None = None

    async def run(self, beginning: Awaitable[Exchange | None], backend: Backend) -> Exchange | None:
        """Begin an exchange and run it to its end; None if nothing could begin.

        Raises LibraryError if it could not begin, and SystemExit once a signal has ended it.
        """
        loop = asyncio.get_running_loop()

        def handle(number: int) -> None:
            # Noted at once: the loop may have nothing left to do, and would never come to it.
            if number == signal.SIGINT:
                self._stopped = True
            else:
                self._signal = number
            loop.call_soon_threadsafe(self._interrupt)

        with chat_signals.on((signal.SIGINT, *chat_signals.ENDING), handle):
            self._exchange = await beginning
            if self._exchange is not None:
                await self._fetch(self._exchange, backend)
        if self._signal is not None:
            chat_signals.leave(self._signal)
        return self._exchange

    async def _fetch(self, exchange: Exchange, backend: Backend) -> None:
        self._end()
        # A task of its own: cancelling the one we are in would have to be taken back, also where it came too late.
        self._task = asyncio.create_task(exchange.run(backend, watch=self._watch))
        with self._waiting(exchange):
            await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.result()
        self._print_new()
        self._out.end()

    def _end(self) -> None:
        """Ctrl-C ends this answer as *stopped*. Other signals, and a closed output, end it as *incomplete*."""
        if self._exchange is None:
            return
        if self._signal is not None or self._out.gone is not None:
            self._exchange.reply.feed(ev.Closed(done=False))
        elif self._stopped:
            self._exchange.stop()

    def _interrupt(self) -> None:
        self._end()
        # Before it has begun there is nothing to cut short: it will see that it is over, and keep what it must.
        if self._task is not None and self._exchange is not None and self._exchange.started:
            self._task.cancel()

    def _watch(self, event: ev.Event) -> None:
        match event:
            case ev.TextDelta():
                self._quiet()
                self._print_new()
                self._pause = asyncio.get_running_loop().call_later(PAUSE_S, self._out.pause)
            case ev.ReasoningDelta() if not self._thinking:
                self._thinking = True
                self._wait("thinking…")
            case ev.Waiting(reason, seconds):
                self._wait(reason + (f", {seconds:.0f} seconds" if seconds and seconds >= 1 else "") + "…")
            case ev.Noted(text):
                self._out.note(text)
            case _:
                pass
        if self._out.gone is not None:
            self._interrupt()

    def _print_new(self) -> None:
        """Print pieces that are not printed yet; at the end these may be tool calls, which become text only then."""
        if self._exchange is None:
            return
        reply = self._exchange.reply
        if reply.relabeled != self._relabeled:
            self._relabeled, self._printed = reply.relabeled, 0
            self._out.note("that was the model's thinking; the answer begins now")
        pieces = reply.pieces
        new = "".join(pieces[self._printed :])
        self._printed = len(pieces)
        self._out.piece(ASSISTANT, new)

    @contextlib.contextmanager
    def _waiting(self, exchange: Exchange) -> Iterator[None]:
        """Print notes while nothing arrives, for users who cannot see the screen wait."""
        loop = asyncio.get_running_loop()

        def again(after: float) -> None:
            self._timer = loop.call_later(after, say, after)

        def say(after: float) -> None:
            timing = exchange.timing
            seconds = f", {timing.total_ms / 1000:.0f} seconds" if timing else ""
            reason = exchange.reply.waiting.reason if exchange.reply.waiting else None
            self._wait(f"{reason or ('still thinking' if self._thinking else 'still waiting')}{seconds}…")
            again(after * 2)

        again(self._silence)
        try:
            yield
        finally:
            self._quiet()

    def _quiet(self) -> None:
        """Cancel the notes about silence: something arrived, or the answer is complete."""
        for timer in (self._timer, self._pause):
            if timer is not None:
                timer.cancel()
        self._timer = self._pause = None

    def _wait(self, text: str) -> None:
        if self._out.heard:
            self._out.note(text)


def remarks(turn: Turn) -> Iterator[str]:
    """Notes about an answer besides its text: how it ended, and the filter's findings."""
    yield from answer_report.notes(turn)
    if turn.withdrawn:
        yield "The filter withdrew it after it had ended."
