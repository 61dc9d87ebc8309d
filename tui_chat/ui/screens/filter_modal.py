"""The content filter's modal: what was rejected, and what can be done about it, each with a key."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import ItemGrid, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from tui_chat.render.safe import safe_text
from tui_chat.ui.controllers.content_filter import CaseActions, Choice
from tui_chat.ui.filter_report import Case, decided, findings, happened, server_says
from tui_chat.ui.screens.modal import Modal

CHROME = 5
"""Rows of the modal that are neither its text nor its actions: border, distance, and a row above and below."""

WIDEST = 84
BUTTON = 23
"""Cells of the widest action."""

PAUSE_S = 0.7
"""Who types on without such a pause means the prompt, and not the modal that has just come up."""


class Filtered(Modal[Choice | None]):
    """Closes with what the user chose. `typed` takes keys of somebody who was typing when it came up; None: nobody."""

    DEFAULT_CSS = """
    Filtered {
        align: center middle;
        & > #box { width: 84; max-width: 96%; height: auto; max-height: 100%; border: heavy $error;
                   border-title-color: $text-error; border-title-style: bold; background: $surface; padding: 0 1; }
        & #body { height: auto; padding: 0 1; scrollbar-size-vertical: 1; }
        & Static { width: 1fr; height: auto; margin-bottom: 1; padding-right: 1; }
        & #server { margin-bottom: 0; color: $text-muted; }
        & #actions { height: auto; margin-top: 1; padding: 0 1; grid-gutter: 0 1; }
        & Button, & Button:hover { width: auto; min-width: 1; color: $foreground; background: $surface; }
        & Button:focus { color: $foreground; background: $surface; text-style: bold reverse; }
    }
    """

    AUTO_FOCUS = ""

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("e", "edit", "Edit and resend", show=False),
        Binding("h", "hide", "Hide or show what came", show=False),
        Binding("k", "keep", "Keep what came", show=False),
        Binding("d", "send", "Leave out of what is sent, or include", show=False),
        Binding("c", "copy", "Copy details", show=False),
        Binding("escape,q", "close", "Close", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-8)", show=False),
        Binding("pagedown,space", "scroll(8)", show=False),
    ]

    def __init__(self, case: Case, actions: CaseActions, typed: Callable[[str], object] | None = None) -> None:
        super().__init__()
        self.case = case
        self._actions = actions
        self._typed = typed
        self._typed_at = monotonic()
        self._composed = False

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            with VerticalScroll(id="body", can_focus=False):
                yield Static(id="happened")
                yield Static(id="findings")
                yield Static(id="decided")
                yield Static(id="server")
            with ItemGrid(id="actions", min_column_width=BUTTON):
                yield Button(Content("Edit and resend (e)"), id="edit", compact=True)
                yield Button(Content(), id="hide", compact=True)
                yield Button(Content(), id="send", compact=True)
                yield Button(Content("Copy details (c)"), id="copy", compact=True)
                yield Button(Content("Close (esc)"), id="close", compact=True)

    def on_mount(self) -> None:
        self._composed = True
        self.take(self.case)
        # A button with the focus would take the enter that somebody who types on meant for the prompt.
        if self._typed is None:
            self.query_one("#edit").focus()

    def take(self, case: Case) -> None:
        """Show the case as it is now; a late verdict may come before the modal itself stands."""
        self.case = case
        if not self._composed:
            return
        turn = case.turn
        self.query_one("#box").border_title = case.title
        self.query_one("#decided", Static).update(Content(decided(case)))
        self.query_one("#server", Static).update(Content(safe_text("\n".join(server_says(turn)))))
        self._button("hide", "Show what came (h)" if case.hidden else "Hide what came (h)", case.rejected and turn.text)
        self._button("send", "Leave them out (d)" if case.goes_out else "Include them (d)", case.may_go_out)
        self._fit()

    def _button(self, name: str, label: str, shown: object) -> None:
        button = self.query_one(f"#{name}", Button)
        button.label = Content(label)
        button.display = bool(shown)
        # A new label alone is drawn in the width of the old one.
        button.refresh(layout=True)

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """The text scrolls and the actions stay: a share of an automatic height is something CSS cannot say."""
        if not self.size:
            return
        inside = min(WIDEST, self.size.width * 96 // 100) - 6
        # A border cuts a title that is too long for it, and this one says it all.
        cut = inside < len(self.case.title)
        said = happened(self.case.turn)
        self.query_one("#happened", Static).update(Content(f"{self.case.title}\n{said}" if cut else said))
        # The scroll bar and the cell beside it are left free, whether or not the text is long enough to scroll.
        self.query_one("#findings", Static).update(findings(self.case.turn, max(inside - 2, 1)))
        columns = max((inside + 1) // (BUTTON + 1), 1)
        buttons = sum(button.display for button in self.query(Button))
        rows = -(-buttons // columns)
        self.query_one("#body").styles.max_height = max(self.size.height - CHROME - rows, 3)
        self.call_after_refresh(self._say_more)

    def _say_more(self) -> None:
        box = self.query_one("#box")
        box.border_subtitle = "↑ ↓ more" if self.query_one("#body").max_scroll_y else ""

    def on_key(self, event: events.Key) -> None:
        """Letters of somebody who types on go to the prompt; after a pause they are the modal's keys.

        What counts is when a key came, not when it is dealt with: on busy cores that may be a second later.
        """
        if self._typed is None or event.time - self._typed_at > PAUSE_S:
            self._typed = None
            return
        if event.key == "enter" or (event.is_printable and event.character):
            self._typed_at = event.time
            event.stop()
            event.prevent_default()
            if event.key != "enter":
                self._typed(event.character or "")

    def action_edit(self) -> None:
        self.dismiss("edit")

    def action_close(self) -> None:
        self.dismiss("close")

    def action_copy(self) -> None:
        self._actions.copy()

    def action_hide(self) -> None:
        if self.query_one("#hide").display:
            self.take(self._actions.hide(not self.case.hidden))

    def action_keep(self) -> None:
        if self.query_one("#hide").display:
            self.take(self._actions.hide(False))

    def action_send(self) -> None:
        if self.case.may_go_out:
            self.take(self._actions.send(not self.case.goes_out))

    def action_scroll(self, lines: int) -> None:
        self.query_one("#body", VerticalScroll).scroll_relative(y=lines, animate=False)

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        await self.run_action(str(event.button.id))
