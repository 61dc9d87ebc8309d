"""A dialog with one question and two answers."""

from __future__ import annotations

from collections.abc import Collection

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from tui_chat.ui.screens.modal import Modal, show_keys
from tui_chat.ui.widgets.key_button import KeyButton


class Confirm(Modal[bool | None]):
    """Asks, and closes with True or False. `question` is shown as it is, never as markup."""

    DEFAULT_CSS = """
    Confirm {
        align: center middle;
        & > Vertical { width: auto; min-width: 32; max-width: 90%; height: auto; border: round $primary;
                       background: $surface; padding: 1 2; }
        & Static { width: auto; max-width: 100%; margin-bottom: 1; }
        & Horizontal { width: auto; height: auto; }
        & Button { margin-right: 2; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,n", "answer(False)", "No", show=False),
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("left,right", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, yes: str, no: str, yes_keys: Collection[str] = ()) -> None:
        """`yes_keys` answer yes as well: the key that brought the question up, pressed again."""
        super().__init__()
        self._yes_keys = yes_keys
        self._question = question
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        with Vertical():
            yield from self._body()
            with Horizontal():
                yield KeyButton("y", self._yes, id="yes")
                yield KeyButton("esc", self._no, id="no")

    def on_descendant_focus(self) -> None:
        show_keys(self, [button.hint for button in self.query(KeyButton)])

    def _body(self) -> ComposeResult:
        yield Static(Content(self._question))

    def on_key(self, event: events.Key) -> None:
        if event.key in self._yes_keys:
            event.stop()
            self.dismiss(True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)
