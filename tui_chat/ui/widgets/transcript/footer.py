"""The lines below an answer: how it ended, what the content filter found, tokens, time and cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from tui_chat.core.conversation_usage import speed
from tui_chat.core.cost import cost, money
from tui_chat.core.endpoint import Price
from tui_chat.core.filter_details import quotable
from tui_chat.core.filter_wording import NO_CATEGORY, in_full, in_short, not_checked, unchecked_words
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Turn
from tui_chat.core.outcome_wording import BLOCKED, USED_UP, ending
from tui_chat.core.setting_wording import settings_words
from tui_chat.core.short_number import counted
from tui_chat.core.symbols import Sign

Kind = Literal["muted", "warning", "error", "text"]
Note = tuple[str, Kind]
"""One line below an answer, and how prominent it is."""

PROMPT_BLOCKED = BLOCKED[Outcome.PROMPT_BLOCKED]
ANSWER_BLOCKED = BLOCKED[Outcome.ANSWER_BLOCKED]

NOT_SAVED: Note = ("not saved", "warning")
"""Below an answer that the library could not store yet. It disappears once the answer is saved."""

_THINGS = {ErrorKind.RATE_LIMIT: "Too many requests. ", ErrorKind.SERVER: "The server cannot answer. "}
"""Said first where the step that follows does not name what happened."""

_ON_THE_WAY = (ErrorKind.REDIRECT, ErrorKind.PROXY)
"""Kinds of errors that are in our words although an answer with a status caused them."""


def remarks(turn: Turn) -> list[Note]:
    """The lines below a final answer, most important first, without its facts. A prompt has none."""
    return [*_ending(turn), *_filter(turn), *_sent(turn)] if turn.role == "assistant" else []


def problems(turn: Turn) -> list[Note]:
    """What is wrong with an answer. What the filter rejected is in the filter's table, which is not part of this."""
    return [*_ending(turn), *(() if turn.rejected else _filter(turn))]


def _ending(turn: Turn) -> Iterator[Note]:
    match turn.outcome:
        case Outcome.PROMPT_BLOCKED:
            yield PROMPT_BLOCKED, "error"
        case Outcome.ANSWER_BLOCKED:
            yield ANSWER_BLOCKED + (" · withdrawn after it had ended" if turn.withdrawn else ""), "error"
        case Outcome.REFUSED if turn.refusal:
            yield turn.refusal, "text"
        case Outcome.LENGTH if turn.thinking_used_up:
            yield USED_UP, "warning"
    # What the filter found says more than the server's sentence, which is the same for every rejection.
    if turn.error is not None and not (turn.rejected and any(v.blocked for v in turn.verdicts)):
        yield from _error(turn.error)


def _error(error: ServerError) -> Iterator[Note]:
    """What can be done is the headline of what a server refused, and its own words are below; what happened on the way
    there is said first."""
    by_server = (error.status is not None or error.code is not None) and error.kind not in _ON_THE_WAY
    if not error.hint:
        yield f"{Sign.FAILED} {error.message}", "error"
    elif by_server:
        yield f"{Sign.FAILED} {_THINGS.get(error.kind, '')}{error.hint}", "error"
        yield error.message, "muted"
    else:
        yield f"{Sign.FAILED} {error.message}", "error"
        yield error.hint, "muted"


def _filter(turn: Turn) -> Iterator[Note]:
    blocked = [v for v in turn.verdicts if v.blocked]
    noticed = [v for v in turn.verdicts if v.noticed and not v.blocked]
    for verdict in blocked:
        yield in_full(verdict, quotable(turn)), "error"
    if turn.rejected and not blocked:
        yield NO_CATEGORY, "muted"
    if turn.filter == "blocked":
        yield from ((in_full(verdict, quotable(turn)), "muted") for verdict in noticed)
    elif noticed:
        yield "filter noticed " + ", ".join(f"{in_short(v)} in the {v.source}" for v in noticed), "muted"
    if unchecked := unchecked_words(turn.verdicts):
        yield unchecked, "warning"
    if turn.not_run is not None:
        yield not_checked(turn.not_run), "warning"


def _sent(turn: Turn) -> Iterator[Note]:
    """The user's own decision on whether it is sent, if there is one."""
    if turn.sent is not None:
        yield ("taken back into what is sent" if turn.sent else "left out of what is sent, as you asked"), "muted"


def facts(
    turn: Turn,
    price: Callable[[str], Price | None] | None,
    tokens: tuple[int, bool] | None,
    *,
    settings: bool = True,
) -> Note | None:
    """Its outcome unless complete, tokens, seconds, speed, cost and settings. The model is above the text.

    `price` is the price of an endpoint by its name; None if no prices are known. `tokens` are those of the answer, and
    whether they are estimated.
    """
    how = ending(turn)
    # The ending comes first: in a narrow pane the line wraps, and these words must stay together.
    made = settings_words(turn.settings) if settings and turn.settings is not None else ""
    parts = [part for part in (how, *_numbers(turn, tokens), _cost(turn, price), made) if part]
    return (" · ".join(parts), "muted" if how is None else "warning") if parts else None


def _cost(turn: Turn, price: Callable[[str], Price | None] | None) -> str:
    """Its cost at today's prices; "" if they or the tokens are unknown."""
    its = price(turn.endpoint) if price is not None and turn.endpoint else None
    amount = cost(turn.usage, its)
    return "" if amount is None or its is None else money(amount, its.currency)


def _numbers(turn: Turn, tokens: tuple[int, bool] | None) -> Iterator[str]:
    if tokens is not None:
        count, estimated = tokens
        yield f"{'~' if estimated else ''}{counted(count, 'token')} out"
    if turn.timing is None:
        return
    yield f"{turn.timing.total_ms / 1000:.1f} s"
    if (rate := speed(turn)) is not None:
        yield f"{rate:.0f} tok/s"
