"""Parses times as servers write them: seconds, `6m0s`, a Unix time, a date."""

from __future__ import annotations

import math
import re
from datetime import datetime

from tui_chat.core.lazy_pattern import lazy_pattern

UNIT = r"(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = lazy_pattern(rf"(\d+(?:\.\d+)?)\s*{UNIT}(?![a-z])", re.IGNORECASE)

_LONG_AGO = 1e9
"""A number of seconds too large for a delay: it is a Unix time."""


def number(text: str | None) -> float | None:
    """A finite, non-negative number; None for anything else. Some services send -1 for *unknown*."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def duration(text: str) -> float | None:
    """Seconds of "33 seconds", "6m0s", "20ms"."""
    parts = _PART.findall(text)
    return sum(float(count) * _unit(unit.lower()) for count, unit in parts) if parts else None


def until(text: str | None, now: float) -> float | None:
    """Seconds from now until a duration, a Unix time in seconds or milliseconds, or an ISO date.

    None if there is none or it has passed: services send 0 with an untouched limit.
    """
    if text is None:
        return None
    value = number(text)
    if value is None:
        return duration(text) or _until_date(text, now)
    for scale in (1000.0, 1.0):
        if value / scale > _LONG_AGO:
            return max(0.0, value / scale - now) or None
    return value or None


def _until_date(text: str, now: float) -> float | None:
    try:
        then = datetime.fromisoformat(text.strip())
        return max(0.0, then.timestamp() - now) or None if then.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None


def _unit(word: str) -> float:
    return _UNITS["ms"] if word.startswith(("ms", "milli")) else _UNITS[word[0]]
