"""The prompt: where the user types. It knows no conversation; it reports submitted text, and keeps it until it is
stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.binding import Binding
from textual.document._document import EditResult, Location
from textual.widgets import TextArea

from tui_chat.core.surrogates import repair_surrogates
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.key_bindings import binding
from tui_chat.ui.queue_offer import QueueOffer
from tui_chat.ui.recognize_paste import describes_endpoint, is_key_alone, pasted_path
from tui_chat.ui.widgets.prompt.folding_area import FoldingTextArea
from tui_chat.ui.widgets.prompt.recall import PromptRecall

if TYPE_CHECKING:
    from tui_chat.ui.prompt_meter import PromptMeter
    from tui_chat.ui.state import UiState
    from tui_chat.ui.widgets.prompt.vim_keys import VimKeys

MAX_LINES = 10

RECALLED = "A prompt from before: enter sends it anew · ↓ goes back"
QUEUED = "A queued prompt: enter puts it back into the queue"


class Prompt(FoldingTextArea):
    """A text area that grows with its text and sends on enter.

    Its height is set by hand and only when it changes: `height: auto` would lay out the screen on each key.
    """

    DEFAULT_CSS = """
    Prompt {
        height: 3; border: round $primary-muted; padding: 0 1; background: $background;
        &:focus { border: round $primary; }
        border-subtitle-color: $text-muted;
        &.-near { border-subtitle-color: $text-warning; }
        &.-over { border-subtitle-color: $text-error; border-subtitle-style: bold; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("ctrl+c", "screen.command('chat.interrupt')", show=False),
        binding("view.page_up"),
        binding("view.page_down"),
        Binding("alt+left,alt+b", "cursor_word_left", show=False),
        Binding("alt+right,alt+f", "cursor_word_right", show=False),
        Binding("alt+shift+left", "cursor_word_left(True)", show=False),
        Binding("alt+shift+right", "cursor_word_right(True)", show=False),
        Binding("alt+d,ctrl+delete", "delete_word_right", show=False),
    ]

    def __init__(self, *, send: Sequence[str], newline: Sequence[str]) -> None:
        super().__init__("Write a message", "prompt")
        self.take_keys(send, newline)
        self.past = PromptRecall()
        self.queued = QueueOffer()
        self.vim: VimKeys | None = None
        """Where the user wants vim's keys."""
        self._own_title = ""
        self._submitted: set[str] = set()
        """Texts that were submitted and not handled yet."""
        self._under_way = ""
        """The submitted text in front of the text. Empty once it was edited."""
        self.limit = MAX_LINES
        self.first_key: Callable[[str, float], bool] = lambda key, time: False
        """Called first for each key, with its time: True if it handled the key."""

    def take_keys(self, send: Sequence[str], newline: Sequence[str]) -> None:
        """The keys that send and that begin a new line."""
        self._send = frozenset(send)
        self._newline = frozenset(newline)

    def remember(self, prompts: Sequence[str], aside: Sequence[str] = ()) -> None:
        """What up and down walk through, oldest first: prompts that were sent, and behind them what was put aside.

        Another conversation is shown: what is submitted next belongs to that.
        """
        self.past.remember(prompts, aside)
        self.queued.taken = None
        self._submitted.clear()
        self._under_way = ""

    def accepted(self, text: str) -> None:
        """The text is safe: clear it, and add it to the history."""
        self.past.sent(text)
        self.take(text)

    def take(self, text: str) -> None:
        """The text is safe elsewhere: clear it. What the user has typed on meanwhile stays."""
        under_way, more = self._under_way, self.text.removeprefix(self._under_way)
        if self.text.startswith(text):
            left = under_way.removeprefix(text).lstrip("\n")
            self.replace_text(self.text.removeprefix(text).lstrip("\n"))
            self._under_way = left if self.text.startswith(left) else ""
        elif under_way.endswith(text):
            # What was submitted before it was refused, and stays.
            self._under_way = under_way.removesuffix(text)
            self.replace_text(self._under_way + more)

    def dealt_with(self, text: str) -> None:
        """The submitted text was stored or refused: enter submits the same text again."""
        self._submitted.discard(text)
        if text and self._under_way.startswith(text):
            self._under_way = ""  # refused: it is still there, and is sent with what was typed behind it

    def type_in(self, text: str, *, is_text: bool = False) -> None:
        """Take what was typed or pasted elsewhere, at the cursor. `is_text` says that it is no command to ask about."""
        take = super()._replace_via_keyboard if is_text else self._replace_via_keyboard
        if result := take(text, *self.selection):
            self.move_cursor(result.end_location)

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        """Overridden: pasted curl commands and file paths are asked about first."""
        if len(insert) > 1 and describes_endpoint(insert):
            from tui_chat.ui.widget_messages import CurlPasted

            self.post_message(CurlPasted(insert))
            return None
        if len(insert) > 1 and _lacks_key(self.screen) and is_key_alone(insert):
            from tui_chat.ui.widget_messages import KeyPasted

            self.post_message(KeyPasted(insert))
            return None
        if len(insert) > 1 and (path := pasted_path(insert)) is not None:
            from tui_chat.ui.widget_messages import PathPasted

            self.post_message(PathPasted(insert, path))
            return None
        return super()._replace_via_keyboard(insert, start, end)

    def set_title(self, title: str | None) -> None:
        """A title in the border; "" for none, None for the one that it has."""
        if title is not None:
            self._own_title = safe_line(title)
        # What becomes of the text is said where it is not plain: an edit, one of the queue, one from before.
        brought = QUEUED if self.queued.taken is not None else RECALLED if self.past.walking and self.text else ""
        shown = " · ".join(filter(None, (self.vim.shown if self.vim else "", self._own_title or brought)))
        if shown != (self.border_title or ""):
            self.border_title = shown

    def show_meter(self, meter: PromptMeter) -> None:
        """Tokens at the right of the lower edge."""
        self.border_subtitle = meter.words
        self.set_class(meter.level == "near", "-near")
        self.set_class(meter.level == "over", "-over")

    def stash(self) -> bool:
        """Clear the prompt and keep its text in reach of the up key. False when there is none."""
        if not self.text.strip():
            return False
        self.past.recall_later(self.text)
        self.replace_text("")
        return True

    def replace_text(self, text: str) -> None:
        """Replace the whole text, as one step for undo, with the cursor at its end."""
        text = self.pastes.fold_known(repair_surrogates(text))
        self.replace(text, self.document.start, self.document.end)
        self.move_cursor(self.document.end)

    def on_key(self, event: events.Key) -> None:
        if self.first_key(event.key, event.time) or (self.vim is not None and self.vim.key(event)):
            _handled(event)
            self.set_title(None)
            return
        # tmux and xterm send shift+enter in a form whose key Textual 8.2.8 leaves as it came.
        if event.key.replace("\r", "enter") in self._newline:
            _handled(event)
            self.insert("\n")
        elif event.key in self._send:
            _handled(event)
            self.enter()
        elif event.key == "tab":
            # Textual would move the focus, and what is typed next would be lost on a pane.
            _handled(event)
        elif event.character == "?" and not self.text:
            from tui_chat.ui.widget_messages import HelpAsked

            _handled(event)
            self.post_message(HelpAsked())

    def enter(self) -> None:
        """Submit what was written, or begin a new line behind a backslash."""
        from tui_chat.ui.widget_messages import EmptySubmitted, PromptSubmitted

        row, column = self.cursor_location
        # A prompt submitted before, still on its way into the library, is in front.
        text = self.text.removeprefix(self._under_way)
        text = text.lstrip("\n") if self._under_way else text
        if column and self.document.get_line(row)[:column].endswith("\\"):
            self.replace("\n", (row, column - 1), (row, column))
        elif text.strip() and text not in self._submitted:
            # Enter pressed twice is meant once. The text stays here until it is stored, and the first answer may have
            # ended by the time that the second key is dealt with, so that nothing further on can tell the two apart.
            self._under_way = self.text
            self._submitted.add(text)
            self.post_message(PromptSubmitted(text))
        elif self.queued.waiting and not self.text.strip():
            self.post_message(EmptySubmitted())

    def action_cursor_up(self, select: bool = False) -> None:
        if select or not self.cursor_at_first_line or not self._walk(-1):
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if select or not self.cursor_at_last_line or not self._walk(1):
            super().action_cursor_down(select)

    def _walk(self, step: int) -> bool:
        """One prompt back or forth, in the queue or else in the history. False at its ends.

        There an empty prompt says so: the key may lead elsewhere.
        """
        from tui_chat.ui.widget_messages import PromptEdgeReached, QueueWalked

        if self.queued.takes(step, self.text):
            self.post_message(QueueWalked(step))
            return True
        text = self.past.walk(step, self.text)
        if text is not None:
            self.replace_text(text)
        elif not self.text:
            self.post_message(PromptEdgeReached(step))
            return True
        return text is not None

    @on(TextArea.Changed)
    @on(events.Resize)
    def fit(self) -> None:
        """Be as high as the text, up to the limit."""
        if self.document.end == (0, 0):
            self.queued.taken = None
        if self._under_way and not self.text.startswith(self._under_way):
            self._under_way = ""
        self.set_title(None)
        if self.wrapped_document._width != self.wrap_width:
            self._rewrap_and_refresh_virtual_size()  # of a new size this hears before the text does
        lines = min(max(self.wrapped_document.height, 1), max(self.limit, 1))
        height = lines + 2
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height


def _handled(event: events.Key) -> None:
    event.stop()
    event.prevent_default()


def _lacks_key(screen: object) -> bool:
    """Whether the key for the next request is missing. Some screens have no state."""
    state: UiState | None = getattr(screen, "state", None)
    return state is not None and bool(state.missing_key)
