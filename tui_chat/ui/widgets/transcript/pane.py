"""The part of the transcript that draws and scrolls: this file owns its rows and the keys that move them.

It keeps its own scroll offset and returns cached strips. A ScrollView, whose virtual size changes with every line,
lays the whole screen out again while an answer comes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from tui_chat.core.endpoint import Price
from tui_chat.render.palette import Palette, dark
from tui_chat.ui.widgets.transcript.painter import Painter
from tui_chat.ui.widgets.transcript.render_options import RenderOptions, no_price
from tui_chat.ui.widgets.transcript.scroll_bar import ScrollBar
from tui_chat.ui.widgets.transcript.search import Search
from tui_chat.ui.widgets.transcript.strips import text_width
from tui_chat.ui.widgets.transcript.viewport import Viewport

KEPT, KEPT_LINES = 100, 1_000
"""Messages whose lines are kept, and lines of them all: twenty-five screens. With 4,000 memory grew by 12 MB over the
first hundred answers of a conversation, and a message that comes back is laid out in a few milliseconds."""


class Pane(Widget, can_focus=True):
    """Lines of messages, and the way through them."""

    ALLOW_SELECT = True
    DEFAULT_CSS = "Pane { width: 1fr; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "Line up", show=False),
        Binding("down", "scroll_down", "Line down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown,space", "page_down", "Page down", show=False),
        Binding("ctrl+u", "half_page_up", "Half a page up", show=False),
        Binding("ctrl+d", "half_page_down", "Half a page down", show=False),
        Binding("home", "scroll_home", "To the start", show=False),
        Binding("end", "scroll_end", "To the end", show=False),
    ]

    palette: var[Palette] = var(dark, init=False)
    """The colours of the text; setting it draws anew what is in view."""

    reasoning: var[str] = var("collapsed", init=False)
    """How a model's thinking is shown: collapsed, open or hidden."""

    price: var[Callable[[str], Price | None]] = var(lambda: no_price, init=False)
    """What an endpoint costs, by name."""

    class LinkClicked(Message, namespace="transcript"):
        """A link in a message was clicked. Nothing was opened."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    class AtEndChanged(Message, namespace="transcript"):
        """The view came to the end, or left it. `new_lines` came below the view since."""

        def __init__(self, at_end: bool, new_lines: int) -> None:
            super().__init__()
            self.at_end = at_end
            self.new_lines = new_lines

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self.window = Viewport(RenderOptions(80, self.palette))
        self.finder = Search(self.window)
        self._painter = Painter(self.palette, self.finder)
        self.bar = ScrollBar(self.window)
        self.below = 0
        self._was_at_end = True

    @property
    def at_end(self) -> bool:
        """The last line is in view, and what comes will be."""
        return self.window.following

    def unseen(self, lines: int) -> None:
        """So many lines came at the end; they are counted while the view is elsewhere."""
        if not self.window.following:
            self.below += max(lines, 0)

    # Drawing

    def repaint(self) -> None:
        """Make the picture and have the rows painted that differ from the last."""
        if not self.is_attached or not self.size:
            return
        rows = self.window.rows()
        if self.window.following:
            self.below = 0
        notice = f"{self.below} new line{'' if self.below == 1 else 's'} ↓" if self.below else ""
        changed = self._painter.paint(rows, self.size.height, self.bar.thumb(), self.text_selection, notice)
        if len(changed) * 2 > self.size.height:
            self.refresh()
        elif changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))
        self.window.evict(KEPT, KEPT_LINES, rows)
        if self._was_at_end != self.window.following:
            self._was_at_end = self.window.following
            self.post_message(self.AtEndChanged(self._was_at_end, self.below))

    def render_line(self, y: int) -> Strip:
        strips = self._painter.strips
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self._painter.ground)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows as they go to the terminal.

        Textual asks for all rows of every widget for each changed cell; its own way through styles and filters is a
        third of the cost of a frame. Rows are filtered once and kept; borders and the like go the usual way.
        """
        styles = self.styles
        if (
            styles.gutter
            or self.opacity != 1.0
            or styles.text_opacity != 1.0
            or styles.tint.a
            or styles.has_rule("hatch")
        ):
            return super().render_lines(crop)
        rows = self._painter.finished(self.get_line_filters(), self.background_colors[1], self.size.height)
        left, right = crop.column_span
        if (left, right) == (0, self.size.width):
            return rows[crop.y : crop.bottom]
        return [strip.crop(left, right) for strip in rows[crop.y : crop.bottom]]

    def restyle(self) -> None:
        """Another size or other colours: what is in view is drawn anew."""
        if not self.is_attached or not self.size:
            return
        look = RenderOptions(text_width(self.size.width), self.palette, self.reasoning, self.price)
        if look != self.window.look:
            self.window.restyle(look)
        self.window.height = self.size.height
        ground = Style.from_color(None, self.rich_style.bgcolor) + self.palette.text
        self._painter.reset(self.palette, self.size.width, ground)
        self.repaint()
        if self.finder.restyled():
            self.repaint()

    def on_resize(self) -> None:
        self.restyle()

    def watch_palette(self) -> None:
        self.restyle()

    def watch_reasoning(self) -> None:
        self.restyle()

    def watch_price(self) -> None:
        self.restyle()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.rich_style.bgcolor != self._painter.ground.bgcolor:
            self.restyle()

    # Scrolling

    def move(self, lines: int) -> None:
        """Scroll by exactly so many lines, as far as there are any."""
        self.window.scroll(lines)
        self.repaint()

    def action_scroll_up(self) -> None:
        self.move(-1)

    def action_scroll_down(self) -> None:
        self.move(1)

    def action_page_up(self) -> None:
        self.move(1 - self.size.height)

    def action_page_down(self) -> None:
        self.move(self.size.height - 1)

    def action_half_page_up(self) -> None:
        self.move(-(self.size.height // 2))

    def action_half_page_down(self) -> None:
        self.move(self.size.height // 2)

    def action_scroll_home(self) -> None:
        self.window.to_start()
        self.repaint()

    def action_scroll_end(self) -> None:
        self.window.to_end()
        self.repaint()
