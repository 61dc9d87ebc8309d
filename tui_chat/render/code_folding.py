"""Folds long code to its first lines."""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.line import Line
from tui_chat.render.styles import Palette

LONGEST = 40
"""Source lines of the longest code block that is not folded."""

SHOWN = 20
"""Source lines that stay in view of a longer one."""

FOLD = "fold"
"""The key in a style's meta that marks the line which unfolds a code block; its value is (message, number)."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A folded code block: the `row` of the line that replaces its rest, and which lines of the whole that hides.

    `number` counts the message's code blocks from 0, folded or not, so that it is the same at any width.
    """

    row: int
    start: int
    stop: int
    number: int


class Folding:
    """The lines of a message with its long code blocks folded; `lines` is what to show.

    `wanted` folds or unfolds blocks by number; `default` applies to the others.
    """

    def __init__(self, name: str, width: int, palette: Palette, wanted: Mapping[int, bool], default: bool) -> None:
        self.lines: list[Line] = []
        self.folds: list[Fold] = []
        self.blocks = 0
        """Code blocks that are long enough to be folded."""
        self._name = name
        self._width = width
        self._palette = palette
        self._wanted = wanted
        self._default = default
        self._known = (0, 0, 0, 0)
        """Lines that will not change, lines made of them, code blocks and foldable ones among them."""

    def update(self, whole: list[Line], changed: int) -> None:
        """Update `lines` from `whole`, of which nothing before `changed` is new. Costs what is new."""
        if changed < self._known[0]:
            self._known = (0, 0, 0, 0)
        at, made, number, self.blocks = self._known
        del self.lines[made:]
        self.folds = [fold for fold in self.folds if fold.row < made]
        while at < len(whole):
            self._known = (at, len(self.lines), number, self.blocks)
            end = _same_until(whole, at)
            if whole[at].code:
                self._take(whole, at, end, number)
                number += 1
            else:
                self.lines += whole[at:end]
            at = end

    def _take(self, whole: list[Line], start: int, end: int, number: int) -> None:
        begins = [index for index in range(start, end) if whole[index].joint == "\n"]
        long = len(begins) > LONGEST
        self.blocks += long
        if not long or not self._wanted.get(number, self._default):
            self.lines.extend(whole[start:end])
            return
        cut = begins[SHOWN]
        self.lines.extend(whole[start:cut])
        self.folds.append(Fold(len(self.lines), cut, end, number))
        self.lines.append(self._sign(len(begins) - SHOWN, number))

    def _sign(self, hidden: int, number: int) -> Line:
        text = f" … {hidden:,} more lines"[: self._width]
        style = self._palette.code_block + self._palette.code_label + Style(meta={FOLD: (self._name, number)})
        fill = Segment(" " * (self._width - len(text)), style)
        return Line([Segment(text, style), fill], self._width, 0, "\n", code=True)

    def shown(self, index: int) -> int | Fold:
        """Where a line of the whole is shown, or the fold that hides it."""
        behind = 0
        for fold in self.folds:
            if index < fold.start:
                break
            if index < fold.stop:
                return fold
            behind += fold.stop - fold.start - 1
        return index - behind

    def behind(self, row: int) -> int:
        """The line of the whole that a shown line is, or the first of those that it hides."""
        more = 0
        for fold in self.folds:
            if row <= fold.row:
                break
            more += fold.stop - fold.start - 1
        return row + more


def _same_until(lines: list[Line], start: int) -> int:
    """The first line after `start` that is code while that one is not, or the other way round; else their number."""
    code = lines[start].code
    return next((index for index in range(start + 1, len(lines)) if lines[index].code != code), len(lines))
