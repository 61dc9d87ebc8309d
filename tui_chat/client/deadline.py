"""Deadlines of an answer. Only text, reasoning and tool calls count as progress."""

from __future__ import annotations

from tui_chat.core import event as ev
from tui_chat.core.endpoint import Timeouts
from tui_chat.core.message import ErrorKind, ServerError

AFTER_ERROR = 1.0
"""Seconds after an error inside an answer in which the server may still end it properly."""

_ALIVE = (ev.TextDelta, ev.ReasoningDelta, ev.RefusalDelta, ev.ToolCallDelta)


class Deadlines:
    """The moment by which the next progress is due, on the event loop's clock.

    A library's read timeout restarts with every byte, so comments, empty deltas and dripped bytes would hold a client
    for ever; only what a person can see moves this deadline.
    """

    def __init__(self, timeouts: Timeouts, now: float, *, stream: bool) -> None:
        self._timeouts = timeouts
        self._start = now
        self.spoke = False
        self._whole = not stream
        self.settled = False
        self.at = now + (timeouts.first_token if stream else timeouts.whole)

    def in_one_piece(self) -> None:
        """The server answers with one JSON body although a stream was requested."""
        if not self._whole:
            self._whole = True
            self.at = self._start + max(self._timeouts.whole, self._timeouts.first_token)

    def note(self, event: ev.Event, now: float) -> None:
        """An event arrived."""
        if isinstance(event, ev.Failed):
            self.settled = True
            self.at = min(self.at, now + AFTER_ERROR)
        elif isinstance(event, ev.Finished) and not self.settled:
            self.settled = True
            self.at = now + self._timeouts.tail
        elif isinstance(event, _ALIVE):
            self.spoke = True
            # some servers name a finish reason with every piece: text after it is life all the same
            self.at = max(self.at, now + self._timeouts.tail) if self.settled else now + self._timeouts.idle

    def error(self) -> ServerError:
        """The error for a passed deadline."""
        if self.spoke:
            what = f"The server went silent: nothing of the answer arrived for {self._timeouts.idle:g} s."
            return ServerError(ErrorKind.TIMEOUT, what, hint="Continue the answer, or ask again.")
        seconds = self._timeouts.whole if self._whole else self._timeouts.first_token
        name = "whole" if self._whole else "first_token"
        return ServerError(
            ErrorKind.TIMEOUT,
            f"No answer arrived within {seconds:g} s.",
            hint=f"Try again, or give the endpoint more time: timeout.{name}.",
        )
