"""How much random data the tests take: as much as finds something soon, or with `TESTS=thorough` all of it.

The same tests run both ways. `.ci/run` takes all of it once, in a step of its own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import settings

T = TypeVar("T")

THOROUGH = os.environ.get("TESTS") == "thorough"


def some(items: Sequence[T], one_in: int, first: int = 0) -> Sequence[T]:
    """One of so many, or all of them."""
    return items if THOROUGH else items[first % one_in :: one_in]


def how_many(thoroughly: int) -> int:
    return thoroughly if THOROUGH else thoroughly // 5


def examples(thoroughly: int, **how: Any) -> settings:
    """So many examples of hypothesis, or a fifth of them."""
    return settings(max_examples=how_many(thoroughly), **how)
