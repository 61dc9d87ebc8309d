"""Keys and help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_chat.core.slash_commands import SLASH_COMMANDS
from tui_chat.ui.commands import COMMANDS, READING, Command
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.user_keys import Keys

ENDPOINT_HELP = (
    "Here: ^p, then “Add an endpoint”: paste an address or a whole curl command, try it, save it.",
    "Azure (Mistral): set AZURE_MISTRAL_ENDPOINT and AZURE_MISTRAL_KEY as Azure shows them, then start tui-chat.",
    "Mistral's own API: set MISTRAL_API_KEY. OpenAI: set OPENAI_API_KEY.",
    "Any server that speaks chat completions: tui-chat --url http://localhost:11434/v1 --model NAME",
    "More than one: describe them in config.toml; the README shows how.",
)


class Help(Modal[None]):
    """Every key with what it does, and how to add an endpoint."""

    DEFAULT_CSS = """
    Help {
        align: center middle;
        & > VerticalScroll { width: 78; max-width: 96%; height: auto; max-height: 90%; border: round $primary;
                             border-title-color: $accent; background: $surface; padding: 1 2; }
        & Static { width: 1fr; height: auto; }
    }
    """

    BINDINGS = [Binding("escape,q,f1,enter", "dismiss", "Close", show=False)]  # noqa: RUF012

    def __init__(self, keys: Keys, demo: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys
        self._demo = demo

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "Keys and help"
            box.border_subtitle = "esc closes"
            yield Static(self._text())

    def _text(self) -> Content:
        parts: list[tuple[str, str]] = [("Keys\n", "bold $text-accent")]
        parts += self._lines(COMMANDS)
        parts.append(("\nWhile reading\n", "bold $text-accent"))
        parts += self._lines(READING)
        parts.append(("\nCommands in the prompt (// sends a slash)\n", "bold $text-accent"))
        for command in SLASH_COMMANDS:
            parts += [(f"  {command.shown:<20}", "bold"), (f"{command.help}\n", "")]
        parts.append(("\nYour own endpoint\n", "bold $text-accent"))
        parts += [(f"  {line}\n", "") for line in ENDPOINT_HELP]
        if self._demo:
            parts.append(("\nThe demo endpoint answers to these words in a prompt\n", "bold $text-accent"))
            for word, what in self._demo:
                parts += [(f"  {word:<20}", "bold"), (f"{what}\n", "")]
        return Content.assemble(*parts)

    def _lines(self, commands: Sequence[Command]) -> Iterator[tuple[str, str]]:
        for command in commands:
            yield f"  {self._keys.all(command.id):<20}", "bold"
            yield f"{command.title}\n", ""
