"""Parses a server's rate limits from response headers, whatever their names.

    x-ratelimit-{limit,remaining,reset}-{requests,tokens}              OpenAI, Azure, Groq, vLLM's proxies
    x-ratelimit-renewalperiod-{requests,tokens}: 60                    Azure and GitHub Models: the window in seconds
    x-ratelimit-{limit,remaining}-{req,tokens}-{minute,month}          Mistral, also by `5-minute`
    x-ratelimitbysize-{limit,remaining}-{minute,month}                 Mistral until 2025, in tokens
    ratelimitbysize-{limit,remaining,reset}                            the same
    x-ratelimit-{limit,remaining,reset}                                OpenRouter, in requests
    anthropic-ratelimit-{requests,tokens}-{limit,remaining,reset}      Anthropic, behind gateways
    ratelimit-{limit,remaining,reset}, ratelimit, ratelimit-policy     the IETF's drafts, see `ietf_rate_limits`

Sources: OpenAI's guide to rate limits; openai-python#937 (`x-rate-limit-reset-tokens`), openai-dotnet#838 (-1 and 0 for
*not known*), Azure/azure-rest-api-specs#26884 and recordings of Azure and GitHub Models with renewal periods;
mistralai/client-ts#169; recordings of `ratelimitbysize` in prism and ellmer. That a size limit without a window is the
one by the minute is inferred: it is sent next to the one by the month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.rate_limits import Allowance, RateLimits, Unit
from tui_chat.wire.durations import number, until
from tui_chat.wire.ietf_rate_limits import named_limits, older_fields

_Field = Literal["limit", "remaining", "reset", "renewalperiod"]

_PREFIXES = ("x-ratelimitbysize-", "ratelimitbysize-", "x-ratelimit-", "x-rate-limit-", "ratelimit-")
_OTHER_WAY_ROUND = "anthropic-ratelimit-"

_FIELDS: Mapping[str, _Field] = {
    "limit": "limit",
    "remaining": "remaining",
    "reset": "reset",
    "renewalperiod": "renewalperiod",
}
_UNITS: Mapping[str, Unit] = {
    "requests": "requests",
    "request": "requests",
    "req": "requests",
    "tokens": "tokens",
    "token": "tokens",
}
_WINDOWS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86_400.0, "month": 2_592_000.0}

_GROUPED = lazy_pattern(r"\d{1,3}(?:,\d{3})+")
"""A number with signs between its thousands, as gateways that format numbers write it."""

_LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class _Name:
    """The meaning of a header's name."""

    field: _Field
    unit: Unit
    window_s: float | None = None


def rate_limits(headers: Iterable[tuple[str, str]], now: float) -> RateLimits | None:
    """The limits in the headers; None if there are none. `now` is the Unix time."""
    found: dict[tuple[Unit, float | None], dict[_Field, float]] = {}
    low = [(name.lower(), text) for name, text in headers]
    for header, text in (*low, *older_fields(low)):
        name = _name(header)
        if name is None:
            continue
        value = until(text, now) if name.field == "reset" else _count(text)
        if value is None:
            continue
        found.setdefault((name.unit, name.window_s), {}).setdefault(name.field, value)
    _share_resets(found)
    allowances = [_allowance(unit, window, values) for (unit, window), values in found.items()]
    known = [each for each in allowances if (each.limit, each.remaining, each.reset_s) != (None, None, None)]
    known += named_limits(low)
    return RateLimits(tuple(known), now) if known else None


def reset_after(limits: RateLimits | None) -> float | None:
    """Seconds until a rejected request may be repeated: until every exhausted limit is full again.

    These headers come with every answer, so they mean something only after a rejection. If no limit is said to be
    exhausted, the one on tokens is assumed to be: it is the one that a chat hits.
    """
    told = [each for each in limits.allowances if each.reset_s] if limits else []
    spent = [each.reset_s or 0.0 for each in told if each.spent]
    if spent:
        return max(spent)
    return next((each.reset_s for each in sorted(told, key=lambda each: each.unit != "tokens")), None)


def _name(header: str) -> _Name | None:
    if header.startswith(_OTHER_WAY_ROUND):
        unit, _, field = header.removeprefix(_OTHER_WAY_ROUND).rpartition("-")
        return _Name(_FIELDS[field], _UNITS[unit]) if field in _FIELDS and unit in _UNITS else None
    prefix = next((each for each in _PREFIXES if header.startswith(each)), None)
    if prefix is None:
        return None
    rest, by_size = header.removeprefix(prefix), "bysize" in prefix
    field, *words = rest.split("-")
    if field not in _FIELDS:
        return None
    window = _WINDOWS["minute"] if by_size else None
    if words and words[-1] in _WINDOWS:
        window = _WINDOWS[words.pop()]
        if words and words[-1].isdecimal() and 0 < int(words[-1][:4]) < 1000:
            window *= int(words.pop()[:4])
    match words:
        case []:
            return _Name(_FIELDS[field], "tokens" if by_size else "requests", window)
        case [unit] if unit in _UNITS:
            return _Name(_FIELDS[field], _UNITS[unit], window)
        case _:
            return None


def _count(text: str) -> float | None:
    """A whole number; of `50, 50;w=60` the first. None if there is none, and for -1, which means *unknown*."""
    text = text.replace(",", "") if _GROUPED.fullmatch(text.strip()) else text
    value = number(text.split(",")[0].split(";")[0].strip())
    return value if value is not None and value < _LARGEST else None


def _share_resets(found: dict[tuple[Unit, float | None], dict[_Field, float]]) -> None:
    """A reset or period without a window, next to limits that name one, belongs to the shortest window."""
    for unit in ("requests", "tokens"):
        windows = sorted(window for each, window in found if each == unit and window is not None)
        alone = found.get((unit, None), {})
        if windows and not {"limit", "remaining"} & alone.keys():
            found.pop((unit, None), None)
            found[unit, windows[0]] = alone | found[unit, windows[0]]


def _allowance(unit: Unit, window_s: float | None, values: Mapping[_Field, float]) -> Allowance:
    limit, remaining = values.get("limit"), values.get("remaining")
    return Allowance(
        unit,
        None if limit is None else int(limit),
        None if remaining is None else int(remaining),
        values.get("reset"),
        values.get("renewalperiod") or window_s,
    )
