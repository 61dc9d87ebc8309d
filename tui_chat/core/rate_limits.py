"""The rate limits a server reports: how many requests and tokens are left."""

from __future__ import annotations

from typing import Literal

from tui_chat.core.quick_dataclass import dataclass

Unit = Literal["requests", "tokens"]

USUAL_WINDOW = 60.0
"""The window, in seconds, if the server names none: nearly all limits are per minute."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """One limit. None is unknown; `remaining` 0 is used up.

    `reset_s` is the time in seconds until it is full again, counted from the answer that said so; `window_s` its window
    in seconds: 60 for a limit per minute.
    """

    unit: Unit
    limit: int | None = None
    remaining: int | None = None
    reset_s: float | None = None
    window_s: float | None = None

    @property
    def share(self) -> float | None:
        """The remaining share, from 0 to 1; None if one of the two numbers is unknown."""
        if self.limit is None or self.remaining is None or self.limit <= 0:
            return None
        return min(self.remaining / self.limit, 1.0)

    @property
    def spent(self) -> bool:
        """Whether nothing is left, so that the next request has to wait."""
        return self.remaining == 0

    @property
    def holds_s(self) -> float:
        """Seconds after which the remaining number means nothing any more."""
        return self.reset_s or self.window_s or USUAL_WINDOW


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The limits in one answer. `at` is its Unix time."""

    allowances: tuple[Allowance, ...]
    at: float

    def holding(self, now: float) -> tuple[Allowance, ...]:
        """The limits whose remainder may still be valid at this Unix time, the tightest first."""
        fresh = [each for each in self.allowances if each.remaining is not None and now - self.at < each.holds_s]
        return tuple(sorted(fresh, key=_tightness))

    def tightest(self, now: float) -> Allowance | None:
        """The limit that will be reached first; None if none is known any more."""
        return next(iter(self.holding(now)), None)


def limit_words(allowance: Allowance) -> str:
    """`61,353 of 80,000 tokens a minute left, full again in 30 s`."""
    left = "some" if allowance.remaining is None else f"{allowance.remaining:,}"
    granted = "" if allowance.limit is None else f" of {allowance.limit:,}"
    window = "" if allowance.window_s is None else f" {_window(allowance.window_s)}"
    full = "" if allowance.reset_s is None else f", full again in {_time(allowance.reset_s)}"
    return f"{left}{granted} {allowance.unit}{window} left{full}"


def _window(seconds: float) -> str:
    return _WINDOWS.get(seconds) or f"in {_time(seconds)}"


def _time(seconds: float) -> str:
    for size, sign in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{round(seconds / size)} {sign}"
    return f"{seconds:.0f} s" if seconds >= 1 else "a moment"


_WINDOWS = {1.0: "a second", 60.0: "a minute", 3600.0: "an hour", 86_400.0: "a day", 2_592_000.0: "a month"}


def _tightness(allowance: Allowance) -> tuple[float, int]:
    # Without its limit a remainder cannot be compared: it goes behind all others, unless it is used up.
    share = 0.0 if allowance.spent else allowance.share
    return (2.0 if share is None else share, allowance.remaining or 0)
