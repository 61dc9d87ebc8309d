"""The content filter's dialog: what was rejected, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from tui_chat.ui.controllers.content_filter import CaseActions, Choice
from tui_chat.ui.filter_rejection_text import FilterRejection, explained, findings, headline, more
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.widgets.action_row import ActionRow, KeyAction

WIDEST = 84
ROOMY = 24
"""Rows of the terminal from which on the modal has air around its text."""

PAUSE_S = 0.7
"""Who types on without such a pause means the prompt, and not the modal that has just come up."""


class FilterRejectionScreen(Modal[Choice | None]):
    """Closes with the user's choice. `typed` takes the keys of a user who was typing when it came up, else None."""

    DEFAULT_CSS = """
    FilterRejectionScreen {
        align: center middle;
        & > #box { width: 84; max-width: 96%; height: auto; max-height: 100%; border: heavy $error;
                   border-title-color: $text-error; border-title-style: bold; border-subtitle-color: $text-muted;
                   background: $surface; padding: 0 1; }
        &.-roomy > #box { padding: 1 2; }
        & > #box.-calm { border: heavy $primary; border-title-color: $text-primary; }
        & #body { height: auto; scrollbar-size-vertical: 1; }
        & Static { width: 1fr; height: auto; margin-bottom: 1; padding-right: 1; }
        & #headline { text-style: bold; }
        & #explained { margin-bottom: 0; }
        & #details { display: none; margin: 1 0 0 0; color: $text-muted; }
        & ActionRow { margin-top: 1; }
    }
    """

    AUTO_FOCUS = ""

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("e", "edit", "Edit and resend", show=False),
        Binding("h", "hide", "Hide or show the answer", show=False),
        Binding("k", "keep", "Keep the answer", show=False),
        Binding("d", "send", "Leave out of what is sent, or include", show=False),
        Binding("c", "copy", "Copy details", show=False),
        Binding("m", "more", "More", show=False),
        Binding("escape,q", "close", "Close", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-8)", show=False),
        Binding("pagedown,space", "scroll(8)", show=False),
    ]

    def __init__(
        self, case: FilterRejection, actions: CaseActions, typed: Callable[[str], object] | None = None
    ) -> None:
        super().__init__()
        self.case = case
        self._actions = actions
        self._typed = typed
        self._typed_at = monotonic()
        self._composed = False
        self._more = False

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            with VerticalScroll(id="body", can_focus=False):
                yield Static(id="headline")
                yield Static(id="findings")
                yield Static(id="explained")
                yield Static(id="details")
            yield ActionRow(self._offers())

    def on_mount(self) -> None:
        self._composed = True
        self.watch(self.query_one("#body"), "show_vertical_scrollbar", self._say_more, init=False)
        self.take(self.case)
        # A focused button would take the enter of a user who is still typing into the prompt.
        if self._typed is None:
            self.query_one("#edit").focus()

    def take(self, case: FilterRejection) -> None:
        """Show the case as it is now; a late verdict may come before the modal is mounted."""
        self.case = case
        if not self._composed:
            return
        box = self.query_one("#box")
        box.border_title = case.title
        box.set_class(not case.rejected, "-calm")
        self.query_one("#explained", Static).update(Content(explained(case)))
        self.query_one("#details", Static).update(Content(more(case.turn)))
        self._fit()

    def _offers(self) -> list[KeyAction]:
        case = self.case
        show, leave = ("show" if case.hidden else "hide"), ("leave" if case.goes_out else "include")
        return [
            KeyAction("edit", "e", "edit and resend", "edit"),
            KeyAction("hide", "h", f"{show} answer", show, bool(case.rejected and case.turn.text)),
            KeyAction("send", "d", f"{leave} them{' out' if case.goes_out else ''}", leave, case.may_go_out),
            KeyAction("copy", "c", "copy details", "copy"),
            KeyAction("more", "m", "less" if self._more else "more"),
            KeyAction("close", "esc", "close", ""),
        ]

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """The text scrolls and the actions stay: a share of an automatic height is something CSS cannot say. Air is
        given up before the last sentence is out of view."""
        if not self.size:
            return
        for roomy in (self.size.height >= ROOMY, False):
            self.set_class(roomy, "-roomy")
            inside = min(WIDEST, self.size.width * 96 // 100) - (6 if roomy else 4)
            self._fill(inside, roomy=roomy)
            rows = self.query_one(ActionRow).fit(self._offers(), inside)
            around = 2 + (2 if roomy else 0) + 1  # border, padding, and the row above the actions
            room = max(self.size.height - around - rows, 3)
            if self._height(inside - 1) <= room:
                break
        self.query_one("#body").styles.max_height = room
        self.call_after_refresh(self._say_more)

    def _fill(self, inside: int, *, roomy: bool) -> None:
        # A border cuts a title that is too long for it, and this one says it all.
        cut = inside < len(self.case.title)
        said = headline(self.case.turn)
        self.query_one("#headline", Static).update(Content(f"{self.case.title}\n{said}" if cut else said))
        # The scroll bar and the cell next to it stay free, whether or not the text is long enough to scroll.
        self.query_one("#findings", Static).update(findings(self.case.turn, max(inside - 2, 1), airy=roomy))

    def _height(self, width: int) -> int:
        """The rows of the text without what *more* shows."""
        parts = [self.query_one(f"#{name}", Static) for name in ("headline", "findings", "explained")]
        return sum(
            part.get_content_height(self.size, self.size, max(width, 1)) + part.styles.margin.bottom for part in parts
        )

    def _say_more(self) -> None:
        self.query_one("#box").border_subtitle = "↑ ↓ more" if self.query_one("#body").max_scroll_y else ""

    def on_key(self, event: events.Key) -> None:
        """Letters of a user still typing go to the prompt; after a pause they are the modal's keys.

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

    def action_more(self) -> None:
        """Show or hide what the bars mean and what the server says, and bring it into view."""
        self._more = not self._more
        part = self.query_one("#details")
        part.display = self._more
        self._fit()
        if self._more:
            self.call_after_refresh(part.scroll_visible, animate=False)

    def action_hide(self) -> None:
        if self._can_hide:
            self.take(self._actions.hide(not self.case.hidden))

    def action_keep(self) -> None:
        if self._can_hide:
            self.take(self._actions.hide(False))

    def action_send(self) -> None:
        if self.case.may_go_out:
            self.take(self._actions.send(not self.case.goes_out))

    @property
    def _can_hide(self) -> bool:
        return any(offer.id == "hide" and offer.shown for offer in self._offers())

    def action_scroll(self, lines: int) -> None:
        self.query_one("#body", VerticalScroll).scroll_relative(y=lines, animate=False)

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        await self.run_action(str(event.button.id))
