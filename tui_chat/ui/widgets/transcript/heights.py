"""Prefix sums over the heights of all messages, under constant change.

Blocks of heights with their sums: a question adds up a hundred blocks and a hundred heights, all of it in C, and ten
thousand heights are there at once after a resize. A Fenwick tree answered in log n steps of Python, which was hardly
faster at this size, and took a dozen times as long to make.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

BLOCK = 128
"""Heights whose sum is kept."""


class Heights:
    """Heights in lines, by position. Positions are counted from 0."""

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._values: list[int] = list(values)
        self._sums = [sum(self._values[at : at + BLOCK]) for at in range(0, len(self._values), BLOCK)]
        self.total = sum(self._sums)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, position: int) -> int:
        return self._values[position]

    def __iter__(self) -> Iterator[int]:
        return iter(self._values)

    def append(self, value: int) -> None:
        if len(self._values) % BLOCK == 0:
            self._sums.append(0)
        self._values.append(value)
        self._sums[-1] += value
        self.total += value

    def set(self, position: int, value: int) -> None:
        change = value - self._values[position]
        self._values[position] = value
        self._sums[position // BLOCK] += change
        self.total += change

    def above(self, position: int) -> int:
        """The sum of all heights before a position."""
        block = position // BLOCK
        return sum(self._sums[:block]) + sum(self._values[block * BLOCK : position])

    def find(self, line: int) -> tuple[int, int]:
        """(position, line inside it) of a line counted from the top; beyond the end: the last position's end."""
        block, left = _first_beyond(self._sums, line)
        inside, left = _first_beyond(self._values[block * BLOCK : (block + 1) * BLOCK], left)
        position = block * BLOCK + inside
        if position >= len(self._values):
            return len(self._values) - 1, self._values[-1] if self._values else 0
        return position, left


def _first_beyond(sizes: list[int], line: int) -> tuple[int, int]:
    """The index of the size that a line falls into, and its line there; their number if it is after them all."""
    before = 0
    for index, end in enumerate(accumulate(sizes)):
        if end > line:
            return index, line - before
        before = end
    return len(sizes), line - before
