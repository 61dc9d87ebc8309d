"""The filtered list of the command palette and of the pickers for models and themes."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from tui_chat.core.recognize_api_keys import looks_like_key
from tui_chat.ui.palette.contents import ListContents
from tui_chat.ui.palette.entry import Kind, PaletteEntry
from tui_chat.ui.screens.modal import KeyedBox, Modal
from tui_chat.ui.widgets.palette_list import PaletteList
from tui_chat.ui.widgets.secret_input import SecretInput

LONGEST = 1000
"""Characters that can be typed: a pasted file is nothing to look for."""

POINTED_AFTER = 0.05
"""Seconds on one entry until it is tried out: held down, an arrow key passes over those in between."""


class PaletteScreen(Modal[PaletteEntry | None]):
    """Closes with what was chosen. `try_out` gets each entry that is pointed at for a moment, and the screen below is
    then seen as it is; `point_at` is the id of the entry to begin at."""

    DEFAULT_CSS = """
    PaletteScreen {
        align: center top;
        & > #box { width: 76; max-width: 96%; height: 24; max-height: 90%; margin-top: 2; border: round $primary;
                   border-title-color: $text-accent; border-title-style: bold; background: $surface; padding: 1 1 0 1; }
        & #query { width: 1fr; margin: 0 1 1 1; background: $surface; }
        &.-low > #box { margin-top: 0; max-height: 100%; padding: 0 1; }
        &.-tries { background: transparent; align: right top; }
        &.-tries > #box { width: 48; max-width: 60%; margin-right: 2; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape", "dismiss", "Close", show=False),
        Binding("down,ctrl+n,tab", "move(1)", show=False, priority=True),
        Binding("up,ctrl+p,shift+tab", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(
        self,
        contents: ListContents,
        try_out: Callable[[PaletteEntry], object] | None = None,
        point_at: str | None = None,
    ) -> None:
        super().__init__()
        self._contents = contents
        self._try_out = try_out
        self._point_at = point_at
        self._shown = ""
        """The query when the list was shown."""
        self._trying: Timer | None = None

    def compose(self) -> ComposeResult:
        with KeyedBox((("enter", "choose"), ("↑↓", "move"), ("esc", "close")), id="box") as box:
            box.border_title = Content(self._contents.title)
            yield SecretInput("", looks_like_key, id="query", placeholder=self._contents.hint)
            yield PaletteList()

    def on_mount(self) -> None:
        self.set_class(self._try_out is not None, "-tries")
        line = self.query_one(Input)
        line.max_length = LONGEST
        line.focus()
        self._show("", self._point_at)  # at once: enter may have come together with the key that opened this
        self.run_worker(self._load())

    def on_resize(self) -> None:
        self.set_class(self.size.height < 22, "-low")

    async def _load(self) -> None:
        async for _ in self._contents.load():
            if not self.closed.done():  # a closed one is attached for a moment more, without its list
                pointed = self.query_one(PaletteList).pointed
                self._show(self._shown, pointed.id if pointed is not None else self._point_at)

    def _show(self, typed: str, point_at: str | None = None) -> None:
        self._shown = typed
        self.query_one(PaletteList).show(self._contents.sections(typed), typed, point_at)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        if message.value != self._shown:
            self._show(message.value)

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        if message.value != self._shown:  # enter came together with the text
            self._show(message.value)
        self._take(self.query_one(PaletteList).pointed)

    @on(PaletteList.Clicked)
    def _clicked(self, message: PaletteList.Clicked) -> None:
        self._take(message.entry)

    def _take(self, entry: PaletteEntry | None) -> None:
        if entry is None or not entry.chosen:
            return
        if entry.kind is Kind.SETTING:
            line = self.query_one(Input)
            line.value = f"{entry.value} "
            line.cursor_position = len(line.value)
            line.focus()
        else:
            self.dismiss(entry)

    @on(PaletteList.Pointed)
    def _pointed(self, message: PaletteList.Pointed) -> None:
        if self._try_out is None:
            return
        if self._trying is not None:
            self._trying.stop()
        self._trying = self.set_timer(POINTED_AFTER, self._try)

    def _try(self) -> None:
        entry = self.query_one(PaletteList).pointed
        if entry is not None and self._try_out is not None and self.is_active:
            self._try_out(entry)

    def action_move(self, by: int) -> None:
        self.query_one(PaletteList).move(by)

    def action_page(self, by: int) -> None:
        self.query_one(PaletteList).move_page(by)
