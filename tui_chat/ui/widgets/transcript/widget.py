"""The transcript: the conversation as one widget.

It keeps its own scroll offset and returns cached strips. A ScrollView, whose virtual size changes with every line, lays
out the whole screen again while an answer streams.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal, TypeAlias

from rich.style import Style
from textual import events, on
from textual.binding import BindingType
from textual.geometry import Region
from textual.reactive import var
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from tui_chat.core.conversation import Node
from tui_chat.core.endpoint import Price
from tui_chat.core.message import Turn
from tui_chat.core.reply import Reply
from tui_chat.render.styles import Palette, dark
from tui_chat.ui.column_width import measure
from tui_chat.ui.key_bindings import effective_keys, reading_bindings
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.widget_messages import HelpAsked, TypedWhileReading
from tui_chat.ui.widgets.transcript import posted_messages, scroll_keys
from tui_chat.ui.widgets.transcript.entry_list import EntryList
from tui_chat.ui.widgets.transcript.message_views import MessageViews
from tui_chat.ui.widgets.transcript.mouse import Mouse
from tui_chat.ui.widgets.transcript.painter import Painter
from tui_chat.ui.widgets.transcript.prepared_messages import PreparedMessages
from tui_chat.ui.widgets.transcript.reading_cursor import ReadingCursor
from tui_chat.ui.widgets.transcript.reading_report import ReadingReport
from tui_chat.ui.widgets.transcript.render_options import RenderOptions, no_price
from tui_chat.ui.widgets.transcript.scroll_bar import ScrollBar
from tui_chat.ui.widgets.transcript.search import Search
from tui_chat.ui.widgets.transcript.selection import selected_text
from tui_chat.ui.widgets.transcript.stream_driver import StreamDriver
from tui_chat.ui.widgets.transcript.viewport import Viewport

KEPT, KEPT_LINES = 100, 1_000
"""Messages whose lines are kept, and lines of them all: twenty-five screens. With 4,000 memory grew by 12 MB over the
first hundred answers of a conversation, and a message that comes back is laid out in a few milliseconds."""


class Transcript(Widget, can_focus=True):
    """A window onto the messages of one path of a conversation.

    Several conversations can be answered at once while one is shown: `stream` and `put` ignore messages that are not
    shown. Everything else belongs to a part: `entries` (notices and marks), `views` (folding and hiding), `search`,
    `cursor`, and `streams` (`touch` when text arrived). The parts call `repaint`.
    """

    ALLOW_SELECT = True
    FOCUS_ON_CLICK = False
    DEFAULT_CSS = "Transcript { width: 1fr; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [*scroll_keys.BINDINGS, *reading_bindings()]

    LinkClicked: TypeAlias = posted_messages.LinkClicked
    AtEndChanged: TypeAlias = posted_messages.AtEndChanged
    ReadingChanged: TypeAlias = posted_messages.ReadingChanged
    FoundChanged: TypeAlias = posted_messages.FoundChanged

    bare: ClassVar[bool] = False
    """Who speaks, facts and next steps are not drawn."""

    palette: var[Palette] = var(dark, init=False)
    """The colours of the text."""

    reasoning: var[str] = var("collapsed", init=False)
    """How reasoning is shown: collapsed, open or hidden."""

    price: var[Callable[[str], Price | None]] = var(lambda: no_price, init=False)
    """The price of an endpoint, by its name."""

    keys: var[Keymap] = var(lambda: effective_keys({}), init=False)
    """The keys that hints name."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.viewport = Viewport(RenderOptions(80, self.palette))
        self.entries = EntryList(self.viewport, self.repaint)
        self.search = Search(self.viewport, self.repaint)
        self.cursor = ReadingCursor(self.viewport)
        self.views = MessageViews(self.entries, self.cursor, self.search, self.repaint)
        self.streams = StreamDriver(self.entries, self.search, self, self.repaint)
        self._bar = ScrollBar(self.viewport)
        self.painter = Painter(self.palette, self.search)
        self._mouse = Mouse(self, self.viewport, self._bar, self.cursor, self.views, self.repaint)
        self._block_selection = scroll_keys.BlockSelection(self.cursor)
        self._reading = ReadingReport(self.viewport, self.cursor, self._block_selection)
        self._was_at_end = True

    def on_mount(self) -> None:
        for option in ("palette", "reasoning", "price", "keys"):
            self.watch(self, option, self.restyle, init=False)
        self.repaint()

    # Content

    def show(self, contents: PreparedMessages) -> None:
        """Show a path of a conversation, from its end, in place of all that was shown. Nothing streams then."""
        self.streams.clear()
        self._reading.in_view = False
        self.entries.fill(contents)
        self.search.restart()
        self.repaint()

    def append(self, node: Node) -> None:
        """Show one more message below the others; one that is shown already is only updated."""
        if node.id in self.entries:
            self.put(node.id, node.turn)
            return
        position = self.entries.add(node)
        self.viewport.arrived(self.viewport.draw(position))
        self.entries.mark_exchange(position, expected=True)
        self.repaint()

    def stream(self, node_id: str, reply: Reply, speaker: str = "") -> None:
        """Paint an answer into the message `node_id` as it arrives, until `put` brings its final turn.

        `speaker` was asked for it: the model, or the endpoint where no model was chosen.
        """
        if node_id in self.entries:
            self.streams.begin(node_id, reply, speaker)
            self.repaint()

    def put(self, node_id: str, turn: Turn) -> None:
        """Show another state of a message. While it streams only a final turn counts, and ends the streaming."""
        if node_id not in self.entries:
            return
        entry, streaming = self.entries[node_id], self.streams.answer(node_id) is not None
        before, grows = entry.layout.height, streaming or turn.text != entry.source
        if streaming:
            if turn.outcome is None:
                return
            self.streams.end(node_id)
        self.entries.change(node_id, turn)
        self.search.entry_changed(self.entries.position(node_id))
        # A mark or a note on a text that is there already is nothing new to read.
        self.viewport.arrived(entry.layout.height - before if grows else 0)
        self.repaint()

    def markdown_of(self, node_id: str) -> str:
        """The source of a message as it was written. Raises KeyError if it is not shown."""
        answer = self.streams.answer(node_id)
        return answer.reply.text if answer is not None else self.entries[node_id].turn.text

    # Drawing

    def repaint(self) -> None:
        """Make the picture, refresh rows that changed, report what the screen must know, and keep the timers going."""
        if not self.is_attached:
            return
        if self.size:
            if self.cursor.active and self.cursor.entry is None:
                self.cursor.begin()
            rows = self._reading.rows(followed=self._was_at_end)
            self.painter.cursor = self.cursor.marked if self.cursor.active else None
            changed = self.painter.paint(
                rows, self.size.height, self._bar.thumb(), self.text_selection, self.viewport.unseen
            )
            if len(changed) * 2 > self.size.height:
                self.refresh()
            elif changed:
                self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))
            self.viewport.evict(KEPT, KEPT_LINES, rows)
        if self._was_at_end != self.viewport.following:
            self._was_at_end = self.viewport.following
            self.post_message(self.AtEndChanged(self._was_at_end, self.viewport.unseen))
        if (found := self.search.unreported()) is not None:
            self.post_message(self.FoundChanged(found))
        if self._reading.has_changed():
            self.post_message(self.ReadingChanged(self._reading.chosen))
        self.streams.keep_going()

    def restyle(self) -> None:
        """Draw again for another size or other colours."""
        if not self.is_attached or not self.size:
            return
        kept = self.cursor.kept()
        width = measure(self.size.width).text
        options = RenderOptions(width, self.palette, self.reasoning, self.price, self.keys, self.bare)
        if options != self.viewport.options:
            self.viewport.restyle(options)
        self.viewport.height = self.size.height
        ground = Style.from_color(None, self.rich_style.bgcolor) + self.palette.text
        self.painter.reset(self.palette, self.size.width, ground)
        self.viewport.rows()
        self.search.restyled()
        self.cursor.restore(kept)
        self.repaint()

    on_resize = restyle

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.rich_style.bgcolor != self.painter.ground.bgcolor:
            self.restyle()

    def render_line(self, y: int) -> Strip:
        strips = self.painter.strips
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.painter.ground)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows as they go to the terminal.

        Textual asks for all rows of every widget for each changed cell; its own way through styles and filters takes a
        third of a frame. Rows are filtered once and kept; with borders and the like they go the usual way.
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
        rows = self.painter.finished(self.get_line_filters(), self.background_colors[1], self.size.height)
        left, right = crop.column_span
        if (left, right) == (0, self.size.width):
            return rows[crop.y : crop.bottom]
        return [strip.crop(left, right) for strip in rows[crop.y : crop.bottom]]

    # Scrolling and reading

    def action_scroll(self, target: scroll_keys.Target, by: int = 0) -> None:
        """Scroll by so many lines, pages or prompts, or to an end of the text."""
        scroll_keys.scroll(self.viewport, target, by)
        self.repaint()

    def point_at(self, node_id: str) -> None:
        """Put the reading cursor on a message and bring it into view."""
        if node_id in self.entries:
            position = self.entries.position(node_id)
            self.viewport.draw(position)
            self.cursor.put(position)
            self.cursor.show()
            self.repaint()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.cursor.active = has_focus
        if has_focus and self.size and self.viewport.entries:
            self.cursor.begin()
        self.repaint()

    def on_key(self, event: events.Key) -> None:
        """Send keys without a meaning here to the prompt; `?` asks for the keys."""
        if event.is_printable and event.character and not scroll_keys.means_something(event.key, self.keys):
            event.stop()
            event.prevent_default()
            asked = event.character == "?"
            self.post_message(HelpAsked() if asked else TypedWhileReading(event.character))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.post_message(TypedWhileReading(event.text))

    def action_move(self, what: Literal["block", "message", "code"], by: int) -> bool:
        """Move the reading cursor. False where no code block is found."""
        moves = {"block": self.cursor.by_block, "message": self.cursor.by_message, "code": self.cursor.by_code}
        moved = moves[what](by)
        self._extend_selection()
        return moved is not False

    def action_select(self) -> None:
        """Select what the cursor is on, and everything it passes from now on; a second time ends that."""
        if self._block_selection.begun:
            self.screen.clear_selection()
            return
        self._block_selection.begin()
        self._extend_selection()

    def _extend_selection(self) -> None:
        if (selection := self._block_selection.selection()) is not None:
            self.screen.selections = {self: selection}
        self.repaint()

    # Mouse and selection

    @on(events.MouseEvent)
    def _on_mouse(self, event: events.MouseEvent) -> None:
        self._mouse.handle(event)

    @property
    def allow_select(self) -> bool:
        """Text can be selected; the scroll bar cannot."""
        return super().allow_select and not self._mouse.on_bar(self.app.mouse_position.x - self.region.x)

    def selection_updated(self, selection: Selection | None) -> None:
        if selection is None:
            self._block_selection.end()
        self.repaint()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selected_text(self.viewport, selection)
