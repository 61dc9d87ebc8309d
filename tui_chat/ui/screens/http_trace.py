"""The last exchange with a server, as it went over the wire: for bug reports. What it shows has its secrets masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from tui_chat.render.safe import safe_text
from tui_chat.ui.key_hints import hints_of
from tui_chat.ui.ports import Copy
from tui_chat.ui.screens.modal import Modal

if TYPE_CHECKING:
    from tui_chat.client.http_trace import HttpTrace

MOST = 60_000
"""Characters that are shown. What is copied is whole."""

KEYS = "c copy   m with or without the messages   ←→ other exchanges   esc close"


class ExchangeView(Modal[None]):
    """`exchanges` are oldest first; the newest is shown."""

    DEFAULT_CSS = """
    ExchangeView {
        align: center middle;
        & > Vertical { width: 96%; max-width: 120; height: 90%; border: round $primary; background: $surface;
                       border-title-color: $text-accent; padding: 0 1; }
        & TextArea, & TextArea:focus { height: 1fr; border: none; background: $background; }
        & Static { width: 1fr; height: auto; color: $text-muted; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,q", "dismiss", "Close", show=False),
        Binding("c", "copy", "Copy", show=False),
        Binding("m", "messages", "With or without the messages", show=False),
        Binding("left", "step(-1)", "Older", show=False, priority=True),
        Binding("right", "step(1)", "Newer", show=False, priority=True),
    ]

    def __init__(self, exchanges: Sequence[HttpTrace], copy: Copy) -> None:
        super().__init__()
        self._exchanges = exchanges
        self._copy = copy
        self._at = len(exchanges) - 1
        self._with_messages = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield TextArea(read_only=True, soft_wrap=True)
            yield Static(hints_of(KEYS))

    def on_mount(self) -> None:
        self._fill()

    def _text(self) -> str:
        return safe_text(self._exchanges[self._at].show(with_messages=self._with_messages))

    def _fill(self) -> None:
        text = self._text()
        shown = text if len(text) <= MOST else f"{text[:MOST]}\n… {len(text) - MOST:,} more characters are copied"
        self.query_one(TextArea).text = shown
        self.query_one(Vertical).border_title = f"Exchange {self._at + 1} of {len(self._exchanges)}, secrets masked"

    def action_copy(self) -> None:
        self._copy(self._text(), "exchange")

    def action_messages(self) -> None:
        self._with_messages = not self._with_messages
        self._fill()

    def action_step(self, by: int) -> None:
        self._at = min(max(self._at + by, 0), len(self._exchanges) - 1)
        self._fill()
