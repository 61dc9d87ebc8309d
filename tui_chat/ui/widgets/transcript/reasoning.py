"""The thinking of an answer while it comes: this file owns that all of it is kept, and that showing it stays cheap."""

from __future__ import annotations

from rich.style import Style

from tui_chat.render.line import Line
from tui_chat.render.plain import GrowingText

LAST = 4_000
"""Characters from whose lines the last few are shown while nobody has asked for all."""

JOINER = "\u200d"


class GrowingReasoning:
    """Text that grows. `words` is how many there are."""

    def __init__(self) -> None:
        self.words = 0
        self._pieces: list[str] = []
        self._tail = ""
        self._inside = False
        self._drawn: _Drawn | None = None

    def feed(self, piece: str) -> None:
        """More of it; a word may be cut anywhere."""
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
        """The last of it, from the beginning of a word on."""
        return self._tail if len(self._tail) < LAST else self._tail.partition(" ")[2] or self._tail

    def lines(self, width: int, style: Style) -> list[Line]:
        """All of it. What was drawn before is not drawn again."""
        if self._drawn is None or self._drawn.options != (width, style):
            self._drawn = _Drawn(width, style)
        return self._drawn.brought_to(self._pieces)


class _Drawn:
    """The lines for one width and style, as far as the pieces were taken; what stands at the end may wait for more."""

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
    """The text with tabs that do not depend on what stands before them, which may be drawn already."""
    return text.replace("\t", "    ")


def _joined(text: str) -> str:
    """The text without a last character that the next may be joined to: emoji and letters come cut in two as well."""
    end = len(text) - (not text[-1:].isascii())
    while end < len(text) and end and JOINER in text[end - 1 : end + 1]:
        end -= 1
    return text[:end]
