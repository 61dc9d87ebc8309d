"""Finds how long a server asks clients to wait, in headers or in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.wire.durations import UNIT, duration, number

LONGEST = 366 * 86_400

_DURATION = rf"((?:\d+(?:\.\d+)?\s*{UNIT}(?![a-z])\s*)+)"
_CLOCK = lazy_pattern(r"\breplenished in (?:(\d+)\.)?(\d+):(\d\d):(\d\d)", re.IGNORECASE)
"""API Management's quota: `Quota will be replenished in 6.02:14:00.`, days first."""

_SENTENCE = lazy_pattern(rf"\b(?:retry|try again|wait)\b[^.\d]{{0,60}}?{_DURATION}", re.IGNORECASE)


def retry_after(headers: Mapping[str, str], sentence: str, now: float) -> float | None:
    """Seconds to wait, or None if no delay is requested. `headers` have lower-case names; `now` is the Unix time.

    Zero and past moments count as missing: a server that sends them with a token limit names no delay at all, and
    immediate requests make it worse. More than a year is a moment written as seconds, or nonsense.
    """
    milliseconds = number(headers.get("retry-after-ms"))
    asked = milliseconds / 1000 if milliseconds else _header(headers, now) or _spoken(sentence)
    return asked if asked and asked <= LONGEST else None


def _header(headers: Mapping[str, str], now: float) -> float | None:
    value = headers.get("retry-after")
    if value is None:
        return None
    seconds = number(value)
    return seconds if seconds is not None else _until(value, headers.get("date"), now)


def _until(date: str, server_now: str | None, now: float) -> float | None:
    """A date is compared with the server's own clock if it sends one: ours may be wrong by hours."""
    then, reference = _timestamp(date), _timestamp(server_now)
    return None if then is None else max(0.0, then - (now if reference is None else reference))


def _timestamp(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _spoken(sentence: str) -> float | None:
    if (clock := _CLOCK.search(sentence[:10_000])) is not None:
        days, hours, minutes, seconds = (float(part or 0) for part in clock.groups())
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    found = _SENTENCE.search(sentence[:10_000])
    return duration(found[1]) if found else None
