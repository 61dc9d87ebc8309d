"""The find bar above the prompt. Posts the query and shows the count it is given."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from tui_chat.ui.key_bindings import binding
from tui_chat.ui.widget_messages import FindClosed, FindStepped, FindTyped

HINT = "enter next   ↑ previous   esc close"


class Count(Widget):
    """`3/17` and what the keys do, on one line; what there is no room for is left out."""

    DEFAULT_CSS = "Count { width: auto; min-width: 12; max-width: 54; height: 1; color: $text-muted; }"

    def __init__(self) -> None:
        super().__init__()
        self._text = Content("")

    def show(self, text: str, *, none: bool) -> None:
        self._text = Content.assemble((f"{text:>9} ", "bold $text-warning" if none else "bold"), f" {HINT}")
        self.refresh()

    def get_content_width(self, container: object, viewport: object) -> int:
        return 12 + len(HINT)

    def render(self) -> Content:
        return self._text.truncate(max(self.content_size.width, 1))


class FindBar(Horizontal):
    """Enter and down go to the next hit, shift+enter and up to the one before, escape closes."""

    DEFAULT_CSS = """
    FindBar {
        height: 1; background: $panel; padding: 0 1;
        & Input { width: 1fr; min-width: 8; height: 1; border: none; padding: 0; background: $panel; }
        & Input:focus { border: none; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("enter,down,ctrl+f", "step(1)", show=False),
        Binding("shift+enter,up", "step(-1)", show=False),
        Binding("escape", "close", show=False),
        binding("view.page_up"),
        binding("view.page_down"),
    ]

    def __init__(self, query: str) -> None:
        super().__init__()
        self._first = query

    def compose(self) -> ComposeResult:
        yield Input(self._first, placeholder="Find in the conversation", compact=True, select_on_focus=True)
        yield Count()

    @property
    def query_text(self) -> str:
        return self.query_one(Input).value

    def focus_input(self) -> None:
        self.query_one(Input).focus()

    def show(self, index: int, total: int, *, counting: bool) -> None:
        """Which hit of how many; while it is counted there may be more."""
        text = f"{index}/{total:,}{'…' if counting else ''}" if self.query_text else ""
        self.query_one(Count).show(text, none=bool(self.query_text) and not total and not counting)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        # Not the message's value: it is old where enter overtook it, and would take back the step.
        self.post_message(FindTyped(self.query_text))

    def on_key(self, event: events.Key) -> None:
        # The line itself takes enter, and ctrl+f to delete a word, before any binding of this widget is asked.
        if event.key in ("enter", "ctrl+f"):
            event.stop()
            event.prevent_default()
            self.action_step(1)

    def action_step(self, by: int) -> None:
        self.post_message(FindStepped(by, self.query_text))

    def action_close(self) -> None:
        self.post_message(FindClosed())
