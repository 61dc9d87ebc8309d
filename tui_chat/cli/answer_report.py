"""What `ask` reports about an answer: one JSON object, or notes in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from tui_chat.client.backend import Backend, Recording
from tui_chat.core import serialize
from tui_chat.core.filter_wording import in_short, unchecked_words
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Turn
from tui_chat.core.outcome_wording import BLOCKED, USED_UP, ending
from tui_chat.core.verdict import Source
from tui_chat.engine.request_plan import RequestPlan


def as_object(turn: Turn, attempts: int) -> dict[str, object]:
    """The object of `ask --json`."""
    has_error = turn.outcome in (Outcome.FAILED, Outcome.INCOMPLETE, Outcome.PROMPT_BLOCKED)
    error = _blocked_error(turn) if has_error else None
    return {
        "outcome": turn.outcome,
        "text": turn.text,
        "reasoning": turn.reasoning,
        "finish_reason": turn.finish_reason,
        "verdicts": [serialize.from_verdict(v) for v in turn.verdicts],
        "filter": turn.filter,
        "usage": serialize.from_usage(turn.usage) if turn.usage else None,
        "citations": [serialize.from_citation(c) for c in turn.citations],
        "error": serialize.from_error(error) if error else None,
        "model": turn.model,
        "endpoint": turn.endpoint,
        "request_id": turn.request_id,
        "attempts": attempts,
        "first_token_ms": turn.timing.first_token_ms if turn.timing else None,
        "total_ms": turn.timing.total_ms if turn.timing else None,
    }


def as_json(values: Mapping[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _blocked_error(turn: Turn) -> ServerError | None:
    """A prompt can be rejected in an answer that is not an HTTP error; the contract has an error object all the
    same."""
    if turn.error is None and turn.outcome is Outcome.PROMPT_BLOCKED:
        return ServerError(ErrorKind.FILTERED, "The content filter rejected the prompt.", request_id=turn.request_id)
    return turn.error


def notes(turn: Turn) -> Iterator[str]:
    """Notes for standard error: what a reader must know besides the answer."""
    yield from _ending(turn)
    if turn.error is not None:
        yield turn.error.message
        if ids := ", ".join(_identified(turn.error)):
            yield ids
        if turn.error.hint:
            yield turn.error.hint
    if unchecked := unchecked_words(turn.verdicts):
        yield unchecked
    if turn.filter == "not_run":
        yield "not checked by the filter"
    if turn.filter == "annotated":
        found = ", ".join(dict.fromkeys(in_short(verdict) for verdict in turn.verdicts if verdict.noticed))
        yield f"The content filter noticed {found}, and blocked nothing."
    for number, citation in enumerate(turn.citations, 1):
        yield f"[{number}] {citation.title}{' · ' if citation.title else ''}{citation.url}"


def _identified(error: ServerError) -> Iterator[str]:
    """The ids that a provider's support asks for."""
    if error.status is not None:
        yield f"status {error.status}"
    if error.code is not None and error.code != str(error.status):
        yield f"code {error.code}"
    if error.request_id is not None:
        yield f"request id {error.request_id}"


def received(turn: Turn, backend: Backend) -> str:
    """For `--verbose`: headers and body of the response to a failed request, with secrets masked. "" for others, and
    for a backend without a network."""
    if turn.error is None or not isinstance(backend, Recording) or not backend.traces:
        return ""
    return backend.traces[-1].received()


def _ending(turn: Turn) -> Iterator[str]:
    match turn.outcome:
        case Outcome.LENGTH:
            yield ending(turn) or ""
            if turn.thinking_used_up:
                yield USED_UP
        case Outcome.PROMPT_BLOCKED:
            yield f"{BLOCKED[Outcome.PROMPT_BLOCKED]}{_found(turn, 'prompt')}"
        case Outcome.ANSWER_BLOCKED:
            yield f"{BLOCKED[Outcome.ANSWER_BLOCKED]}{_found(turn, 'answer')}"
        case Outcome.REFUSED:
            yield f"The model refused: {turn.refusal}"
        case Outcome.EMPTY:
            yield "The model returned nothing."
        case Outcome.INCOMPLETE:
            yield "incomplete: the stream ended without a finish"
        case Outcome.STOPPED:
            yield "stopped"
        case _:
            pass


def left_out(plan: RequestPlan | None) -> Iterator[str]:
    """A note about turns not sent because the conversation exceeds the model's context."""
    if plan is not None and plan.left_out:
        number, limit = len(plan.left_out), plan.limit or 0
        yield f"the oldest {number} turns were not sent: the model's context of {limit:,} tokens has no room for them"


def _found(turn: Turn, source: Source) -> str:
    found = [in_short(v) for v in turn.verdicts if v.blocked and v.source == source]
    return f": {', '.join(found)}" if found else ""
