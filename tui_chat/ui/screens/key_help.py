"""Keys and help, filtered as you type, in two columns if there is room."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from tui_chat.ui.key_help_layout import HelpSection, Look, filtered, lay_out
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.screens.modal import Modal

STYLES = {Look.HEADING: "bold $text-accent", Look.LEFT: "bold", Look.TEXT: ""}
FRAME = 8
"""Cells of the box around its text: border, padding, the scroll bar and the cell before it."""


class KeyHelpScreen(Modal[bool]):
    """Every key and every word that does something. The result is true where the manual is wanted."""

    DEFAULT_CSS = """
    KeyHelpScreen {
        align: center middle;
        & > #box { width: 78; max-width: 96%; height: 90%; border: round $primary; border-title-style: bold;
                   border-title-color: $text-accent; background: $surface; padding: 1 1 0 2; }
        &.-wide > #box { width: 132; }
        &.-low > #box { height: 100%; padding: 0 1 0 2; }
        & #query { width: 1fr; margin: 0 1 1 0; background: $surface; }
        & VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
        & Static { width: 1fr; height: auto; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,enter", "dismiss", "Close", show=False),
        Binding("f1", "dismiss(True)", "Manual", show=False),
        Binding("up", "scroll(-1)", show=False, priority=True),
        Binding("down", "scroll(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
    ]

    def __init__(self, sections: Sequence[HelpSection]) -> None:
        super().__init__()
        self._sections = sections
        self._width = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = "Keys and help"
            box.border_subtitle = key_hints([("↑↓", "scroll"), ("f1", "manual"), ("esc", "close")])
            yield Input(placeholder="What are you looking for?", id="query", compact=True, max_length=100)
            with VerticalScroll(can_focus=False):
                yield Static(id="text")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= 100, "-wide")
        self.set_class(event.size.height < 24, "-low")
        box = 132 if event.size.width >= 100 else 78
        self._width = min(box, event.size.width * 96 // 100) - FRAME
        self._show()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._show()
        self.query_one(VerticalScroll).scroll_home(animate=False)

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        self.dismiss()

    def _show(self) -> None:
        lines = lay_out(filtered(self._sections, self.query_one(Input).value), self._width)
        text = Content("\n").join(
            Content.assemble(*((piece.text, STYLES[piece.look]) for piece in line)) for line in lines
        )
        self.query_one("#text", Static).update(text if lines else Content("Nothing matches."))

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_page(self, by: int) -> None:
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_relative(y=by * max(scroll.size.height - 2, 1), animate=False)
