"""A scrollable, selectable Markdown text, drawn by the renderer of answers."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui_chat.render.code import COPY_CODE
from tui_chat.render.document import render
from tui_chat.render.line import Line
from tui_chat.ui.transcript_colors import palette_of

WIDEST = 100
"""Cells of a line, as in the conversation."""


class MarkdownPage(ScrollView, can_focus=True):
    """The text is not taken for safe; the renderer sees to that."""

    DEFAULT_CSS = """
    MarkdownPage { width: 1fr; height: 1fr; scrollbar-size-vertical: 1; background: $surface; overflow-x: hidden;
                   overflow-y: scroll; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._lines: list[Line] = []

    def on_resize(self, event: events.Resize) -> None:
        width = self.scrollable_content_region.width - 1  # a blank next to the scroll bar
        at = self.scroll_offset.y / max(len(self._lines), 1)
        self._lines = render(self._text, min(width, WIDEST), palette_of(self.app.current_theme))
        self.virtual_size = Size(width, len(self._lines))
        self.scroll_to(y=round(at * len(self._lines)), animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        at, width, ground = self.scroll_offset.y + y, self.size.width, self.rich_style
        if at >= len(self._lines):
            return Strip.blank(width, ground)
        strip = strip_of(self._lines[at], ground)
        if (span := self._selected(at)) is not None:
            strip = self._with_selection(strip, *span)
        return strip.crop_extend(0, width, ground).apply_offsets(0, at)

    def _selected(self, at: int) -> tuple[int, int] | None:
        selection = self.text_selection
        return None if selection is None else selection.get_span(at)

    def _with_selection(self, strip: Strip, start: int, end: int) -> Strip:
        style = self.screen.get_component_rich_style("screen--selection")
        parts = strip.divide([start, strip.cell_length if end < 0 else min(end, strip.cell_length), strip.cell_length])
        return Strip.join([parts[0], Strip([Segment(s.text, style) for s in parts[1]]), *parts[2:]])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(line.plain for line in self._lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()


def strip_of(line: Line, ground: Style) -> Strip:
    return Strip([_segment(part, ground) for part in line.segments], line.cells)


def _segment(part: Segment, ground: Style) -> Segment:
    style = part.style
    if style is None:
        return Segment(part.text, ground)
    if style.meta.get(COPY_CODE):  # only the conversation copies at a click
        return Segment(" " * len(part.text), ground + style)
    return Segment(part.text, ground + style)
