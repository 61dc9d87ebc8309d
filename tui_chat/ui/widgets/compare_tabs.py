"""The heads of a comparison in one line, where its answers are shown one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.render.safe import safe_line

DOT = "●"
"""Behind the head of an answer that still comes."""


class AnswerPointed(Message):
    """The mouse was pressed on an answer or its tab."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class CompareTabs(Widget):
    """Each head has the same room."""

    DEFAULT_CSS = """
    CompareTabs { height: 2; border-bottom: solid $foreground 20%; padding: 0 2; color: $text-muted; }
    """

    shown: reactive[tuple[int, tuple[bool, ...]]] = reactive((0, ()), layout=False)

    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__()
        self._heads = [safe_line(head) for head in heads]

    def tell(self, chosen: int, coming: Sequence[bool]) -> None:
        self.shown = chosen, tuple(coming)

    @property
    def _room(self) -> int:
        """Cells of a tab."""
        return max(self.content_size.width // len(self._heads), 4)

    def render(self) -> Content:
        chosen, coming = self.shown
        tabs = []
        for number, head in enumerate(self._heads):
            comes = number < len(coming) and coming[number]
            label = Content(f"{head}{f' {DOT}' if comes else ''}")
            if self._room - 2 >= label.cell_length + 2:
                label = Content(f"{number + 1} ") + label
            label = label.truncate(self._room - 2, ellipsis=True)
            style = "bold reverse" if number == chosen else ""
            tabs.append(Content.assemble((f" {label} ", style)).pad_right(self._room - label.cell_length - 2))
        return Content("").join(tabs)

    def on_click(self, event: events.Click) -> None:
        number = max(event.x - 2, 0) // self._room
        if number < len(self._heads):
            self.post_message(AnswerPointed(number))
