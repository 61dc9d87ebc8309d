"""The last guard before the terminal: this file owns that no drawn cell carries a byte the terminal obeys.

Text is made safe where it enters a widget, and again after Markdown is parsed. This filter is for what slips past
both: another widget, a library's own message, a title set in a hurry. Textual 8.2.8 strips five control codes and
lets the rest (escapes, C1, bidirectional overrides) through to the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tui_chat.render.sanitize import is_plain, is_suspicious, safe_line


class OutputGuard(LineFilter):
    """Every segment harmless and exactly as wide as it was; control segments are the program's own and stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same list when there is nothing to do, which is nearly always."""
        for text, style, control in segments:
            if not control and not (is_plain(text) and (style is None or style.link is None)):
                return [_guarded(segment) for segment in segments]
        return segments


def _guarded(segment: Segment) -> Segment:
    text, style, control = segment
    if control:
        return segment
    if not is_plain(text) and (("\t" in text or "\n" in text) or is_suspicious(text)):
        text = _same_width(text)
    if style is not None and style.link is not None and not is_plain(style.link):
        style = _without_link(style)
    return Segment(text, style)


@lru_cache(1024)
def _same_width(text: str) -> str:
    """A column must stay a column: what became visible pushes nothing, the end of the text gives way instead.

    Control characters count no cells, so each is dropped rather than shown; other symbols take the width of what
    they replace.
    """
    width = cell_len(text)
    harmless = safe_line("".join(_visible(text)))
    return harmless if cell_len(harmless) == width else set_cell_size(harmless, width)


def _visible(text: str) -> Iterable[str]:
    return (char for char in text if char >= " " and not "\x7f" <= char < "\xa0")


@lru_cache(256)
def _without_link(style: Style) -> Style:
    return style.update_link(None)
