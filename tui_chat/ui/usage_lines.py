"""Formats usage as lines, for the foot of the settings pane and the context view. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from tui_chat.core.conversation_usage import Meters, Spent, TokenTally, sparkline
from tui_chat.core.cost import money
from tui_chat.core.rate_limits import Allowance
from tui_chat.core.short_number import counted, short_number

WARN_FROM = 0.8
"""The part of a budget, or of a rate limit, from which on it draws attention."""

MeterLine = tuple[str, str, bool]
"""Name, value, and whether it draws attention."""


def usage_lines(
    meters: Meters | None,
    limit: Allowance | None = None,
    budget: float | None = None,
    currency: str = "",
    *,
    has_cost: bool = True,
) -> Sequence[MeterLine]:
    """Only what is known. `budget` is for the whole conversation, in this currency. `has_cost`: what the endpoint
    answers is paid for, as far as is known."""
    return tuple(_lines(meters or Meters(), limit, budget, currency, has_cost=has_cost))


def _lines(
    meters: Meters, limit: Allowance | None, budget: float | None, currency: str, *, has_cost: bool
) -> Iterator[MeterLine]:
    if meters.last is not None:
        yield "Last answer", tally_words(meters.last), False
        more = (("thinking", meters.last.thinking), ("cached", meters.last.cached))
        if parts := [f"{short_number(tokens)} {name}" for name, tokens in more if tokens]:
            yield "", " · ".join(parts), False
    if meters.answers > 1:
        yield "In all", tally_words(meters.total), False
    if meters.costs:
        yield "Cost", cost_words(meters), False
    elif meters.answers and has_cost:
        yield "Cost", "unknown: no price is set", False
        yield "", "/cost sets one", False
    if meters.first_token_s:
        rate = [f"{meters.speeds[-1]:.0f} tok/s"] if meters.speeds else []
        yield "Speed", " · ".join([*rate, f"first {meters.first_token_s[-1]:.1f} s"]), False
    if len(meters.speeds) > 1:
        yield "", f"{sparkline(meters.speeds)} last {len(meters.speeds)}", False
    if limit is not None and limit.remaining is not None:
        of = f" of {short_number(limit.limit)}" if limit.limit else ""
        low = limit.spent or (limit.share is not None and limit.share <= 1 - WARN_FROM)
        yield "Rate limit", f"{short_number(limit.remaining)}{of} {limit.unit} left", low
    if budget:
        spent = meters.spent(currency)
        share = spent / budget
        yield "Budget", f"{money(spent, currency)} of {money(budget, currency)} · {share:.0%}", share >= WARN_FROM


def fitted(lines: Sequence[MeterLine], room: int) -> Iterator[MeterLine]:
    """The lines with values of at most so many cells, if their words are: what is too long goes on below."""
    for name, value, attention in lines:
        first, *more = (piece for part in value.split(" · ") for piece in _pieces(part, room))
        for part in more:
            if len(first) + 3 + len(part) <= room:
                first = f"{first} · {part}"
            else:
                yield name, first, attention
                name, first = "", part
        yield name, first, attention


def _pieces(part: str, room: int) -> list[str]:
    return wrap(part, max(room, 1), break_long_words=False, break_on_hyphens=False) or [part]


def tally_words(tally: TokenTally) -> str:
    """`~1.2k in · 340 out`."""
    mark = "~" if tally.estimated else ""
    return f"{mark}{short_number(tally.prompt)} in · {mark}{short_number(tally.answer)} out"


def cost_words(meters: Meters) -> str:
    """`$0.031 · last $0.0042`; what has no price is named. The sum comes first: a narrow pane cuts the end."""
    total = f"{_sum(meters)}{_unpriced(meters)}"
    return total if meters.answers == 1 or meters.last_cost is None else f"{total} · last {_amount(meters.last_cost)}"


def sum_words(meters: Meters, *, has_cost: bool = True) -> str:
    """`2 answers · $0.0042 · ~1.2k in · 340 out`; "" while nothing is known. `has_cost` as in `usage_lines`."""
    if not meters.answers:
        return ""
    paid = f"{_sum(meters)}{_unpriced(meters)}" if meters.costs else "no price set" if has_cost else ""
    return " · ".join(part for part in (counted(meters.answers, "answer"), paid, tally_words(meters.total)) if part)


def _sum(meters: Meters) -> str:
    return " + ".join(map(_amount, meters.costs))


def _unpriced(meters: Meters) -> str:
    return f" · {counted(meters.unpriced, 'answer')} without a price" if meters.unpriced else ""


def _amount(spent: Spent) -> str:
    return f"{'~' if spent.estimated else ''}{money(spent.amount, spent.currency)}"
