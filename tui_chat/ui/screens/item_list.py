"""A list of the user's own items with actions on them: presets, endpoints, system prompts."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static

from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line, safe_text
from tui_chat.ui.item_list_contents import Item, ItemAction, ItemChoice, ItemListContents
from tui_chat.ui.screens.modal import KeyedBox, Modal

NAME = 20
"""Cells of a name, after which its detail begins."""

_KEYS = {"del": "delete", "^s": "ctrl+s"}
"""Keys as hints write them, by Textual's names."""


class ItemListScreen(Modal[ItemChoice | None]):
    """Closes with what is to be done, or with None."""

    DEFAULT_CSS = """
    ItemListScreen {
        align: center middle;
        & > Vertical { width: 84; max-width: 96%; height: auto; max-height: 90%; border: round $primary;
                       border-title-color: $text-accent; border-title-style: bold; background: $surface;
                       padding: 1 1 0 1; }
        & OptionList, & OptionList:focus { height: auto; max-height: 1fr; border: none; background: $surface;
                                           scrollbar-size-vertical: 1; padding: 0; text-wrap: nowrap;
                                           text-overflow: ellipsis; }
        & #about { height: auto; max-height: 6; margin: 1 1; color: $text-muted; }
        & #said { height: auto; margin: 0 1 1 1; color: $text-accent; }
        &.-low > Vertical { padding: 0 1; }
    }
    """

    BINDINGS = [Binding("escape,q", "dismiss", "Close", show=False)]  # noqa: RUF012

    def __init__(self, contents: ItemListContents) -> None:
        super().__init__()
        self._contents = contents

    def compose(self) -> ComposeResult:
        contents = self._contents
        shown = [each for each in contents.actions if contents.items or not each.needs_item]
        with KeyedBox([*((each.key, each.word) for each in shown), ("esc", "close")]) as box:
            box.border_title = Content(contents.title)
            options = OptionList(*map(_line, contents.items))
            # Before it is mounted: the first key may come sooner than that.
            options.highlighted, options.display = self._first, bool(contents.items)
            yield options
            yield Static(id="about")
            yield Static(Content(safe_line(contents.said)), id="said")

    def on_mount(self) -> None:
        self.query_one("#said").display = bool(self._contents.said)
        self.query_one(OptionList).scroll_to_highlight()
        self._tell()

    @property
    def _first(self) -> int | None:
        """The item to begin at: the one that is asked for, the one in use, or the first."""
        items = self._contents.items
        wanted = self._contents.point_at or next((item.name for item in items if item.in_use), "")
        places = [place for place, item in enumerate(items) if item.name == wanted]
        return next(iter(places), 0 if items else None)

    def on_resize(self) -> None:
        self.set_class(self.size.height < 22, "-low")

    @property
    def _pointed(self) -> Item | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None or not self._contents.items else self._contents.items[at]

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        """Details of the item under the cursor."""
        item = self._pointed
        about = self.query_one("#about", Static)
        about.update(Content(safe_text(self._contents.empty if item is None else item.about)))
        about.display = bool(self._contents.empty if item is None else item.about)

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self._do(self._contents.actions[0])

    def on_key(self, event: events.Key) -> None:
        pressed = next((each for each in self._contents.actions if _KEYS.get(each.key, each.key) == event.key), None)
        if pressed is not None and pressed.key != "enter":  # which the list deals with
            event.stop()
            self._do(pressed)

    def _do(self, action: ItemAction) -> None:
        item = self._pointed
        if item is not None or not action.needs_item:
            self.dismiss(ItemChoice(action.id, item.name if item is not None else ""))


def _line(item: Item) -> Content:
    mark = (f"{Sign.CURRENT} " if item.in_use else "  ", "$text-accent")
    name = safe_line(item.name)
    gap = " " * max(NAME - len(name), 2)
    return Content.assemble(mark, (name, "bold"), gap, (safe_line(item.detail), "$text-muted"))
