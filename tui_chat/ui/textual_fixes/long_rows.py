"""Paints one row of a very long line of a text area.

Textual 8.2.8 cuts the whole line into its rows for each row that it paints: with 5 MB on one line a key took three
seconds of the processor. Here the row is cut out first. The picture is the same, and a test compares both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.style import Style
from rich.text import Text
from textual.expand_tabs import expand_text_tabs_from_widths
from textual.strip import Strip
from textual.widgets import TextArea

LONG = 5_000
"""Characters of a line from which on its rows are painted here."""


def long_row(area: TextArea, y: int, shown: Callable[[str], str] = str) -> Strip | None:
    """The row `y` of a text area without line numbers; None if Textual is fast enough."""
    wrapped = area.wrapped_document
    place = area.scroll_offset.y + y
    if place >= len(wrapped._offset_to_line_info):
        return None
    number, section = wrapped._offset_to_line_info[place]
    line = area.document.get_line(number)
    if len(line) < LONG or area.suggestion:
        return None
    line = shown(line)
    bounds = [0, *wrapped.get_offsets(number), len(line)]
    begin, end = bounds[section], bounds[section + 1]
    row = Text(line[begin:end] + " " * (end == len(line)), end="", no_wrap=True)
    for style, first, last in _styles(area, number, len(line)):
        if first < end + 1 and last > begin:
            row.stylize(style, max(0, first - begin), last - begin)
    tabs = wrapped.get_tab_widths(number)[line.count("\t", 0, begin) :][: row.plain.count("\t")]
    row = expand_text_tabs_from_widths(row, tabs)
    base = area._theme.base_style
    strip = Strip(row.render(area.app.console), cell_length=row.cell_len)
    strip = strip.extend_cell_length(area.scrollable_content_region.size.width, base)
    return strip.apply_style(area.rich_style if base is None else base)


def _styles(area: TextArea, number: int, length: int) -> Iterator[tuple[Style, int, int]]:
    """The styles of a line besides its colours, from the lowest layer to the highest, with columns."""
    theme, selection = area._theme, area.selection
    (top, left), (bottom, right) = sorted(selection)
    row, column = selection.end
    if selection.start != selection.end and top <= number <= bottom and theme.selection_style:
        yield theme.selection_style, left if number == top else 0, right if number == bottom else length
    bracket = area.matching_bracket_location
    matched = theme.bracket_matching_style if bracket and selection.start == selection.end else None
    if matched and row == number:
        yield matched, column, column + 1
    if area._draw_cursor and row == number and theme.cursor_style:
        yield theme.cursor_style, column, column + 1
    if matched and bracket and bracket[0] == number:
        yield matched, bracket[1], bracket[1] + 1
