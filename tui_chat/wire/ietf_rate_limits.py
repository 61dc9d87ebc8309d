"""Parses the IETF's fields about rate limits, in each form that its drafts had.

    RateLimit-Limit: 100, 100;w=60, with RateLimit-Remaining and RateLimit-Reset               up to draft 6
    RateLimit: limit=100, remaining=50, reset=5, with RateLimit-Policy: 100;w=60               draft 7
    RateLimit: "day";r=50;t=30, with RateLimit-Policy: "day";q=100;w=86400;qu="tokens"         from draft 8 on

Source: draft-ietf-httpapi-ratelimit-headers. The last one knows units for requests, bytes and requests at once; that
others, and the names of policies, speak of tokens is inferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.rate_limits import Allowance, Unit
from tui_chat.wire.durations import number

_LONGEST = 2000
_BETWEEN = {
    ",": lazy_pattern(r'(?:"(?:[^"\\]|\\.)*"|[^",])+'),
    ";": lazy_pattern(r'(?:"(?:[^"\\]|\\.)*"|[^";])+'),
}
"""What stands between commas or semicolons that are not quoted."""

_UNITS: Mapping[str, Unit] = {"requests": "requests", "tokens": "tokens"}
_LARGEST = 10**15


def named_limits(headers: Iterable[tuple[str, str]]) -> list[Allowance]:
    """The limits of named policies. Header names are in lower case."""
    fields = _fields(headers)
    policies, states = dict(_items(fields["ratelimit-policy"])), dict(_items(fields["ratelimit"]))
    # Hugging Face puts the name that the state has behind another: `"fixed window";"api";q=500;w=300`.
    policies |= {each: values for name, values in policies.items() for each in states if f'"{each}"' in values}
    both = ((name, {**policies.get(name, {}), **states.get(name, {})}) for name in states or policies)
    return [limit for name, values in both if (limit := _limit(name, values)) is not None]


def older_fields(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The older forms as three headers and, if a policy names it, their window."""
    fields = _fields(headers)
    said = {"limit": fields["ratelimit-limit"].partition(",")[0].partition(";")[0].strip()}
    for pair, _ in _items(fields["ratelimit"]):
        key, equals, value = pair.partition("=")
        if equals and key in ("limit", "remaining", "reset"):
            said[key] = value
            yield f"ratelimit-{key}", value
    for quota, values in (*_items(fields["ratelimit-limit"]), *_items(fields["ratelimit-policy"])):
        if quota == said["limit"] and "w" in values:
            yield "ratelimit-renewalperiod", values["w"]
            return


def _fields(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The three fields with lists in them; a field that came twice is one list."""
    found = dict.fromkeys(("ratelimit", "ratelimit-policy", "ratelimit-limit"), "")
    for name, text in headers:
        if name in found:
            found[name] = ",".join(filter(None, (found[name], text)))[:_LONGEST]
    return found


def _items(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each item of a list with its parameters: `"day";q=100` gives `day` and `{"q": "100"}`."""
    for item in _BETWEEN[","].findall(text):
        name, *parameters = [part.strip() for part in _BETWEEN[";"].findall(item)] or [""]
        pairs = (each.partition("=") for each in parameters)
        yield name.strip('"'), {key.strip().lower(): value.strip(' "') for key, _, value in pairs}


def _limit(name: str, values: Mapping[str, str]) -> Allowance | None:
    unit, (limit, remaining) = _unit(name, values.get("qu")), (_count(values.get(key)) for key in ("q", "r"))
    if unit is None or limit is remaining is None:
        return None
    return Allowance(unit, limit, remaining, number(values.get("t")) or None, number(values.get("w")) or None)


def _unit(policy: str, unit: str | None) -> Unit | None:
    return _UNITS.get(unit.lower()) if unit else "tokens" if "token" in policy.lower() else "requests"


def _count(text: str | None) -> int | None:
    value = number(text)
    return int(value) if value is not None and value < _LARGEST else None
