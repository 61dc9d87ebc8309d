"""Generates ids of conversations and turns: 13 characters that sort by time."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no characters that look alike, safe in file names and on a command line."""

LENGTH = 13
_RANDOM_BITS = 20
_EPOCH_MS = 1_735_689_600_000
"""2025-01-01 UTC. 45 bits of milliseconds from there reach beyond the year 3000."""


def system_ms() -> int:
    return time.time_ns() // 1_000_000


class Ids:
    """Makes ids: each sorts after all earlier ones, even when the clock goes back.

    `now_ms` returns milliseconds since 1970, `random_bits(n)` a number of n random bits; the random part keeps apart
    two programs that make an id in the same millisecond.
    """

    def __init__(
        self, now_ms: Callable[[], int] = system_ms, random_bits: Callable[[int], int] = secrets.randbits
    ) -> None:
        self._now_ms = now_ms
        self._random_bits = random_bits
        self._last = -1

    def __call__(self) -> str:
        elapsed = max(self._now_ms() - _EPOCH_MS, 0)
        value = (elapsed << _RANDOM_BITS) | self._random_bits(_RANDOM_BITS)
        self._last = max(value, self._last + 1)
        return _encode(self._last)


def derived_ids(data: object) -> Callable[[], str]:
    """Ids derived from plain data, the same at each import, so that imported turns are recognized."""
    seed = b""
    numbers = iter(range(2**62))

    def new_id() -> str:
        nonlocal seed  # made when it is wanted: many exports have ids of their own
        seed = seed or hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode("utf-8", "replace")).digest()
        made = hashlib.sha256(seed + next(numbers).to_bytes(8, "big")).digest()
        return "".join(ALPHABET[byte & 31] for byte in made[:LENGTH])

    return new_id


def _encode(value: int) -> str:
    return "".join(ALPHABET[(value >> shift) & 31] for shift in range((LENGTH - 1) * 5, -1, -5))
