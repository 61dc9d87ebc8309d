"""The prompt alone in an app."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tests.support.shared_stylesheet import SharedStylesheet
from tui_chat.ui.widget_messages import PromptSubmitted
from tui_chat.ui.widgets.prompt import Prompt


class PromptApp(App[None]):
    """Remembers what was sent, and how often help was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.stylesheet = SharedStylesheet(variables=self.stylesheet._variables)
        self.sent: list[str] = []
        self.help = 0

    def compose(self) -> ComposeResult:
        yield Prompt(send=["enter"], newline=["shift+enter", "alt+enter", "ctrl+j"])

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)

    def on_prompt_submitted(self, message: PromptSubmitted) -> None:
        self.sent.append(message.text)

    def on_help_asked(self) -> None:
        self.help += 1
