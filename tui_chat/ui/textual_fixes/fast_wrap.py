"""Wraps what is typed into a text area in a fraction of the time that Textual 8.2.8 takes.

Textual goes through a text word by word, once when it is pasted and again for each change of the widget's size: 5 MB
took seven seconds of the processor. Lines of plain ASCII, where each character is one cell wide, are broken here by
looking for the last space that fits; those with letters that are known to be one or two cells wide are measured by the
row, not by the character. All others are left to Textual. The result is the same, and a test compares both.
"""

from __future__ import annotations

from itertools import pairwise

from textual._wrap import compute_wrap_offsets
from textual.document._document import Location
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths
from textual.geometry import Offset

from tui_chat.core.lazy_pattern import lazy_pattern

SHORT_LINES, SHORT_TEXT = 100, 10_000
"""Lines and characters of a change up to which it costs nothing to leave it to Textual, which keeps the rest."""


_NARROW = "\x20-\x7e\xc0-\u024f\u0391-\u03a1\u03a3-\u03c9\u0400-\u0482\u048a-\u04ff\u2014\u2018\u2019\u201c\u201d\u2026"
_WIDE = "\u3000-\u3029\u3041-\u3096\u30a1-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"
_MEASURED = lazy_pattern(f"[{_NARROW}{_WIDE}]*")
_WIDES = lazy_pattern(f"[{_WIDE}]+")


class FastWrappedDocument(WrappedDocument):
    """A document as it is wrapped at some width."""

    @property
    def height(self) -> int:
        """Rows of the wrapped text. Textual adds up those of all lines, and asks for each row that it paints."""
        return len(self._offset_to_line_info)

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        self._width = width
        self._tab_width = tab_width or self._tab_width
        breaks: list[list[int]] = []
        tabs: list[list[int]] = []
        rows: list[tuple[int, int]] = []
        rows_of: list[list[int]] = []
        none: list[int] = []
        one = [0]
        for number, line in enumerate(self.document.lines):
            if len(line) <= width and line.isascii() and line.isprintable():
                # Most lines of a long text. Textual changes none of these lists in place.
                breaks.append(none)
                tabs.append(one if line else none)
                rows_of.append([len(rows)])
                rows.append((number, 0))
                continue
            offsets, cells = wrap_line(line, width, self._tab_width)
            breaks.append(offsets)
            tabs.append(cells)
            rows_of.append(list(range(len(rows), len(rows) + len(offsets) + 1)))
            rows.extend((number, section) for section in range(len(offsets) + 1))
        self._wrap_offsets, self._tab_width_cache = breaks, tabs
        self._offset_to_line_info, self._line_index_to_offsets = rows, rows_of

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        first, last = min(start[0], old_end[0]), max(start[0], old_end[0], new_end[0])
        lines = self.document.lines[first : last + 1]
        if last - first < SHORT_LINES and sum(map(len, lines)) < SHORT_TEXT:
            super().wrap_range(start, old_end, new_end)
        else:
            self.wrap(self._width)

    def location_to_offset(self, location: Location) -> Offset:
        # While an undo takes lines away, Textual asks where a cursor is that is still below the last line.
        row, column = location
        return super().location_to_offset((min(row, len(self._line_index_to_offsets) - 1), column))

    def get_sections(self, line_index: int) -> list[str]:
        line = self.document.get_line(line_index)
        bounds = [0, *self._wrap_offsets[line_index], len(line)]
        return [line[begin:end] for begin, end in pairwise(bounds)]


def wrap_line(line: str, width: int, tab_width: int) -> tuple[list[int], list[int]]:
    """The indices at which a line's second and later rows begin (none at width 0), and the cells of its tabs."""
    if not (line.isascii() and line.isprintable()):
        if width > 1 and _MEASURED.fullmatch(line):
            return _wrap_measured(line, width), [0]
        parts = get_tab_widths(line, tab_width)
        offsets = compute_wrap_offsets(line, width, tab_width, precomputed_tab_sections=parts) if width else []
        return offsets, [cells for _, cells in parts]
    found: list[int] = []
    begin = 0
    while width and len(line) - begin > width:
        begin = _next_row(line, begin, begin + width)
        found.append(begin)
    return found, [0] if line else []


def _next_row(line: str, begin: int, end: int) -> int:
    """The last beginning of a word up to `end`; `end` itself if a word is longer than a row."""
    word = end
    while (space := line.rfind(" ", begin, word)) >= 0:
        if line[space + 1] != " ":
            return space + 1
        # The spaces reach beyond the end of the row, and the word before them moves to the next row.
        word = begin + len(line[begin : space + 1].rstrip(" "))
    return end


def _wrap_measured(line: str, width: int) -> list[int]:
    """The beginnings of a line's rows, given the width of each character."""
    spaced = line.replace("\u3000", " ")
    found: list[int] = []
    begin, length = 0, width // 2
    while (end := _row_end(line, begin, length, width)) < len(line):
        length = end - begin
        begin = _next_row(spaced, begin, end)
        found.append(begin)
    return found


def _row_end(line: str, begin: int, length: int, width: int) -> int:
    """Where the characters from `begin` on fill a row. `length` is a guess at how many they are."""
    end = min(begin + length, len(line))
    while (left := width - _cells(line[begin:end])) and (left < 0 or end < len(line)):
        if left == 1:
            return end + (_cells(line[end]) == 1)
        end = min(end + left // 2, len(line))  # each of them takes two cells at most
    return end


def _cells(text: str) -> int:
    return len(text) + sum(map(len, _WIDES.findall(text)))
