"""Shows an answer's Markdown rendered in the terminal while it streams.

Finished lines are printed once and stay, so they scroll and can be selected like any other output. Below them the
growing block is redrawn in place, as far as the terminal is high. Only this file moves the cursor, and the renderer has
made all text harmless.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TextIO

from rich.segment import Segment
from rich.style import Style

from tui_chat.core.spans import common_start
from tui_chat.render.code import COPY_CODE
from tui_chat.render.document import Document, render
from tui_chat.render.line import Line
from tui_chat.render.styles import terminal_colours

MEASURE = 100
"""The longest line in cells: longer ones are hard to read. As in the app."""

PACE_S = 0.04
"""Seconds between two redraws of the growing block."""

_ROOM = 2
"""Rows of the terminal that the growing block leaves free."""


class RenderedView:
    """`live`: the stream is a terminal whose cursor can be moved; else lines are printed once they are finished.

    `failed` is called if painting fails between two pieces.
    """

    def __init__(
        self, stream: TextIO, environ: Mapping[str, str], live: bool, failed: Callable[[OSError], None]
    ) -> None:
        self._stream = stream
        self._live = live
        self._failed = failed
        self._coloured = not environ.get("NO_COLOR")
        self._size = terminal_size(stream, environ)
        self._document = self._new_document()
        self._printed = 0
        self._shown: list[Line] = []
        """The lines of the growing block that are on the screen below the printed ones."""
        self._timer: asyncio.TimerHandle | None = None
        self._environ = environ

    @property
    def waits(self) -> bool:
        """Whether unpainted text has arrived."""
        return self._timer is not None

    def piece(self, text: str) -> None:
        self._document.feed(text)
        if text and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PACE_S, self._paint_in_time)

    def begin_again(self) -> None:
        self.end()
        self._write("\n")
        self._document = self._new_document()
        self._printed = 0

    def pause(self) -> None:
        if self._shown:
            self._write(self._up(0))
            self._shown = []

    def end(self) -> None:
        self._stop_timer()
        self._document.finish()
        while not self._document.done or not self._document.final:
            self._document.update()
        self._paint()

    def _paint_in_time(self) -> None:
        self._timer = None
        self._document.update()
        try:
            self._paint()
        except OSError as error:
            self._failed(error)

    def _paint(self) -> None:
        document = self._document
        new = document.lines[self._printed : document.stable]
        growing = document.lines[document.stable :] if self._live else []
        size = terminal_size(self._stream, self._environ)
        growing = growing[-max(size.lines - _ROOM, 1) :]
        same = 0 if new or size != self._size else common_start(self._shown, growing)
        out = self._up(same)
        self._size = size
        out += "".join(_styled(line, self._coloured) for line in (*new, *growing[same:]))
        if new:
            self._printed = document.stable
            document.relinks = False
        self._shown = growing
        if out:
            self._write(out)

    def _up(self, kept: int) -> str:
        """Move to the beginning of the growing block's lines, after the first `kept`, and clear the rest."""
        columns = max(terminal_size(self._stream, self._environ).columns, 1)
        # Where the terminal has become narrower, it has wrapped what was written.
        rows = sum(max(-(-line.cells // columns), 1) for line in self._shown[kept:])
        return f"\x1b[{rows}A\x1b[J" if rows else ""

    def _new_document(self) -> Document:
        return Document(min(self._size.columns - 1, MEASURE), terminal_colours())

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _without_fill(segments: Sequence[Segment]) -> list[Segment]:
    """Segments without trailing blanks, which would be copied, and without the app's click targets."""
    left = [part for part in segments if not (part.style and part.style.meta.get(COPY_CODE))]
    while left and not left[-1].text.strip(" "):
        left.pop()
    if left:
        left[-1] = Segment(left[-1].text.rstrip(" "), left[-1].style)
    return left


def rendered(text: str, stream: TextIO, environ: Mapping[str, str]) -> str:
    """A whole Markdown text as coloured lines."""
    width = min(terminal_size(stream, environ).columns - 1, MEASURE)
    return "".join(map(partial(_styled, coloured=not environ.get("NO_COLOR")), render(text, width, terminal_colours())))


def _styled(line: Line, coloured: bool) -> str:
    def shown(segment: Segment) -> str:
        style = segment.style
        if style is None or _is_plain(style):
            return segment.text
        return (style if coloured else style.without_color).render(segment.text)

    return "".join(map(shown, _without_fill(line.segments))) + "\n"


def _is_plain(style: Style) -> bool:
    """Whether a style needs no sequence, so that plain text stays plain bytes."""
    return style.without_color == Style() and (style.color is None or style.color.is_default) and style.bgcolor is None


def terminal_size(stream: TextIO, environ: Mapping[str, str]) -> os.terminal_size:
    """The terminal's size; without one, COLUMNS and LINES, or 80 by 24."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        size = os.terminal_size((0, 0))
    columns, lines = (_count(environ.get(name, "")) for name in ("COLUMNS", "LINES"))
    return os.terminal_size((max(size.columns or columns or 80, 2), size.lines or lines or 24))


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
