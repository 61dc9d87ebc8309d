"""The tabs of a comparison whose answers are shown one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.core.signs import Sign
from tui_chat.render.safe import safe_line

DOT = Sign.BUSY
"""Behind the head of an answer that still comes."""


PADDING = 2
"""Cells around a label."""


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
        self.say_heads(heads)

    def say_heads(self, heads: Sequence[str]) -> None:
        """What distinguishes the answers."""
        self._heads = [safe_line(head) for head in heads]
        self.refresh()

    def tell(self, chosen: int, coming: Sequence[bool]) -> None:
        self.shown = chosen, tuple(coming)

    def _labels(self) -> tuple[str, list[str]]:
        """The text before the tabs, and the tabs' texts. If there is not enough room, a common beginning is shown
        once."""
        room = self.content_size.width // len(self._heads) - PADDING
        alike = takewhile(lambda letters: len({*letters}) == 1, zip(*self._heads, strict=False))
        begun = "".join(letters[0] for letters in alike).rpartition(" ")[0]
        if not begun or all(len(head) + len(f" {DOT}") <= room for head in self._heads):
            return "", self._heads
        return f"{begun} ", [head[len(begun) + 1 :] for head in self._heads]

    def _room(self, lead: str) -> int:
        """Cells of a tab."""
        return max((self.content_size.width - len(lead)) // len(self._heads), PADDING + 2)

    def render(self) -> Content:
        chosen, coming = self.shown
        lead, labels = self._labels()
        room, tabs = self._room(lead), [Content(lead)]
        for number, text in enumerate(labels):
            comes = number < len(coming) and coming[number]
            label = Content(f"{text}{f' {DOT}' if comes else ''}").truncate(room - PADDING, ellipsis=True)
            style = "bold reverse" if number == chosen else ""
            tabs.append(Content.assemble((f" {label} ", style)).pad_right(room - label.cell_length - PADDING))
        return Content("").join(tabs)

    def on_click(self, event: events.Click) -> None:
        lead, labels = self._labels()
        number = (event.x - self.styles.padding.left - len(lead)) // self._room(lead)
        if 0 <= number < len(labels):
            self.post_message(AnswerPointed(number))
