"""A preview of the conversation under the library's cursor, drawn by the renderer of answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui_chat.render.document import render
from tui_chat.render.line import Line, marked_segments
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.transcript_colors import palette_of
from tui_chat.ui.widgets.markdown_page import strip_of

MOST = 4_000
"""Characters of a message that are laid out: no screen shows more."""

FOUND = Style(bold=True, underline=True, meta={"found": True})


class LibraryPreview(Widget):
    """The last messages, as many as fit, the newest at the bottom; with a found text, the message that has it."""

    DEFAULT_CSS = """
    LibraryPreview { width: 1fr; height: 1fr; padding: 0 1 0 2; border-left: vkey $primary-muted; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._messages: Sequence[tuple[str, str]] = ()
        self._found = ""
        self._lines: list[Line] = []

    def show(self, messages: Sequence[tuple[str, str]], found: str = "") -> None:
        """Show these messages, each as (who, text); `found` is marked, and scrolled into view in the last one."""
        self._messages, self._found = messages, found
        self._lay_out()
        self.refresh()

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        width, height = max(self.content_size.width, 1), max(self.content_size.height, 1)
        lines: list[Line] = []
        for who, text in reversed(self._messages):
            above, room = list(self._drawn(who, text, width)), not lines
            lines = [*above, *lines]
            if not room and len(lines) > 3 * height:
                break
        at = [
            y
            for y, line in enumerate(lines)
            if any(each.style and each.style.meta.get("found") for each in line.segments)
        ]
        last = min(at[-1] + height // 2, len(lines)) if at else len(lines)
        self._lines = lines[1:][max(last - height - 1, 0) :][:height]

    def _drawn(self, who: str, text: str, width: int) -> Iterator[Line]:
        palette, found = palette_of(self.app.current_theme), self._found
        yield Line([])
        yield Line([Segment(safe_line(who), palette.assistant)])
        lines = render(text[:MOST] if found not in text[MOST:] else text[-MOST:], width, palette)
        yield from _marked(lines, found) if found else lines

    def render_line(self, y: int) -> Strip:
        width, ground = self.content_size.width, self.visual_style.rich_style
        strip = strip_of(self._lines[y], ground) if y < len(self._lines) else Strip.blank(width, ground)
        return strip.crop_extend(0, width, ground)


def _marked(lines: Sequence[Line], found: str) -> Iterator[Line]:
    """The lines with the found words marked, also where signs of Markdown were between them, or a line ends."""
    plain = "\n".join(line.plain for line in lines)
    words = re.findall(r"\w+", found) or [found.strip()]
    spans = [match.span() for match in re.finditer(r"\W+".join(map(re.escape, words)), plain, re.IGNORECASE)]
    start = 0
    for line in lines:
        end = start + len(line.plain)
        within = [(a, b, FOUND) for a, b in spans if a < end and b > start]
        yield line._replace(segments=marked_segments(line.segments, within, start)) if within else line
        start = end + 1
