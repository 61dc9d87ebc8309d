"""The tabs of a comparison whose answers are shown one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile, zip_longest

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.cells import SEPARATOR, fitting_parts, last_first

DOT = Sign.BUSY
"""Behind the head of an answer that still comes."""

PADDING = 2
"""Cells around a label."""


class AnswerPointed(Message):
    """The mouse was pressed on an answer or its tab."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def without_common_words(heads: Sequence[str]) -> tuple[str, list[str]]:
    """The words with which a part of all heads begins, and the heads without these: `1/2 · temperature 1` gives
    `temperature ` and `1/2 · 1`."""
    lead: list[str] = []
    columns: list[list[str]] = []
    for part in zip_longest(*(head.split(SEPARATOR) for head in heads), fillvalue=""):
        words = [each.split(" ") for each in part]
        alike = list(takewhile(lambda each: len({*each}) == 1, zip(*(each[:-1] for each in words), strict=False)))
        lead += [each[0] for each in alike]
        columns.append([" ".join(each[len(alike) :]) for each in words])
    shorter = [SEPARATOR.join(filter(None, parts)) for parts in zip(*columns, strict=True)]
    return "".join(f"{word} " for word in lead), shorter


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
        """The text before the tabs, and the tabs' texts. If there is not enough room, words that all have are shown
        once."""
        room = self.content_size.width // len(self._heads) - PADDING
        if all(len(head) + len(f" {DOT}") <= room for head in self._heads):
            return "", self._heads
        return without_common_words(self._heads)

    def _room(self, lead: str) -> int:
        return max((self.content_size.width - len(lead)) // len(self._heads), PADDING + 2)

    def render(self) -> Content:
        chosen, coming = self.shown
        lead, labels = self._labels()
        room, tabs = self._room(lead), [Content(lead)]
        for number, text in enumerate(labels):
            comes = number < len(coming) and coming[number]
            dot = f" {DOT}" if comes else ""
            shown = fitting_parts(text, room - PADDING - len(dot), last_first(keep=2))  # when it was made goes first
            label = Content(shown + dot).truncate(room - PADDING, ellipsis=True)
            style = "bold reverse" if number == chosen else ""
            tabs.append(Content.assemble((f" {label} ", style)).pad_right(room - label.cell_length - PADDING))
        return Content("").join(tabs)

    def on_click(self, event: events.Click) -> None:
        lead, labels = self._labels()
        number = (event.x - self.styles.padding.left - len(lead)) // self._room(lead)
        if 0 <= number < len(labels):
            self.post_message(AnswerPointed(number))
