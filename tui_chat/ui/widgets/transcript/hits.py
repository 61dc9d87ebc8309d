"""Where hits lie in drawn lines: this file owns that a hit is found and marked also where a long line was wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tui_chat.render.line import Line

Place = dict[int, tuple[int, int]]
"""Line → (start, end) in its characters; a hit in wrapped text lies in more than one."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit's place. `exact` is False where it is not drawn (an address) and this is the one before."""

    place: Place = field(default_factory=dict)
    exact: bool = False


def nth_hit(lines: Sequence[Line], pattern: re.Pattern[str], nth: int) -> Hit:
    """The n-th hit (from 0) in the lines of a message."""
    found = Hit()
    for first, after in _unwrapped(lines):
        text, offsets = _joined(lines, first, after)
        for match in pattern.finditer(text):
            found = Hit(_placed(lines, first, offsets, match.start(), match.end()), exact=nth == 0)
            if nth == 0:
                return found
            nth -= 1
    return found


def hits_in(lines: Sequence[Line], index: int, pattern: re.Pattern[str], length: int) -> Iterator[tuple[int, int]]:
    """(start, end) of what of hits lies in one line. `length` is that of the query: no farther is looked around."""
    first, after = index, index + 1
    above = below = length - 1
    while above > 0 and first > 0 and lines[first].joint != "\n":
        first -= 1
        above -= len(lines[first].text) + 1
    while below > 0 and after < len(lines) and lines[after].joint != "\n":
        below -= len(lines[after].text) + 1
        after += 1
    text, offsets = _joined(lines, first, after)
    for match in pattern.finditer(text):
        part = _placed(lines, first, offsets, match.start(), match.end()).get(index)
        if part is not None:
            yield part


def _unwrapped(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """(first, after the last) of the lines that were one before it was wrapped."""
    first = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or lines[index].joint == "\n":
            yield first, index
            first = index


def _joined(lines: Sequence[Line], first: int, after: int) -> tuple[str, list[int]]:
    """The text of lines put together again, and where each begins in it."""
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    for index in range(first, after):
        joint = lines[index].joint if index > first else ""
        text = lines[index].text
        offsets.append(at + len(joint))
        parts += (joint, text)
        at += len(joint) + len(text)
    return "".join(parts), offsets


def _placed(lines: Sequence[Line], first: int, offsets: Sequence[int], start: int, end: int) -> Place:
    place: Place = {}
    for row, offset in enumerate(offsets):
        if offset >= end:
            break
        line = lines[first + row]
        left, right = max(start - offset, 0), min(end - offset, len(line.text))
        if left < right:
            place[first + row] = (line.lead + left, line.lead + right)
    return place
