"""The endpoints that were added in the app: one is chosen to be edited or deleted."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.render.safe import safe_line
from tui_chat.store.config_report import masked_url
from tui_chat.ui.key_hints import hints_of
from tui_chat.ui.screens.modal import Modal


class AddedEndpoints(Modal[tuple[str, bool] | None]):
    """Closes with the endpoint's name and whether it is to be deleted, or with None."""

    DEFAULT_CSS = """
    AddedEndpoints {
        align: center middle;
        & > Vertical { width: 80; max-width: 96%; height: auto; max-height: 90%; border: round $primary;
                       border-title-color: $text-accent; background: $surface; padding: 0 1; }
        & OptionList, & OptionList:focus { height: auto; max-height: 100%; border: none; background: $surface; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape", "dismiss", "Close", show=False),
        Binding("delete", "delete", "Delete", show=False),
    ]

    def __init__(self, endpoints: Sequence[EndpointConfig]) -> None:
        super().__init__()
        self._endpoints = endpoints

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Edit or delete an endpoint"
            box.border_subtitle = hints_of("enter edit   del delete   esc close")
            lines = (f"{safe_line(each.name)}  {safe_line(masked_url(each.url))}" for each in self._endpoints)
            yield OptionList(*map(Content, lines))

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss((self._endpoints[event.option_index].name, False))

    def action_delete(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self.dismiss((self._endpoints[at].name, True))
