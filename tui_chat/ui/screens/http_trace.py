"""The latest HTTP exchanges with a server, for bug reports, with secrets masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from tui_chat.render.sanitize import safe_text
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.ports import Copy
from tui_chat.ui.screens.modal import Modal

if TYPE_CHECKING:
    from tui_chat.ui.controllers.http_trace import NamedExchange

MOST = 60_000
"""Characters that are shown. What is copied is whole."""


class HttpTraceScreen(Modal[None]):
    """`exchanges` are oldest first; the newest of the open conversation is shown, else the newest of all."""

    DEFAULT_CSS = """
    HttpTraceScreen {
        align: center middle;
        & > Vertical { width: 96%; max-width: 120; height: 90%; border: round $primary; background: $surface;
                       border-title-color: $text-accent; border-title-style: bold; padding: 0 1; }
        & TextArea, & TextArea:focus { height: 1fr; border: none; background: $background; }
        & Static { width: 1fr; height: auto; color: $text-muted; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,q", "dismiss", "Close", show=False),
        # All before the text gets them: a key that it passes on comes behind the next one that it does not.
        Binding("c", "copy", "Copy", show=False, priority=True),
        Binding("m", "messages", "With or without the messages", show=False, priority=True),
        Binding("left", "step(-1)", "Older", show=False, priority=True),
        Binding("right", "step(1)", "Newer", show=False, priority=True),
        Binding("o", "others", "With or without those of other conversations", show=False, priority=True),
    ]

    def __init__(self, exchanges: Sequence[NamedExchange], copy: Copy) -> None:
        super().__init__()
        self._all = exchanges
        self._here = [each for each in exchanges if each.is_here]
        self._listed = self._here or exchanges
        self._shown = self._listed[-1]
        self._copy = copy
        self._with_messages = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield TextArea(read_only=True, soft_wrap=True)
            yield Static()

    def on_mount(self) -> None:
        self._fill()

    @property
    def _at(self) -> int:
        return self._listed.index(self._shown)

    def _text(self) -> str:
        return safe_text(self._shown.trace.show(with_messages=self._with_messages))

    def _fill(self) -> None:
        text = self._text()
        shown = text if len(text) <= MOST else f"{text[:MOST]}\n… {len(text) - MOST:,} more characters are copied"
        self.query_one(TextArea).text = shown
        box, trace = self.query_one(Vertical), self._shown.trace
        count = f"{self._at + 1} of {len(self._listed)}" if len(self._listed) > 1 else ""
        made = f"{trace.at.astimezone():%H:%M:%S} · {trace.endpoint.name}"
        box.border_title = f"Exchange {count} · {self._shown.whose} · {made}".replace("  ", " ")
        box.border_subtitle = "secrets are masked"
        self.query_one(Static).update(key_hints(self._keys))

    @property
    def _keys(self) -> list[tuple[str, str]]:
        others = len(self._all) > len(self._here) > 0
        is_all = len(self._listed) == len(self._all)
        return [
            ("c", "copy"),
            ("m", "without messages" if self._with_messages else "with messages"),
            *([("←→", "older, newer")] if len(self._listed) > 1 else []),
            *([("o", "this conversation alone" if is_all else "other conversations")] if others else []),
            ("esc", "close"),
        ]

    def action_copy(self) -> None:
        self._copy(self._text(), "exchange")

    def action_messages(self) -> None:
        self._with_messages = not self._with_messages
        self._fill()

    def action_step(self, by: int) -> None:
        self._shown = self._listed[min(max(self._at + by, 0), len(self._listed) - 1)]
        self._fill()

    def action_others(self) -> None:
        if not self._here:
            return
        self._listed = self._all if self._listed is self._here else self._here
        if self._shown not in self._listed:
            self._shown = self._listed[-1]
        self._fill()
