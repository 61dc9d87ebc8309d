"""The menu of actions on a message or a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_chat.ui.ports import MenuItem
from tui_chat.ui.screens.modal import Modal


class TurnMenu(Modal[str | None]):
    """Each line names the key that does the same without the list; that key works here too."""

    DEFAULT_CSS = """
    TurnMenu {
        align: center middle;
        & > OptionList { width: 60; max-width: 96%; height: auto; max-height: 90%; border: round $primary;
                         border-title-color: $text-accent; border-title-style: bold; background: $surface; padding: 0 1;
                         &:focus { border: round $primary; } }
    }
    """

    BINDINGS = [Binding("escape", "dismiss(None)", "Close", show=False)]  # noqa: RUF012

    def __init__(self, title: str, offers: Sequence[MenuItem], keys: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._title = title
        self._offers = offers
        self._keys = keys

    def compose(self) -> ComposeResult:
        options = [Option(self._line(offer), id=offer.name) for offer in self._offers]
        menu = OptionList(*options, markup=False)
        menu.border_title = Content(self._title)
        yield menu

    def _line(self, offer: MenuItem) -> Content:
        key = next(iter(self._keys.get(offer.name, ())), "")
        # Without a colour of its own: on the chosen line it could not be read.
        return Content.assemble((f"{key:<6}", "bold"), offer.words)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(message.option.id)

    def on_key(self, event: events.Key) -> None:
        for offer in self._offers:
            if event.key in self._keys.get(offer.name, ()):
                event.stop()
                self.dismiss(offer.name)
                return
