"""The reasoning of a streaming answer, kept whole and cheap to show."""

from __future__ import annotations

from rich.style import Style

from tui_chat.render.line import Line
from tui_chat.render.plain_text import GrowingText

LAST = 4_000
"""Characters kept for the last few lines, which are shown until the user asks for everything."""

JOINER = "\u200d"


class GrowingReasoning:
    """Text that grows. `words` is the number of its words."""

    def __init__(self) -> None:
        self.words = 0
        self._pieces: list[str] = []
        self._tail = ""
        self._inside = False
        self._drawn: _Drawn | None = None

    def feed(self, piece: str) -> None:
        """Add a piece; a word may be cut anywhere."""
        words = piece.split()
        if not words:
            self._inside = self._inside and not piece
        else:
            self.words += len(words) - (self._inside and not piece[0].isspace())
            self._inside = not piece[-1].isspace()
        self._pieces.append(piece)
        self._tail = (self._tail + piece)[-LAST:]

    @property
    def tail(self) -> str:
        """The end of the text, from the beginning of a word."""
        return self._tail if len(self._tail) < LAST else self._tail.partition(" ")[2] or self._tail

    def lines(self, width: int, style: Style) -> list[Line]:
        """All lines. What was drawn before is not drawn again."""
        if self._drawn is None or self._drawn.options != (width, style):
            self._drawn = _Drawn(width, style)
        return self._drawn.brought_to(self._pieces)


class _Drawn:
    """The lines for one width and style, as far as the pieces were taken; the last characters may wait for more."""

    def __init__(self, width: int, style: Style) -> None:
        self.options = (width, style)
        self._taken = 0
        self._held = ""
        self._closed: list[Line] = []
        self._open: list[Line] = []
        self._row = GrowingText(width, style)

    def brought_to(self, pieces: list[str]) -> list[Line]:
        text = self._held + flat("".join(pieces[self._taken :]))
        self._taken = len(pieces)
        text = text if self._open else text.lstrip()
        said = _joined(text.rstrip())
        self._held = text[len(said) :]
        if said:
            first, *rows = said.split("\n")
            self._open = self._row.feed(first)
            for row in rows:
                self._closed += self._open
                self._row = GrowingText(*self.options)
                self._open = self._row.feed(row)
        return [*self._closed, *self._open]


def flat(text: str) -> str:
    """The text with tabs of a fixed width, which does not depend on text that may be drawn already."""
    return text.replace("\t", "    ")


def _joined(text: str) -> str:
    """The text without last characters that the next may join: emoji and letters may arrive in two parts."""
    end = len(text) - (not text[-1:].isascii())
    while end < len(text) and end and JOINER in text[end - 1 : end + 1]:
        end -= 1
    return text[:end]
