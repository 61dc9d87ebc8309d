"""Cuts text to a width in terminal cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len, set_cell_size

SEPARATOR = " · "
"""Between the parts of a line."""


def cut(text: str, width: int) -> str:
    """The text in at most so many cells, with an ellipsis where some of it is left out."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def fitting_parts(text: str, width: int, leave_out: Callable[[int], Iterable[int]]) -> str:
    """The whole parts of `a · b · c` that fit into so many cells. `leave_out` gives, for how many there are, the
    numbers from 0 of those that may go, in that order."""
    parts = dict(enumerate(text.split(SEPARATOR)))
    for number in leave_out(len(parts)):
        if cell_len(SEPARATOR.join(parts.values())) <= width:
            break
        del parts[number]
    return SEPARATOR.join(parts.values())


def last_first(keep: int) -> Callable[[int], Iterable[int]]:
    """An order for `fitting_parts`: from the end, and so many stay."""
    return lambda count: reversed(range(keep, count))
