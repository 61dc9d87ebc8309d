"""Finds how long a server asks clients to wait, in headers or in words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNIT = r"(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)"
_PART = re.compile(rf"(\d+(?:\.\d+)?)\s*{_UNIT}(?![a-z])", re.IGNORECASE)
_DURATION = rf"((?:\d+(?:\.\d+)?\s*{_UNIT}(?![a-z])\s*)+)"
_SENTENCE = re.compile(rf"\b(?:retry|try again|wait)\b[^.\d]{{0,60}}?{_DURATION}", re.IGNORECASE)
_RESETS = ("x-ratelimit-reset-tokens", "x-ratelimit-reset-requests", "x-rate-limit-reset-tokens", "x-ratelimit-reset")


def retry_after(headers: Mapping[str, str], sentence: str, now: float) -> float | None:
    """Seconds, or None where nothing is asked. `headers` have lower-case names; `now` is the Unix time.

    Zero, and a moment that has passed, count as not given: a server that says so with a token limit means no wait at
    all, and requests without a pause make it worse.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    asked = milliseconds / 1000 if milliseconds else _header(headers, now) or _spoken(sentence)
    return asked or None


def reset_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds until the limit is lifted. These headers come with every answer: they mean something after a 429 only."""
    return next((w for name in _RESETS if (w := _reset(headers.get(name), now))), None)


def _header(headers: Mapping[str, str], now: float) -> float | None:
    value = headers.get("retry-after")
    if value is None:
        return None
    seconds = _number(value)
    return seconds if seconds is not None else _until(value, headers.get("date"), now)


def _until(date: str, server_now: str | None, now: float) -> float | None:
    """A date is compared with the server's own clock where it sends one: ours may be wrong by hours."""
    then, reference = _timestamp(date), _timestamp(server_now)
    return None if then is None else max(0.0, then - (now if reference is None else reference))


def _timestamp(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _spoken(sentence: str) -> float | None:
    found = _SENTENCE.search(sentence[:10_000])
    return _duration(found[1]) if found else None


def _duration(text: str) -> float | None:
    """Seconds of "33 seconds", "6m0s", "20ms"."""
    parts = _PART.findall(text)
    return sum(float(number) * _unit(unit.lower()) for number, unit in parts) if parts else None


def _unit(word: str) -> float:
    return _UNITS["ms"] if word.startswith(("ms", "milli")) else _UNITS[word[0]]


def _reset(value: str | None, now: float) -> float | None:
    """Seconds, a duration, or the Unix time of the reset in seconds or milliseconds."""
    if value is None:
        return None
    number = _number(value)
    if number is None:
        return _duration(value)
    for scale in (1000.0, 1.0):
        if number / scale > 1e9:
            return max(0.0, number / scale - now)
    return number
