"""The footnotes of one message as HTML, linked in both directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from tui_chat.render.sanitize import clean

Token = Any
"""markdown-it's token; only `render` knows its types."""


class Footnotes:
    """`numbers` are those of the notes by label. Labels are untrusted, so they are never part of an address."""

    def __init__(self, numbers: Mapping[str, int], marked: Iterable[str], anchor: str) -> None:
        self._numbers = numbers
        self._marked = set(marked)
        self._anchor = anchor
        self._marks: Counter[str] = Counter()
        self._opened: set[str] = set()
        self._backs: list[str] = []

    @classmethod
    def of(cls, blocks: Iterable[Token], paragraphs: Iterable[Sequence[Token]], anchor: str) -> Footnotes:
        """The notes among a message's blocks, and their marks in its paragraphs."""
        labels = dict.fromkeys(_key(token.info) for token in blocks if token.type == "footnote_open")
        marks = [_key(_label(token)) for tokens in paragraphs for token in tokens if token.type == "footnote"]
        return cls({label: number for number, label in enumerate(labels, 1)}, marks, anchor)

    def mark(self, token: Token) -> str:
        """A mark in the text; plain text if it has no note. The parser allows none inside a link."""
        label = _label(token)
        number = self._numbers.get(_key(label))
        if number is None:
            return _text(token.content)
        self._marks[_key(label)] += 1
        first = f' id="{self._anchor}-mark-{number}"' if self._marks[_key(label)] == 1 else ""
        return f'<sup><a href="#{self._anchor}-note-{number}"{first}>{_text(label)}</a></sup>'

    def opening(self, token: Token) -> str:
        """The beginning of a note. If several have one label, marks lead to the first."""
        key = _key(token.info)
        number, again = self._numbers[key], key in self._opened
        self._opened.add(key)
        leads_back = not again and key in self._marked
        back = f' <a href="#{self._anchor}-mark-{number}" title="back to the text">↩</a>' if leads_back else ""
        self._backs.append(back)
        name = "" if again else f' id="{self._anchor}-note-{number}"'
        return f'<div class="footnote"{name}><sup>{_text(token.info)}</sup><div>'

    def closing(self) -> str:
        return f"{self._backs.pop()}</div></div>\n"


def _label(token: Token) -> str:
    return str(token.content).removeprefix("[^").removesuffix("]")


def _key(label: str) -> str:
    return label.casefold()


def _text(text: str) -> str:
    return escape(clean(text))
