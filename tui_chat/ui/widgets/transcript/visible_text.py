"""The visible text of each message, the same whether it is drawn or not.

Searching the Markdown source instead found invisible link addresses, and missed words split by marks.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from functools import lru_cache
from typing import TypeVar

from rich.style import Style

from tui_chat.render.document import Document
from tui_chat.render.line import Line
from tui_chat.render.plain_text import plain_lines
from tui_chat.render.sanitize import safe_text
from tui_chat.render.search_text import unstyled_document
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.hit_places import seen_slices
from tui_chat.ui.widgets.transcript.message_parts import Reasoning, unfolded
from tui_chat.ui.widgets.transcript.query import Query
from tui_chat.ui.widgets.transcript.render_options import RenderOptions

SLICE = 0.004
"""Seconds of drawing between two looks at the clock."""

REASONING_ROW = 3
"""The line of a message at which its reasoning begins, if that is in view."""


def visible_reasoning(entry: Entry, options: RenderOptions) -> str:
    """The reasoning of a message, if it is in view. That of a streaming answer is not searched."""
    text = entry.turn.reasoning.strip() if entry.live is None and options.reasoning != "hidden" else ""
    shown = text and unfolded(Reasoning(0, text, streaming=False, shown=entry.view.reasoning), options)
    return text if shown else ""


def reasoning_lines(entry: Entry, options: RenderOptions) -> list[Line]:
    text = visible_reasoning(entry, options)
    return _wrapped(text, options.width) if text else []


@lru_cache(8)
def _wrapped(text: str, width: int) -> list[Line]:
    return plain_lines(text, Style.null(), width)


T = TypeVar("T")
Work = Generator[None, None, T]
"""Work in slices: what it yields to is the clock."""


class VisibleTexts:
    """The texts of messages, kept once they are made. Counting in one takes as many calls as its length asks for."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}
        self._drawing: tuple[int, Document] | None = None
        self._work: tuple[int, Query, Work[int]] | None = None
        """The state of a count: the message, the query, and the progress."""

    def clear(self) -> None:
        self._known.clear()
        self._drawing = self._work = None

    def forget(self, entry: Entry) -> None:
        """The visible part of this message has changed."""
        self._known.pop(entry.key, None)
        self._drawing = None if self._drawing is not None and self._drawing[0] == entry.key else self._drawing
        self._work = None if self._work is not None and self._work[0] == entry.key else self._work

    def count(self, entry: Entry, query: Query, options: RenderOptions, budget: float) -> int | None:
        """Hits in a complete message; None if counting needs another call."""
        if self._work is None or self._work[:2] != (entry.key, query):
            self._work = (entry.key, query, self._counting(entry, query, options))
        until = time.perf_counter() + budget
        try:
            while time.perf_counter() < until:
                next(self._work[2])
        except StopIteration as end:
            self._work = None
            return int(end.value)
        return None

    def _counting(self, entry: Entry, query: Query, options: RenderOptions) -> Work[int]:
        text = self._known.get(entry.key)
        if text is None:
            if not (yield from _may_hold(entry, query)):
                return 0
            said = "" if entry.hides_text else (yield from self._said(entry, options))
            text = self._known[entry.key] = f"{safe_text(visible_reasoning(entry, options))}\n{said}"
        hits = 0
        for more in query.counted(text):
            hits += more
            yield
        return hits

    def _said(self, entry: Entry, options: RenderOptions) -> Work[str]:
        if entry.turn.role != "assistant" or entry.shows_source:
            return safe_text(entry.turn.text)
        lines = entry.layout.whole if entry.layout.complete else (yield from self._drawn(entry, options))
        parts: list[str] = []
        for part in seen_slices(lines):
            parts.append(part)
            yield
        return "".join(parts)

    def _drawn(self, entry: Entry, options: RenderOptions) -> Work[list[Line]]:
        if self._drawing is None or self._drawing[0] != entry.key:
            self._drawing = (entry.key, unstyled_document(entry.turn.text, options.width))
        document = self._drawing[1]
        document.update(SLICE)
        while not document.done:
            yield
            document.update(SLICE)
        self._drawing = None
        return document.lines


def _may_hold(entry: Entry, query: Query) -> Work[bool]:
    for source in (entry.turn.text, entry.turn.reasoning):
        for may in query.sought(source) if source else ():
            if may:
                return True
            yield
    return False
