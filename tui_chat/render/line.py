"""One line of styled cells, with operations to cut, join and copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_chat.core.lazy_pattern import lazy_pattern

Run = tuple[str, Style]
"""Text in one style. A newline in it is a hard line break."""

ZWJ = "\u200d"


class Column(NamedTuple):
    """What a line shows of one cell of a table: from `start` to `end`, in characters counted back from the line's end
    (what is put before a line moves nothing), and what stood between it and the line of that cell above."""

    start: int
    end: int
    joint: str


class Line(NamedTuple):
    """One line for the screen.

    `lead` and `tail` count the characters of decoration (bars, indents, padding) at both ends: a copy leaves them out.
    `joint` is what stood between this line and the one above in the source: a newline, or the space or nothing at
    which one long line was wrapped. `code` marks the lines of a code block, which may be folded; `more` those that go
    on with a row of a table, and `columns` tells where its cells are.
    """

    segments: list[Segment]
    lead: int = 0
    tail: int = 0
    joint: str = "\n"
    code: bool = False
    more: bool = False
    columns: tuple[Column, ...] = ()

    @property
    def begins(self) -> bool:
        """The line begins in the source, and is not the rest of a longer line."""
        return self.joint == "\n" and not self.more

    @property
    def plain(self) -> str:
        return "".join(segment.text for segment in self.segments)

    @property
    def text(self) -> str:
        """The text for copying."""
        plain = self.plain
        return plain[self.lead : len(plain) - self.tail]

    @property
    def cells(self) -> int:
        return sum(cell_len(segment.text) for segment in self.segments)


BLANK = Line([])


_PICTURE = "\u203c"
"""Joiners between characters from here on make one emoji; below, they are between letters of a script."""

_AFTER_JOINER = lazy_pattern(f"(?<=[\u0300-{_PICTURE}]\u200d)")


def joined_parts(text: str) -> list[str]:
    """The text cut behind each joiner between letters.

    Rich takes every joiner for an emoji's and counts the letter behind it as nothing; the terminal draws it. Measured
    part by part the count is right.
    """
    return [text] if ZWJ not in text else [part for part in _AFTER_JOINER.split(text) if part]


def cells_of(text: str) -> int:
    """How many cells a text takes in a terminal."""
    return cell_len(text) if ZWJ not in text else sum(map(cell_len, joined_parts(text)))


def text_of(runs: Iterable[Run]) -> str:
    return "".join(text for text, _ in runs)


def cut(runs: Sequence[Run], spans: Iterable[tuple[int, int]]) -> list[list[Segment]]:
    """The runs cut at character offsets into one list of segments a span; spans ascend and may leave gaps."""
    rows: list[list[Segment]] = []
    index, offset = 0, 0
    for start, end in spans:
        row: list[Segment] = []
        while index < len(runs):
            text, style = runs[index]
            left, right = max(start - offset, 0), min(end - offset, len(text))
            if left < right:
                row.extend(Segment(part, style) for part in joined_parts(text[left:right]))
            if offset + len(text) > end:
                break
            offset += len(text)
            index += 1
        rows.append(row)
    return rows


def prefixed(lines: Iterable[Line], first: Segment, rest: Segment) -> list[Line]:
    """Lines with a mark before the first and an indent before the others."""
    out: list[Line] = []
    for line in lines:
        mark = rest if out else first
        deep = line.lead or line.joint != "\n"
        lead = len(mark.text) + line.lead if deep else 0
        out.append(line._replace(segments=[mark, *line.segments], lead=lead))
    return out


def barred(lines: Iterable[Line], bar: Segment) -> list[Line]:
    """Lines with decoration before each, which is not copied."""
    return [line._replace(segments=[bar, *line.segments], lead=len(bar.text) + line.lead) for line in lines]


def marked_segments(segments: Iterable[Segment], marks: Sequence[tuple[int, int, Style]], at: int = 0) -> list[Segment]:
    """Segments with marks, (start, end, style) of characters in order. The first segment begins at character `at`."""
    made: list[Segment] = []
    number = 0
    for text, own, _ in segments:
        done = 0
        while number < len(marks) and marks[number][0] < at + len(text):
            start, end, style = marks[number]
            left, right = max(start - at, done), min(end - at, len(text))
            if left < right:
                parts = ((text[done:left], own), (text[left:right], (own or Style()) + style))
                made.extend(Segment(part, look) for part, look in parts if part)
                done = right
            if end > at + len(text):
                break
            number += 1
        if done < len(text) or not text:
            made.append(Segment(text[done:], own))
        at += len(text)
    return made
