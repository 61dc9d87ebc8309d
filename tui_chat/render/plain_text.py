"""Renders plain text, such as prompts, as lines that look as typed."""

from __future__ import annotations

import time

from rich.segment import Segment
from rich.style import Style

from tui_chat.render.line import Line
from tui_chat.render.sanitize import safe_text
from tui_chat.render.wrap import flow, wrap

SLICE = 4_096
"""Characters wrapped at once."""


class PlainText:
    """Lines of at most `width` cells; the interface of `Document`. Line breaks stay, long lines wrap at words."""

    def __init__(self, width: int, style: Style) -> None:
        self.lines: list[Line] = []
        self._width = max(width, 1)
        self._style = style
        self._rows: list[str] = []
        self._joint = "\n"

    @property
    def done(self) -> bool:
        return not self._rows

    def feed(self, piece: str) -> None:
        """Take the whole text; it cannot grow."""
        self._rows = safe_text(piece).rstrip("\n").split("\n")[::-1] if piece else []

    def finish(self) -> None:
        """The text was whole from the beginning."""

    def update(self, budget: float | None = None) -> int:
        """Make more lines, for about `budget` seconds; the index of the first new one."""
        before = len(self.lines)
        until = None if budget is None else time.perf_counter() + budget
        while self._rows:
            self._wrap(self._rows.pop())
            if until is not None and time.perf_counter() > until:
                break
        return before

    def _wrap(self, row: str) -> None:
        """Wrap a slice of a source line. Its last line waits for the next slice, on which its break depends."""
        spans = wrap(row[:SLICE] if self._width < SLICE else row, self._width)
        after = "\n"
        if len(row) > SLICE and len(spans) > 1:
            start, _, after = spans.pop()
            self._rows.append(row[start:])
        for index, (left, right, own) in enumerate(spans):
            segments = [Segment(row[left:right], self._style)] if right > left else []
            self.lines.append(Line(segments, joint=own if index else self._joint))
        self._joint = after


class GrowingText:
    """One paragraph of plain text that grows; only its last line is wrapped again."""

    def __init__(self, width: int, style: Style) -> None:
        self._width = width
        self._style = style
        self._whole: list[Line] = []
        self._last = ""
        self._joint = "\n"
        self.length = 0
        """Characters fed so far."""

    def feed(self, piece: str) -> list[Line]:
        """Add text; returns all lines."""
        self.length += len(piece)
        text = self._last + safe_text(piece).replace("\n", " ")
        spans = wrap(text, self._width)
        lines = [Line([Segment(text[a:b], self._style)], joint=joint) for a, b, joint in spans]
        lines[0] = lines[0]._replace(joint=self._joint)
        self._whole += lines[:-1]
        self._last = text[spans[-1][0] :]
        self._joint = lines[-1].joint
        return [*self._whole, lines[-1]]


def plain_lines(text: str, style: Style, width: int) -> list[Line]:
    """A short text at once."""
    return flow([(safe_text(text), style)], max(width, 1))
