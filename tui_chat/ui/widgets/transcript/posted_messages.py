"""The messages the transcript posts. Handlers are named `on_transcript_…`."""

from __future__ import annotations

from textual.message import Message

from tui_chat.ui.reading_hints import Chosen
from tui_chat.ui.widgets.transcript.search import SearchProgress


class LinkClicked(Message, namespace="transcript"):
    """A link in a message was clicked. Nothing was opened."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url


class AtEndChanged(Message, namespace="transcript"):
    """The view reached the end or left it. `new_lines` arrived below the view since."""

    def __init__(self, at_end: bool, new_lines: int) -> None:
        super().__init__()
        self.at_end = at_end
        self.new_lines = new_lines


class ReadingChanged(Message, namespace="transcript"):
    """The reading cursor is on something else; None: reading has ended."""

    def __init__(self, chosen: Chosen | None) -> None:
        super().__init__()
        self.chosen = chosen


class FoundChanged(Message, namespace="transcript"):
    """The search found more or fewer hits than it last reported."""

    def __init__(self, found: SearchProgress) -> None:
        super().__init__()
        self.found = found
