"""Decides whether to retry, and after what delay. Pure: clock and randomness are passed in."""

from __future__ import annotations

from tui_chat.core.message import ErrorKind
from tui_chat.wire.errors.server_error import Explained

MAX_REQUESTS = 3
LAST_START = 20.0
"""Seconds after the first request in which another may start."""

LONGEST_WAIT = 10.0
"""The longest wait in seconds; beyond it the user decides."""

FIRST_PAUSE = 0.5
"""Seconds, if the server names no delay."""

_STATUSES = frozenset({408, 409, 429})
_NEVER = frozenset(
    {
        ErrorKind.AUTH,
        ErrorKind.QUOTA,
        ErrorKind.FILTERED,
        ErrorKind.CONTEXT_LENGTH,
        ErrorKind.TLS,
        ErrorKind.PROXY,
        ErrorKind.REDIRECT,
        ErrorKind.CONFIGURATION,
        ErrorKind.TOO_LARGE,
    }
)


def pause(trouble: Explained, *, lost: bool, sent: int, elapsed: float, first: float, dice: float) -> float | None:
    """Seconds to wait before another request, or None to give up.

    `lost`: the connection failed in a way that another try may not. `sent` counts the requests so far, `elapsed` the
    seconds since the first; `first` is the first pause, doubled each time. `dice` is random, 0 to 1: many clients must
    not return at once.
    """
    if sent >= MAX_REQUESTS or not (lost or _worth(trouble)):
        return None
    asked = trouble.error.retry_after_s
    wait = asked if asked is not None else first * 2 ** (sent - 1) * (1 + dice / 4)
    return wait if wait <= LONGEST_WAIT and elapsed + wait <= LAST_START else None


def _worth(trouble: Explained) -> bool:
    if trouble.error.kind in _NEVER:
        return False
    if trouble.should_retry is not None:
        return trouble.should_retry
    status = trouble.error.status or 0
    return status in _STATUSES or (500 <= status < 600 and status != 501)
