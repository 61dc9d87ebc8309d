"""What is seen of each message as one text: this file owns that it is the same whether the message is drawn or not.

Counting in the Markdown itself, as was done once, found addresses that nobody sees, and lost words between marks.
"""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style

from tui_chat.render.bare import bare_document
from tui_chat.render.document import Document
from tui_chat.render.line import Line
from tui_chat.render.plain import plain_lines
from tui_chat.render.safe import safe_text
from tui_chat.ui.widgets.transcript import parts
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.hits import seen_text
from tui_chat.ui.widgets.transcript.look import Look
from tui_chat.ui.widgets.transcript.query import Query

THOUGHTS = 3
"""The line of a message with which its thinking begins, where that is in view."""


def thought(entry: Entry, look: Look) -> str:
    """The thinking of a message where it is in view; while an answer comes, its thinking is only glanced at."""
    text = entry.turn.reasoning.strip() if entry.live is None and look.reasoning != "hidden" else ""
    shown = text and parts.unfolded(parts.Thinking(0, text, goes_on=False, shown=entry.seen.thought), look)
    return text if shown else ""


def thought_lines(entry: Entry, look: Look) -> list[Line]:
    text = thought(entry, look)
    return _wrapped(text, look.width) if text else []


@lru_cache(8)
def _wrapped(text: str, width: int) -> list[Line]:
    return plain_lines(text, Style.null(), width)


class Texts:
    """The texts of messages, kept once they are made. Drawing one takes as many calls as its length asks for."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}
        self._drawing: tuple[int, Document] | None = None

    def clear(self) -> None:
        self._known.clear()
        self._drawing = None

    def forget(self, entry: Entry) -> None:
        """Something else is seen of this message now."""
        self._known.pop(entry.key, None)
        self._drawing = None if self._drawing is not None and self._drawing[0] == entry.key else self._drawing

    def count(self, entry: Entry, query: Query, look: Look, budget: float) -> int | None:
        """Hits in a message that is all there; None: drawing it goes on with the next call."""
        text = self._known.get(entry.key)
        if text is None and not _may_hold(entry, query):
            return 0
        text = self._made(entry, look, budget) if text is None else text
        if text is None:
            return None
        self._known[entry.key] = text
        return query.count(text)

    def _made(self, entry: Entry, look: Look, budget: float) -> str | None:
        said = "" if entry.hides else self._said(entry, look, budget)
        return None if said is None else f"{safe_text(thought(entry, look))}\n{said}"

    def _said(self, entry: Entry, look: Look, budget: float) -> str | None:
        if entry.turn.role != "assistant" or entry.shows_source:
            return safe_text(entry.turn.text)
        return seen_text(entry.whole) if entry.settled else self._drawn(entry, look, budget)

    def _drawn(self, entry: Entry, look: Look, budget: float) -> str | None:
        if self._drawing is None or self._drawing[0] != entry.key:
            self._drawing = (entry.key, bare_document(entry.turn.text, look.width))
        document = self._drawing[1]
        document.update(budget)
        if not document.done:
            return None
        self._drawing = None
        return seen_text(document.lines)


def _may_hold(entry: Entry, query: Query) -> bool:
    return query.may_be_in(entry.turn.text) or (bool(entry.turn.reasoning) and query.may_be_in(entry.turn.reasoning))
