"""The column of the conversation and the prompt below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual import events, on
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import TextArea

from tui_chat.ui.column_width import measure
from tui_chat.ui.textual_fixes.covered_containers import CoveredVertical
from tui_chat.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from tui_chat.ui.reading_hints import Chosen
    from tui_chat.ui.widgets.transcript.posted_messages import ReadingChanged


NOTED_S = 4.0
"""Seconds for which something is said below the conversation."""


class Jump(NamedTuple):
    """A letter that was struck while reading and went to the prompt: its text before and after."""

    before: str
    cursor: tuple[int, int]
    after: str


class ChatColumn(CoveredVertical):
    """The box has the width and place of the conversation column."""

    DEFAULT_CSS = "ChatColumn { width: 1fr; }"

    chosen: reactive[Chosen | None] = reactive(None, layout=False, repaint=False)
    """What the reading cursor is on."""

    _jump: Jump | None = None
    _noted: Timer | None = None
    """Until it ends, something else is said."""

    def on_transcript_reading_changed(self, message: ReadingChanged) -> None:
        """The row between the conversation and the box says where the keys go."""
        self.chosen = message.chosen
        if message.chosen is not None:
            self._jump = None
        if self._jump is None and self._noted is None:
            self._say_place()

    def jump(self, letter: str) -> None:
        """A letter without a meaning while reading goes to the prompt: say so, and let escape take it back."""
        prompt = self.query_one("#prompt", Prompt)
        before, cursor = prompt.text, prompt.cursor_location
        self.screen.set_focus(prompt)
        prompt.type_in(letter)
        self._jump = Jump(before, cursor, prompt.text) if len(letter) == 1 and prompt.text != before else None
        self._say(f" “{letter}” went to the prompt · esc back to reading " if self._jump else "")

    def note(self, text: str) -> bool:
        """Say something for a while. False where there is no room."""
        pane = self.query_one("#pane")
        too_long = Content(text).cell_length + 4 > pane.outer_size.width
        if too_long or not pane.display or not pane.styles.border_bottom[0]:
            return False
        self._say(f" {text} ")
        self._noted = self.set_timer(NOTED_S, self._noted_long_enough)
        return True

    def _noted_long_enough(self) -> None:
        self._noted = None
        self._say_place()

    def take_back(self) -> bool:
        """The letter out of the prompt, and back to what was read. False once anything else was typed."""
        jump, prompt = self._jump, self.query_one("#prompt", Prompt)
        if jump is None or not prompt.has_focus or prompt.text != jump.after:
            return False
        prompt.replace_text(jump.before)
        prompt.move_cursor(jump.cursor)
        self.query_one("Transcript").focus()
        return True

    @on(TextArea.Changed, "#prompt")
    def _typed_on(self, event: TextArea.Changed) -> None:
        if self._jump is not None and event.text_area.text != self._jump.after:
            self._jump = None
            self._say("")

    def _say_place(self) -> None:
        """Where the keys go, if not to the prompt."""
        if self.chosen is None:
            self._say("")
        else:
            from tui_chat.ui.reading_hints import reading_title

            self._say(reading_title(self.chosen))

    def _say(self, title: str) -> None:
        if self._noted is not None:
            self._noted.stop()
            self._noted = None
        self.query_one("#pane").border_subtitle = Content(title)

    def on_resize(self, event: events.Resize) -> None:
        found = measure(event.size.width)
        for box in self.query_children("Prompt, QueueList"):
            # Not a margin: that would be taken off the width of the conversation, too.
            box.styles.offset = (found.margin, 0)
            box.styles.max_width = max(found.box, 1)
