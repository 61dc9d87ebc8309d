"""A page of the manual."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from tui_chat.help_pages import HelpPage
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.widgets.markdown_page import MarkdownPage


class ManualPageScreen(Modal[bool]):
    """The result is true where the list of pages is wanted next."""

    DEFAULT_CSS = """
    ManualPageScreen {
        align: center middle;
        & > #box { width: 108; max-width: 96%; height: 90%; border: round $primary; border-title-style: bold;
                   border-title-color: $text-accent; background: $surface; padding: 1 1 0 2; }
        &.-low > #box { height: 100%; padding: 0 1 0 2; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,q,enter", "dismiss", "Close", show=False),
        Binding("f1,left,backspace", "dismiss(True)", "The other pages", show=False, priority=True),
        Binding("space", "page(1)", show=False),
        Binding("b", "page(-1)", show=False),
    ]

    def __init__(self, page: HelpPage) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = self._page.title
            box.border_subtitle = key_hints([("↑↓", "scroll"), ("←", "other pages"), ("esc", "close")])
            yield MarkdownPage(self._page.text.partition("\n")[2].lstrip("\n"))

    def on_mount(self) -> None:
        self.query_one(MarkdownPage).focus()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height < 24, "-low")

    def action_page(self, by: int) -> None:
        page = self.query_one(MarkdownPage)
        page.scroll_relative(y=by * max(page.size.height - 2, 1), animate=False)
