"""A dialog with one question and a line of text as its answer."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Input, Static

from tui_chat.ui.screens.modal import KeyedBox, Modal

TITLE = 54
"""Characters of a question that fit into the border; a longer one stands in the box."""


class LineModal(Modal[ScreenResultType]):
    """A box with one line to type into. Its subclasses compose it."""

    DEFAULT_CSS = """
    LineModal {
        align: center middle;
        & > Vertical { width: 72; max-width: 96%; height: auto; border: round $primary; background: $surface;
                       border-title-color: $text-accent; border-title-style: bold; padding: 1 2; }
        & Static { width: 1fr; height: auto; }
        & #question { margin-bottom: 1; }
        & Input { width: 1fr; padding: 0 1; background: $background; }
        & Input:focus { background: $primary-muted; }
        & #hint { color: $text-muted; margin-top: 1; }
    }
    """

    BINDINGS = [Binding("escape", "dismiss", "Close", show=False)]  # noqa: RUF012


class AskText(LineModal[str | None]):
    """Closes with the text, or with None if the user cancels. `hint` says what may be typed."""

    KEYS: tuple[tuple[str, str], ...] = (("enter", "confirm"), ("esc", "close"))

    def __init__(self, question: str, text: str = "", hint: str = "") -> None:
        super().__init__()
        self._question = question
        self._text = text
        self._hint = hint

    def compose(self) -> ComposeResult:
        with KeyedBox(self.KEYS) as box:
            if len(self._question) <= TITLE:
                box.border_title = Content(self._question)
            else:
                yield Static(Content(self._question), id="question")
            yield Input(self._text, compact=True)
            yield from self.below()
            if self._hint:
                yield Static(Content(self._hint), id="hint")

    def below(self) -> ComposeResult:
        """What stands below the line."""
        yield from ()

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        self.enter(message.value)

    def enter(self, text: str) -> None:
        self.dismiss(text)
