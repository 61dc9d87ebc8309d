"""A dialog with one question and a line of text as its answer."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui_chat.ui.key_hints import hints_of
from tui_chat.ui.screens.modal import Modal


class AskText(Modal[str | None]):
    """Closes with the text, or with None if the user cancels."""

    DEFAULT_CSS = """
    AskText {
        align: center middle;
        & > Vertical { width: 72; max-width: 96%; height: auto; border: round $primary; background: $surface;
                       padding: 1 2; }
        & Static { width: 1fr; height: auto; margin-bottom: 1; }
        & Input { width: 1fr; }
        & #hint { color: $text-muted; margin: 1 0 0 0; }
    }
    """

    BINDINGS = [Binding("escape", "dismiss", "Close", show=False)]  # noqa: RUF012

    def __init__(self, question: str, text: str = "", hint: str = "enter confirm   esc close") -> None:
        super().__init__()
        self._question = question
        self._text = text
        self._hint = hint

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(self._question))
            yield Input(self._text)
            yield Static(hints_of(self._hint), id="hint")

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        self.dismiss(message.value)
