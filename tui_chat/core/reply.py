"""Collects the events of one answer and decides its outcome; nothing else does.

An answer's progress is one `State`, and `NEXT` is the only way from one to another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Literal

from tui_chat.core import event as ev
from tui_chat.core.message import (
    TRANSPORT_KINDS,
    Citation,
    ErrorKind,
    Outcome,
    ServerError,
    Timing,
    Turn,
    Usage,
    is_blank,
)
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.rate_limits import RateLimits
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import FilterWord, Source, Verdict, filter_word, merge_verdicts

LENGTH_REASONS = frozenset({"length", "model_length", "max_tokens"})
FILTER_REASONS = frozenset({"content_filter", "safety", "prohibited_content", "blocklist", "spii", "recitation"})
"""Finish reasons that mean the filter cut the answer, in lower case: OpenAI's and Azure's, then Gemini's."""


class State(Enum):
    """The progress of an answer."""

    RUNNING = "running"
    FINISHED = "finished"
    """It has a finish reason; usage and late verdicts may follow."""
    FAILED = "failed"
    """An error ended it; the server may still say more."""
    CLOSED = "closed"
    """The stream is over, and the answer had ended."""
    BROKEN_OFF = "broken off"
    """The stream is over, but the answer had not ended."""
    STOPPED = "stopped"
    """The user stopped it."""

    @property
    def has_ended(self) -> bool:
        """The answer itself has ended and can be shown as such; usage and verdicts may still arrive."""
        return self is not State.RUNNING

    @property
    def is_final(self) -> bool:
        """Only a late verdict can still change the answer."""
        return self not in NEXT


End = Literal["finished", "failed", "done", "lost", "stopped"]
"""The events that change a reply's state: a finish reason, an error, a proper or premature end, the user."""

NEXT: Mapping[State, Mapping[End, State]] = {
    State.RUNNING: {
        "finished": State.FINISHED,
        "failed": State.FAILED,
        "done": State.CLOSED,
        "lost": State.BROKEN_OFF,
        "stopped": State.STOPPED,
    },
    # Once it has ended there is nothing left to stop but the wait for late verdicts.
    State.FINISHED: {
        "finished": State.FINISHED,
        "failed": State.FINISHED,
        "done": State.CLOSED,
        "lost": State.CLOSED,
        "stopped": State.CLOSED,
    },
    State.FAILED: {
        "finished": State.FINISHED,
        "failed": State.FAILED,
        "done": State.CLOSED,
        "lost": State.BROKEN_OFF,
        "stopped": State.CLOSED,
    },
}
"""State × event; a state without a row is final."""


@dataclass(slots=True)
class _Call:
    name: str = ""
    arguments: str = ""


