"""The sign that turns while an answer comes."""

from __future__ import annotations

import time

SIGNS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
BEAT = 0.13
"""Seconds per sign."""


def beat() -> int:
    """How many signs ago the clock began."""
    return int(time.perf_counter() / BEAT)


def sign(at: int) -> str:
    return SIGNS[at % len(SIGNS)]
