"""The start page, shown in place of an empty conversation.

The prompt keeps the focus, and every letter is typed there. Up or down in an empty prompt leads to the lines that can
be chosen; only there digits and letters open them, and anything else typed goes to the prompt. Keys that act
while the prompt is empty lost: a question may begin with any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.ui.keymap import Keymap
from tui_chat.ui.library_row import LibraryRow
from tui_chat.ui.start_page_contents import page_of
from tui_chat.ui.start_page_layout import StartLine, StartPageLayout, lines
from tui_chat.ui.state import UiState
from tui_chat.ui.widget_messages import HelpAsked, PaneLeft, StartItemChosen, TypedOutside


class StartPage(Widget, can_focus=True):
    """Hidden as soon as the conversation has a turn. `show` gives it the last conversations."""

    ALLOW_SELECT = False
    FOCUS_ON_CLICK = False
    DEFAULT_CSS = "StartPage { width: 1fr; height: 1fr; display: none; }"

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("enter", "choose", show=False),
        Binding("escape,tab,shift+tab,backspace", "leave", show=False),
    ]

    shown: reactive[UiState] = reactive(UiState(), layout=False)
    rows: reactive[tuple[LibraryRow, ...] | None] = reactive(None, layout=False)
    """None until the library was asked: nothing is drawn so long, or all would move when they come."""
    cursor: reactive[str | None] = reactive(None, layout=False)
    """The id of the line under the cursor, for as long as the focus is here."""

    def __init__(self, keys: Keymap, replaces: Widget) -> None:
        super().__init__()
        self._keys = keys
        self._replaces = replaces
        self._now = datetime.now().astimezone()

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._follow)

    def _follow(self, state: UiState) -> None:
        self.shown = state
        empty = state.empty and bool(state.endpoint)
        if self.display != empty:
            if self.has_focus:
                self.post_message(PaneLeft())
            self.display, self._replaces.display = empty, not empty

    def show(self, rows: Sequence[LibraryRow], now: datetime) -> None:
        """The last conversations, newest first."""
        self._now, self.rows = now, tuple(rows)
        if self.cursor is not None and self.cursor not in self._ids():
            self.cursor = next(iter(self._ids()), None)

    def enter(self, by: int) -> bool:
        """Take the focus, with the cursor on the first line, or the last where one comes from below. False where there
        is nothing to choose."""
        if self.cursor is not None:  # the focus may be on its way
            self.action_move(by)
        elif self.display and self.rows is not None and (ids := self._ids()):
            self.cursor = ids[0] if by > 0 else ids[-1]
            self.focus()
        else:
            return False
        return True

    @property
    def page(self) -> StartPageLayout:
        return page_of(self.shown, self._keys, self.rows or (), self._now, self.cursor)

    def _lines(self) -> list[StartLine]:
        return lines(self.page, self.size.width, self.size.height)

    def _ids(self) -> list[str]:
        if not self.size:
            return [item.id for item in self.page.items]  # struck before the page was drawn for the first time
        return [line.item for line in self._lines() if line.item is not None]

    def render(self) -> Content:
        if self.rows is None:
            return Content("")
        return Content("\n").join(Content.assemble(*line.segments) for line in self._lines())

    def on_blur(self) -> None:
        self.cursor = None

    def on_focus(self) -> None:
        if self.cursor is None:
            self.cursor = next(iter(self._ids()), None)

    def action_move(self, by: int) -> None:
        """Past the last line is the prompt, which is below it."""
        ids = self._ids()
        at = ids.index(self.cursor) + by if self.cursor in ids else 0
        if at >= len(ids):
            self.action_leave()
        else:
            self.cursor = ids[max(at, 0)]

    def action_choose(self) -> None:
        if self.cursor is not None:
            self.post_message(StartItemChosen(self.cursor))

    def action_leave(self) -> None:
        self.post_message(PaneLeft())

    def on_key(self, event: events.Key) -> None:
        if not event.is_printable or event.character is None:
            return
        event.stop()
        event.prevent_default()
        ids = self._ids()
        item = next((item for item in self.page.items if item.key == event.character and item.id in ids), None)
        if item is not None:
            self.post_message(StartItemChosen(item.id))
        elif event.character == "?":
            self.post_message(HelpAsked())
        else:
            self.post_message(TypedOutside(event.character))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.post_message(TypedOutside(event.text))

    def on_click(self, event: events.Click) -> None:
        found = self._lines()
        if event.y < len(found) and (item := found[event.y].item) is not None:
            event.stop()
            self.post_message(StartItemChosen(item))
