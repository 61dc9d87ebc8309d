"""Shows where a link leads before it is opened: the host on its own line, the whole address below."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from tui_chat.ui.key_hints import key_label
from tui_chat.ui.links import Link
from tui_chat.ui.screens.modal import Modal

CHROME = 10
"""Rows of the modal that are not the address, and a row around it above and below."""


class OpenLink(Modal[bool | None]):
    """Closes with True where it is to be opened. A long address scrolls; the computer's name and the answers stay."""

    DEFAULT_CSS = """
    OpenLink {
        align: center middle;
        & > Vertical { width: 84; max-width: 96%; height: auto; border: round $primary; background: $surface;
                       padding: 1 2; }
        & Static { width: 1fr; height: auto; }
        & #where { text-style: bold; margin-bottom: 1; max-height: 3; }
        & VerticalScroll { height: auto; margin-bottom: 1; scrollbar-size-vertical: 1; }
        & Horizontal { width: auto; height: auto; }
        & Button { margin-right: 2; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,n", "answer(False)", "No", show=False),
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("left,right", "app.focus_next", show=False),
        Binding("up,pageup", "scroll(-3)", show=False),
        Binding("down,pagedown", "scroll(3)", show=False),
    ]

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(f"Open {self._link.where}?"), id="where")
            with VerticalScroll(can_focus=False):
                yield Static(Content(self._link.shown))
            with Horizontal():
                yield Button(key_label("y", "Open"), id="yes", variant="primary", compact=True)
                yield Button(key_label("esc", "Leave it"), id="no", compact=True)

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(VerticalScroll).styles.max_height = max(event.size.height - CHROME, 1)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
