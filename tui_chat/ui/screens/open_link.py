"""Shows where a link leads before it is opened: the host on its own line, the whole address below."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_chat.ui.link_safety import Link
from tui_chat.ui.screens.confirm import Confirm

CHROME = 10
"""Rows of the modal that are not the address, and a row around it above and below."""


class OpenLink(Confirm):
    """Closes with True if it is to be opened. A long address scrolls; the host and the answers stay."""

    DEFAULT_CSS = """
    OpenLink {
        & > Vertical { width: 84; max-width: 96%; }
        & Static { width: 1fr; height: auto; margin-bottom: 0; }
        & #where { text-style: bold; margin-bottom: 1; max-height: 3; }
        & VerticalScroll { height: auto; margin-bottom: 1; scrollbar-size-vertical: 1; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("up,pageup", "scroll(-3)", show=False),
        Binding("down,pagedown", "scroll(3)", show=False),
    ]

    def __init__(self, link: Link) -> None:
        super().__init__(f"Open {link.where}?", "Open", "Leave it")
        self._link = link

    def _body(self) -> ComposeResult:
        yield Static(Content(self._question), id="where")
        with VerticalScroll(can_focus=False):
            yield Static(Content(self._link.shown))

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(VerticalScroll).styles.max_height = max(event.size.height - CHROME, 1)

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
