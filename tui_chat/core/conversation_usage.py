"""Measures what a conversation has used: tokens, cost and speed.

The server's counts are used if it gives any, else the estimate of `core/token_estimate.py`, marked as one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.cost import cost
from tui_chat.core.endpoint import Price
from tui_chat.core.message import Turn, Usage
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.token_estimate import PER_MESSAGE, estimate, turn_tokens

RECENT = 12
"""Answers whose speed is shown."""

FASTEST = 10_000
"""Tokens per second that no model reaches: the answer arrived in one piece, and its speed means nothing."""

_BARS = "▁▂▃▄▅▆▇█"

PriceOf = Callable[[str], Price | None]
"""The price of an endpoint by its name."""


@dataclass(frozen=True, slots=True)
class TokenTally:
    """Tokens of one or several answers. `thinking` is part of `answer`, `cached` of `prompt`. `estimated`: some of them
    are."""

    prompt: int = 0
    answer: int = 0
    thinking: int = 0
    cached: int = 0
    estimated: bool = False

    def __add__(self, other: TokenTally) -> TokenTally:
        return TokenTally(
            self.prompt + other.prompt,
            self.answer + other.answer,
            self.thinking + other.thinking,
            self.cached + other.cached,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """An amount of money. `estimated`: some of its tokens are."""

    amount: float
    currency: str
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Meters:
    """The meters of a whole conversation, including other branches and versions: they were paid for, too.

    `last` and `last_cost` are those of the last shown answer. `costs` has one entry per currency; `unpriced` counts the
    answers of endpoints without a price. `speeds` (tokens per second) and `first_token_s` (seconds) are those of the
    last shown answers, newest last.
    """

    answers: int = 0
    last: TokenTally | None = None
    last_cost: Spent | None = None
    total: TokenTally = TokenTally()
    costs: tuple[Spent, ...] = ()
    unpriced: int = 0
    speeds: tuple[float, ...] = ()
    first_token_s: tuple[float, ...] = ()

    def spent(self, currency: str) -> float:
        return sum(each.amount for each in self.costs if each.currency == currency)


def measure(conversation: Conversation, price_of: PriceOf, only: Collection[str] | None = None) -> Meters:
    """Measure a conversation, or `only` these answers of it, by their ids.

    It visits all turns: for a long conversation, call it off the event loop.
    """
    nodes = list(conversation.nodes.values())  # turns may be added meanwhile, in another thread
    counted = nodes if only is None else [node for node in nodes if node.id in only]
    answers = [node for node in counted if node.turn.role == "assistant" and _cost_something(node.turn)]
    before = _before(nodes) if any(_counted(node.turn) is None for node in answers) else {}
    tallies = {node.id: _tally(node, before) for node in answers}
    total, costs, unpriced = TokenTally(), dict[str, Spent](), 0
    for node in answers:
        total += tallies[node.id]
        paid = _paid(node.turn, tallies[node.id], price_of)
        if paid is None:
            unpriced += 1
        else:
            known = costs.get(paid.currency, Spent(0.0, paid.currency))
            costs[paid.currency] = Spent(known.amount + paid.amount, paid.currency, known.estimated or paid.estimated)
    shown = [node for node in conversation.path() if node.id in tallies]
    last = shown[-1] if shown else None
    recent = [node.turn for node in shown[-RECENT:]]
    return Meters(
        len(answers),
        tallies[last.id] if last else None,
        _paid(last.turn, tallies[last.id], price_of) if last else None,
        total,
        tuple(costs.values()),
        unpriced,
        tuple(rate for turn in recent if (rate := speed(turn)) is not None),
        tuple(
            turn.timing.first_token_ms / 1000
            for turn in recent
            if turn.timing is not None and turn.timing.first_token_ms is not None
        ),
    )


def speed(turn: Turn) -> float | None:
    """Tokens per second, from the first token on; None if unknown or meaningless."""
    tokens = turn.usage.completion_tokens if turn.usage else None
    if turn.timing is None or not tokens or tokens < 2:
        return None
    spent = turn.timing.total_ms - (turn.timing.first_token_ms or 0)
    return tokens * 1000 / spent if tokens * 1000 <= FASTEST * spent else None


def tokens_out(parts: Sequence[Turn]) -> tuple[int, bool] | None:
    """The tokens of an answer and its continuations, and whether they are estimated because the server did not count.

    None if unknown. Requests of other programs are not estimated: nobody knows what else was in them.
    """
    counts = [turn.usage.completion_tokens if turn.usage is not None else None for turn in parts]
    if any(count is None and turn.timing is None for count, turn in zip(counts, parts, strict=True)):
        return None
    known = [_written(turn) if count is None else count for count, turn in zip(counts, parts, strict=True)]
    estimated = None in counts
    return (sum(known), estimated) if sum(known) or not estimated else None


def _written(turn: Turn) -> int:
    """The estimated tokens of an answer: never more than it was allowed to have."""
    written = estimate(turn.text) + (estimate(turn.reasoning) if turn.reasoning else 0)
    allowed = turn.settings.max_tokens if turn.settings is not None else None
    return written if allowed is None else min(written, allowed)


def sparkline(values: Iterable[float]) -> str:
    """One sign per value; the highest one is full."""
    values = tuple(values)
    top = max(values, default=0.0)
    return "".join(_BARS[min(round(value / top * (len(_BARS) - 1)), len(_BARS) - 1)] for value in values if top > 0)


def _cost_something(turn: Turn) -> bool:
    """Whether the server probably worked on it: a request that failed at once is not counted."""
    return turn.usage is not None or bool(turn.text or turn.reasoning or turn.refusal)


def _counted(turn: Turn) -> Usage | None:
    """The server's two counts; None if one is missing and cannot be derived from the total."""
    usage = turn.usage
    if usage is None:
        return None
    prompt, answer, total = usage.prompt_tokens, usage.completion_tokens, usage.total_tokens
    if prompt is None and answer is not None and total is not None:
        prompt = total - answer
    if answer is None and prompt is not None and total is not None:
        answer = total - prompt
    if prompt is None or answer is None or prompt < 0 or answer < 0:
        return None
    return replace(usage, prompt_tokens=prompt, completion_tokens=answer)


def _before(nodes: Iterable[Node]) -> dict[str, int]:
    """The estimated prompt tokens of each turn: everything above it. Parents come first."""
    upto: dict[str | None, int] = {None: 0}
    before: dict[str, int] = {}
    for node in nodes:
        before[node.id] = upto.get(node.parent, 0)
        upto[node.id] = before[node.id] + turn_tokens(node.turn)
    return before


def _tally(node: Node, before: dict[str, int]) -> TokenTally:
    turn, usage = node.turn, _counted(node.turn)
    if usage is not None:
        return TokenTally(
            usage.prompt_tokens or 0,
            usage.completion_tokens or 0,
            usage.reasoning_tokens or 0,
            usage.cached_tokens or 0,
        )
    system = turn.settings.system if turn.settings is not None else None
    prompt = before.get(node.id, 0) + (PER_MESSAGE + estimate(system) if system else 0)
    thinking = estimate(turn.reasoning) if turn.reasoning else 0
    return TokenTally(prompt, _written(turn), thinking, 0, estimated=True)


def _paid(turn: Turn, tally: TokenTally, price_of: PriceOf) -> Spent | None:
    price = price_of(turn.endpoint) if turn.endpoint else None
    if price is None:
        return None
    amount = cost(Usage(tally.prompt, tally.answer, cached_tokens=tally.cached), price)
    return None if amount is None else Spent(amount, price.currency, tally.estimated)
