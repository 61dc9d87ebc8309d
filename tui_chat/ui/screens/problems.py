"""All problems of the configuration, shown once, together."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_chat.core.short_number import counted
from tui_chat.render.sanitize import safe_text
from tui_chat.ui.key_hints import hints_of
from tui_chat.ui.screens.modal import Modal


class Problems(Modal[None]):
    """Each problem is a sentence with file, key, what was found and what is expected."""

    DEFAULT_CSS = """
    Problems {
        align: center middle;
        & > VerticalScroll { width: 90; max-width: 96%; height: auto; max-height: 90%; border: round $warning;
                             border-title-color: $text-warning; border-title-style: bold;
                             background: $surface; padding: 1 2; }
        & Static { width: 1fr; height: auto; margin-bottom: 1; }
    }
    """

    BINDINGS = [Binding("escape,q,enter", "dismiss", "Close", show=False)]  # noqa: RUF012

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__()
        self._problems = problems

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            number = len(self._problems)
            box.border_title = f"{counted(number, 'problem')} in the configuration"
            box.border_subtitle = hints_of("esc close")
            yield Static("The app runs with what is sound. Correct these, and start it again:", markup=False)
            for problem in self._problems:
                yield Static(Content(f"• {safe_text(problem)}"))
