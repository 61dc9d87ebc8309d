"""The column of the conversation and the prompt below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tui_chat.ui.column_width import measure
from tui_chat.ui.widgets.covered_container import CoveredVertical

if TYPE_CHECKING:
    from tui_chat.ui.widgets.transcript.posted_messages import ReadingChanged


class ChatColumn(CoveredVertical):
    """The box has the width and place of the conversation column."""

    DEFAULT_CSS = "ChatColumn { width: 1fr; }"

    def on_transcript_reading_changed(self, message: ReadingChanged) -> None:
        """The row between the conversation and the box says where the keys go."""
        self.query_one("#pane").border_subtitle = " reading · esc back to the prompt " if message.reading else ""

    def on_resize(self, event: events.Resize) -> None:
        found = measure(event.size.width)
        for box in self.query_children("Prompt, QueueList"):
            # Not a margin: that would be taken off the width of the conversation, too.
            box.styles.offset = (found.margin, 0)
            box.styles.max_width = max(found.box, 1)
