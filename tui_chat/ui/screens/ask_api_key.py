"""Asks for an endpoint's key, which is never drawn, and where it is kept."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Checkbox, Input, Static

from tui_chat.ui.screens.ask_text import LineModal
from tui_chat.ui.screens.modal import KeyedBox
from tui_chat.ui.widgets.secret_input import SecretInput

IN_KEYRING = "Keep it in the keyring of this computer"


class AskKey(LineModal[tuple[str, bool] | None]):
    """Closes with the key and whether the keyring is to hold it, or with None. `said` is why it is asked for, `kept`
    what becomes of a key that no keyring holds."""

    DEFAULT_CSS = "AskKey Checkbox { border: none; background: $surface; padding: 0; margin-top: 1; }"

    def __init__(self, title: str, said: str, kept: str, *, keyring: bool, typed: str = "") -> None:
        super().__init__()
        self._title, self._said, self._kept, self._keyring, self._typed = title, said, kept, keyring, typed

    def compose(self) -> ComposeResult:
        with KeyedBox((("enter", "use it"), ("esc", "close"))) as box:
            box.border_title = Content(self._title)
            yield Static(Content(self._said), id="question")
            key = SecretInput(self._typed, lambda _: True, id="key", placeholder="paste the key itself")
            key.private = True
            yield key
            yield Checkbox(IN_KEYRING, value=self._keyring, compact=True)
            yield Static(id="hint")

    def on_mount(self) -> None:
        self.query_one(Checkbox).display = self._keyring
        self._explain()

    @on(Checkbox.Changed)
    def _explain(self) -> None:
        self.query_one("#hint", Static).update(Content("" if self.query_one(Checkbox).value else self._kept))

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        if message.value.strip():
            self.dismiss((message.value, self.query_one(Checkbox).value))
