"""The prompt: where the user types. It knows no conversation; it says what was submitted and keeps the text until it
is told that the text is safe."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.binding import Binding
from textual.document._document_navigator import DocumentNavigator
from textual.strip import Strip
from textual.widgets import TextArea

from tui_chat.render.safe import safe_line
from tui_chat.ui.commands import binding
from tui_chat.ui.messages import HelpAsked, PromptSubmitted
from tui_chat.ui.textual_fixes.long_rows import long_row
from tui_chat.ui.textual_fixes.quick_wrap import QuickWrappedDocument

MAX_LINES = 10


class Prompt(TextArea):
    """A text area that grows with its text and sends on enter.

    Its height is set by hand and only when it changes: `height: auto` would lay out the screen on each key.
    """

    DEFAULT_CSS = """
    Prompt {
        height: 3; border: round $primary-muted; padding: 0 1; background: $background;
        &:focus { border: round $primary; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("ctrl+c", "screen.command('chat.interrupt')", show=False),
        binding("view.page_up"),
        binding("view.page_down"),
        Binding("alt+left,alt+b", "cursor_word_left", show=False),
        Binding("alt+right,alt+f", "cursor_word_right", show=False),
        Binding("alt+d", "delete_word_right", show=False),
    ]

    def __init__(self, *, send: Sequence[str], newline: Sequence[str]) -> None:
        super().__init__(
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder="Write a message",
            id="prompt",
        )
        self.wrapped_document = QuickWrappedDocument(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self.take_keys(send, newline)
        self._history: list[str] = []
        self._aside: list[str] = []
        self._place: int | None = None
        """Index into the history while the user walks it; None while the own draft is shown."""
        self._draft = ""
        self._submitted: set[str] = set()
        """What was submitted and nobody has dealt with yet."""
        self.limit = MAX_LINES

    def take_keys(self, send: Sequence[str], newline: Sequence[str]) -> None:
        """The keys that send and that begin a new line."""
        self._send = frozenset(send)
        self._newline = frozenset(newline)

    def remember(self, prompts: Sequence[str], aside: Sequence[str] = ()) -> None:
        """What up and down walk through, oldest first: prompts that were sent, and behind them what was put aside.

        Another conversation is shown: what is submitted next belongs to that.
        """
        self._history = [*prompts, *aside]
        self._aside = list(aside)
        self._place = None
        self._submitted.clear()

    @property
    def aside(self) -> tuple[str, ...]:
        """What was put aside since the conversation was shown, and what `remember` was told of."""
        return tuple(self._aside)

    def recall_later(self, text: str) -> None:
        """Put a text in reach of the up key."""
        if text.strip():
            self._history.append(text)
            self._aside.append(text)
            self._place = None

    def accepted(self, text: str) -> None:
        """The text is safe: clear it, and add it to the history. What the user has typed on meanwhile stays."""
        self._history.append(text)
        self._place = None
        if self.text.startswith(text):
            self.replace_text(self.text.removeprefix(text).lstrip("\n"))

    def dealt_with(self, text: str) -> None:
        """What was submitted is safe or was refused: enter submits the same text again."""
        self._submitted.discard(text)

    def append(self, text: str) -> None:
        """Put a text at the end, with the cursor behind it."""
        self.move_cursor(self.document.end)
        self.insert(text)

    def set_title(self, title: str) -> None:
        """A title in the border; "" for none."""
        self.border_title = safe_line(title)

    def deselect(self) -> bool:
        """Take back a selection in the text. False where there is none, or the focus is elsewhere."""
        if not self.has_focus or self.selection.is_empty:
            return False
        self.move_cursor(self.cursor_location)
        return True

    def stash(self) -> bool:
        """Clear the prompt and keep its text in reach of the up key. False when there is none."""
        if not self.text.strip():
            return False
        self.recall_later(self.text)
        self.replace_text("")
        return True

    def replace_text(self, text: str) -> None:
        """Put a text in place of what is there, as one step that ctrl+z takes back, with the cursor at its end."""
        self.replace(text, self.document.start, self.document.end)
        self.move_cursor(self.document.end)

    def on_key(self, event: events.Key) -> None:
        # tmux and xterm send shift+enter in a form whose key Textual 8.2.8 leaves as it came.
        if event.key.replace("\r", "enter") in self._newline:
            self._handled(event)
            self.insert("\n")
        elif event.key in self._send:
            self._handled(event)
            self._enter()
        elif event.character == "?" and not self.text:
            self._handled(event)
            self.post_message(HelpAsked())

    def _handled(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()

    def _enter(self) -> None:
        row, column = self.cursor_location
        if column and self.document.get_line(row)[:column].endswith("\\"):
            self.replace("\n", (row, column - 1), (row, column))
        elif self.text.strip() and self.text not in self._submitted:
            # Enter struck twice is meant once. The text stands here until it is safe, and the first answer may have
            # ended by the time that the second key is dealt with, so that nothing further on can tell the two apart.
            self._submitted.add(self.text)
            self.post_message(PromptSubmitted(self.text))

    def action_cursor_up(self, select: bool = False) -> None:
        if select or not self.cursor_at_first_line or not self._walk(-1):
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if select or not self.cursor_at_last_line or not self._walk(1):
            super().action_cursor_down(select)

    def _walk(self, step: int) -> bool:
        """One prompt back or forth in the history. False at its ends."""
        place = len(self._history) if self._place is None else self._place
        target = place + step
        if not 0 <= target <= len(self._history) or (self._place is None and step > 0):
            return False
        if self._place is None:
            self._draft = self.text
        self._place = None if target == len(self._history) else target
        self.replace_text(self._draft if self._place is None else self._history[target])
        return True

    def on_text_area_changed(self) -> None:
        self.fit()

    def on_resize(self) -> None:
        self.fit()

    def _render_line(self, y: int) -> Strip:
        """Overridden: Textual cuts up all of a line for each of its rows."""
        row = long_row(self, y)
        return super()._render_line(y) if row is None else row

    def _rewrap_and_refresh_virtual_size(self) -> None:
        """Overridden: Textual wraps a long text again for each change of height, too."""
        if self.wrapped_document._width != self.wrap_width:
            super()._rewrap_and_refresh_virtual_size()
        else:
            self._line_cache.clear()
            self._refresh_size()

    def fit(self) -> None:
        """Be as high as the text, up to the limit."""
        lines = min(max(self.wrapped_document.height, 1), max(self.limit, 1))
        height = lines + 2
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