class Reply:
    """One answer as it arrives.

    `feed` is the only mutation and never waits. Pieces of text are kept as they arrive; a painter keeps an index into
    `pieces` and draws what is new. When `relabeled` has changed, it begins again at index 0.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.reasoning_pieces: list[str] = []
        self._joined = (0, "")
        """The number of pieces joined last and their text, cached because it is read often and may be long."""
        self.relabeled = 0
        """How often text turned out to be thinking after it was reported."""
        self.citations: tuple[Citation, ...] = ()
        self.refusal = ""
        self.verdicts: tuple[Verdict, ...] = ()
        self.not_run: Source | None = None
        self.checked: int | None = None
        """Characters of the text that an asynchronous filter has read so far; None without such a filter."""
        self.usage: Usage | None = None
        self.limits: RateLimits | None = None
        """The server's limits when this answer began; for this run only."""
        self.finish_reason: str | None = None
        self.error: ServerError | None = None
        self.model: str | None = None
        self.request_id: str | None = None
        self.attempts = 0
        self.waiting: ev.Waiting | None = None
        self.notes: list[str] = []
        self.state = State.RUNNING
        self._blocked_in: State | None = None
        """The answer's progress when the filter rejected something."""
        self._calls: dict[int, _Call] = {}
        self._held: tuple[ev.Delta, ...] = ()

    def feed(self, event: ev.Event) -> None:
        """Apply one event. In a final state only verdicts count: a filter may be late."""
        before = self.state
        if isinstance(event, ev.Judged):
            self.verdicts = merge_verdicts(self.verdicts, event.verdicts)
            self.not_run = event.not_run or self.not_run
        elif not self.state.is_final:
            self._feed(event)
        if self._blocked_in is None and isinstance(event, (ev.Judged, ev.Finished, ev.Failed)) and self.blocked:
            self._blocked_in = before

    def _feed(self, event: ev.Event) -> None:
        match event:
            case ev.TextDelta(text):
                self._arrived(self.pieces, text)
            case ev.ReasoningDelta(text):
                self._arrived(self.reasoning_pieces, text)
            case ev.Relabeled(marker):
                self._relabel(marker)
            case ev.RefusalDelta(text):
                self.refusal += text
            case ev.ToolCallDelta(index, name, arguments):
                call = self._calls.setdefault(index, _Call())
                call.name += name
                call.arguments += arguments
            case ev.Finished(reason):
                # The last reason counts, but nothing replaces the filter's: Azure's late verdicts come after *stop*.
                if (self.finish_reason or "").lower() not in FILTER_REASONS:
                    self.finish_reason = reason
                self._end("finished")
            case ev.UsageReported(usage):
                self.usage = usage
            case ev.Failed(error):
                self.error = error
                self.waiting = None
                self._end("failed")
            case _:
                self._progress(event)

    def _progress(self, event: ev.Event) -> None:
        match event:
            case ev.Sent(attempt):
                self.attempts = attempt
                self.waiting = None
                self._held = ()
            case ev.Held(deltas):
                self._held = deltas
            case ev.Waiting():
                self.waiting = event
            case ev.Checked(characters):
                self.checked = characters
            case ev.LimitsReported(limits):
                self.limits = limits
            case ev.Noted(text):
                self.notes.append(text)
            case ev.Cited(citations):
                self.citations = merge_citations(self.citations, citations)
            case ev.Started(request_id, model):
                self.request_id = request_id or self.request_id
                self.model = model or self.model
                self.waiting = None
            case ev.Stopped():
                self._end("stopped")
            case ev.Closed(done):
                self._end("done" if done else "lost")
            case _:
                raise AssertionError(f"no rule for {event!r}")

    def _end(self, how: End) -> None:
        self.state = NEXT[self.state][how]
        if self.state.is_final:
            # Nothing that a model said is lost: what was held back for its other half comes out.
            held, self._held = self._held, ()
            for delta in held:
                self._feed(delta)
            self._show_calls()

    def _arrived(self, pieces: list[str], text: str) -> None:
        self.waiting = None
        if text:
            pieces.append(text)

    def _relabel(self, marker: str) -> None:
        thought = self.text.removeprefix(marker).strip("\r\n").rstrip()
        # New lists: a reader may hold the old ones until it looks again.
        self.reasoning_pieces = [*self.reasoning_pieces, thought] if thought else list(self.reasoning_pieces)
        self.pieces = []
        self._joined = (0, "")
        self.relabeled += 1

    def _show_calls(self) -> None:
        """Show tool calls as text: this program offers no tools, and losing what a model said is worse."""
        for index in sorted(self._calls):
            call = self._calls[index]
            gap = "\n\n" if self.pieces else ""
            self.pieces.append(f"{gap}```json\n{_call_json(call)}\n```\n")
        self._calls.clear()

    @property
    def text(self) -> str:
        """The answer so far."""
        if self._joined[0] != len(self.pieces):
            self._joined = (len(self.pieces), "".join(self.pieces))
        return self._joined[1]

    @property
    def reasoning(self) -> str:
        return "".join(self.reasoning_pieces)

    @property
    def tool_calls(self) -> Sequence[tuple[str, str]]:
        """(name, arguments) of unfinished tool calls."""
        return [(call.name, call.arguments) for _, call in sorted(self._calls.items())]

    @property
    def blocked(self) -> bool:
        """The filter rejected something: True as soon as it is known, also in the middle of the text."""
        cut = (self.finish_reason or "").lower() in FILTER_REASONS
        return cut or self._blocked("answer") or self._filtered

    @property
    def withdrawn(self) -> bool:
        """The filter took the answer back after it had ended, however the server says so."""
        ended = self._blocked_in in (State.FINISHED, State.CLOSED)
        return ended and bool(self.text) and self.outcome is Outcome.ANSWER_BLOCKED

    @property
    def filter(self) -> FilterWord:
        outcome = self.outcome
        return filter_word(self.verdicts, self.not_run, blocked=outcome is not None and outcome.rejected)

    @property
    def outcome(self) -> Outcome | None:
        """The outcome, by the first rule that matches; None while it runs."""
        if self.blocked:
            return self._blocked_outcome()
        if not self.state.has_ended:
            return None
        if self.state is State.STOPPED:
            return Outcome.STOPPED
        if self.error is not None:
            kept = self.text and self.error.kind in TRANSPORT_KINDS
            return Outcome.INCOMPLETE if kept else Outcome.FAILED
        if self.state is State.BROKEN_OFF:
            return Outcome.INCOMPLETE
        return self._ended_outcome()

    def _blocked_outcome(self) -> Outcome:
        if self._blocked("answer") or self.text:
            return Outcome.ANSWER_BLOCKED
        if self._filtered or self._blocked("prompt"):
            return Outcome.PROMPT_BLOCKED
        return Outcome.ANSWER_BLOCKED

    def _ended_outcome(self) -> Outcome:
        if self.refusal:
            return Outcome.REFUSED
        if (self.finish_reason or "").lower() in LENGTH_REASONS:
            return Outcome.LENGTH
        if is_blank(self.text) and not self._calls:
            return Outcome.EMPTY
        return Outcome.COMPLETE

    @property
    def _filtered(self) -> bool:
        """The filter rejected the request. If the filter could not run and blocks therefore, the answer has
        *failed*."""
        return self.error is not None and self.error.kind is ErrorKind.FILTERED and self.not_run is None

    def _blocked(self, source: Source) -> bool:
        return any(v.blocked and v.source == source for v in self.verdicts)

    def turn(self, created: datetime, settings: Settings, endpoint: str, timing: Timing | None = None) -> Turn:
        """The answer as a value, finished or not."""
        return replace(
            Turn(role="assistant", text=self.text, created=created, settings=settings, endpoint=endpoint),
            reasoning=self.reasoning,
            refusal=self.refusal,
            outcome=self.outcome if self.state.has_ended else None,
            finish_reason=self.finish_reason,
            verdicts=self.verdicts,
            not_run=self.not_run,
            usage=self.usage,
            model=self.model,
            request_id=self.request_id,
            error=self.error,
            timing=timing,
            withdrawn=self.withdrawn,
            citations=self.citations,
        )


MAX_CITATIONS = 200


def merge_citations(known: tuple[Citation, ...], new: Sequence[Citation]) -> tuple[Citation, ...]:
    """Each address once, in order of first appearance; a title that arrives later is added."""
    by_url = {citation.url: citation for citation in known}
    for citation in new:
        before = by_url.get(citation.url)
        if (before is None and len(by_url) < MAX_CITATIONS) or (before is not None and not before.title):
            by_url[citation.url] = citation
    return tuple(by_url.values())


def _call_json(call: _Call) -> str:
    try:
        arguments: object = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        arguments = call.arguments
    return json.dumps({"tool_call": call.name, "arguments": arguments}, ensure_ascii=False, indent=2)
