"""The events of an answer, in the order in which a client reports them.

Expected failures are a `Failed`, never an exception. A client always ends with `Closed`, also after `Failed`, unless it
is cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tui_chat.core.message import Citation, ServerError, Usage
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.rate_limits import RateLimits
from tui_chat.core.verdict import Source, Verdict


@dataclass(frozen=True, slots=True)
class Sent:
    """A request is sent; `attempt` counts from 1."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Waiting before sending: a model is loading, or the server asked to wait.

    `reason` is a short phrase for the header ("loading the model"). `seconds` is the wait from now, None if unknown.
    `error` is the failure before a retry.
    """

    reason: str
    seconds: float | None = None
    error: ServerError | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A note for the user without any other effect: "the server refused seed; sent without it"."""

    text: str


@dataclass(frozen=True, slots=True)
class Started:
    """The server answers. Repeated as more becomes known; None keeps the earlier value."""

    request_id: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer. Never holds half a surrogate pair."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of the model's thinking, which is not part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Relabeled:
    """All text so far was the model's thinking: a closing tag arrived without an opening one.

    `marker` is a leading mark in the text that is not part of the thinking.
    """

    marker: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """Sources of the answer, in the server's order. Sources may repeat."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """A piece of the model's own sentence declining to answer (not the filter's)."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a tool call. `index` tells calls apart; `name` and `arguments` are pieces to be joined."""

    index: int
    name: str = ""
    arguments: str = ""


Delta = TextDelta | ReasoningDelta | RefusalDelta | ToolCallDelta


@dataclass(frozen=True, slots=True)
class Held:
    """Text not reported yet, because the next piece may change its meaning: half a tag, half a key.

    It replaces the text held before. If an answer is stopped or interrupted, these pieces are its end.
    """

    deltas: tuple[Delta, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts on the prompt or the answer, perhaps long after the text they are about.

    `not_run` names the side that the server says was not checked.
    """

    verdicts: tuple[Verdict, ...] = ()
    not_run: Source | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """An asynchronous filter has read this many characters of an answer that is shown before it is checked."""

    characters: int


@dataclass(frozen=True, slots=True)
class UsageReported:
    """Tokens used; the last report counts."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class LimitsReported:
    """The server's rate limits, from the headers of an answer or a rejection."""

    limits: RateLimits


@dataclass(frozen=True, slots=True)
class Finished:
    """The server named a finish reason (never empty). More may follow: usage, late verdicts, a second reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The request failed, before or during the answer."""

    error: ServerError


@dataclass(frozen=True, slots=True)
class Stopped:
    """The user stopped the answer."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more will follow. `done`: the server said so itself (`[DONE]`, or one whole JSON body)."""

    done: bool


Event = (
    Sent
    | Waiting
    | Noted
    | Started
    | TextDelta
    | ReasoningDelta
    | Relabeled
    | Cited
    | RefusalDelta
    | ToolCallDelta
    | Held
    | Judged
    | Checked
    | UsageReported
    | LimitsReported
    | Finished
    | Failed
    | Stopped
    | Closed
)


def joined(events: Iterable[Event]) -> Iterator[Event]:
    """The events with text that follows text, and reasoning that follows reasoning, as one."""
    kind: type[TextDelta | ReasoningDelta] = TextDelta
    pieces: list[str] = []
    for event in events:
        if isinstance(event, (TextDelta, ReasoningDelta)):
            if pieces and type(event) is not kind:
                yield kind("".join(pieces))
                pieces.clear()
            kind = type(event)
            pieces.append(event.text)
            continue
        if pieces:
            yield kind("".join(pieces))
            pieces.clear()
        yield event
    if pieces:
        yield kind("".join(pieces))
