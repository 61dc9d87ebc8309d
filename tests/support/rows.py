"""Rows of a table that share something dear, such as one run of the app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def row(name: object) -> Iterator[None]:
    """Name the row in whatever goes wrong in it. Those after it are not tried: what they share is in no known state."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"In the row {name}.")
        raise
