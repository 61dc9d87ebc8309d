"""Sums over the heights of all messages, which change all the time: a Fenwick tree, log n for each question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Heights:
    """Heights in lines, by position. Positions are counted from 0."""

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._values: list[int] = list(values)
        self._tree = [0, *self._values]
        for index in range(1, len(self._tree)):
            above = index + (index & -index)
            if above < len(self._tree):
                self._tree[above] += self._tree[index]
        self.total = sum(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, position: int) -> int:
        return self._values[position]

    def __iter__(self) -> Iterator[int]:
        return iter(self._values)

    def append(self, value: int) -> None:
        index = len(self._tree)
        node, below = value, index - 1
        while below > index - (index & -index):
            node += self._tree[below]
            below -= below & -below
        self._tree.append(node)
        self._values.append(value)
        self.total += value

    def set(self, position: int, value: int) -> None:
        change = value - self._values[position]
        if not change:
            return
        self._values[position] = value
        self.total += change
        index = position + 1
        while index < len(self._tree):
            self._tree[index] += change
            index += index & -index

    def above(self, position: int) -> int:
        """The sum of all heights before a position."""
        total, index = 0, position
        while index > 0:
            total += self._tree[index]
            index -= index & -index
        return total

    def find(self, line: int) -> tuple[int, int]:
        """(position, line inside it) of a line counted from the top; beyond the end: the last position's end."""
        index, left = 0, line
        step = 1 << len(self._values).bit_length()
        while step:
            if index + step < len(self._tree) and self._tree[index + step] <= left:
                index += step
                left -= self._tree[index]
            step >>= 1
        if index >= len(self._values):
            return len(self._values) - 1, self._values[-1] if self._values else 0
        return index, left
