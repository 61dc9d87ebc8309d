"""Computes the column widths of a table from its head and first rows.

So a table that grows is never laid out again once it has those; a later, wider cell wraps. Measuring all rows lost:
each new row could move every line above it. For the same reason those rows decide whether there is a line between any
two, and whether there are too many columns for the pane.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.line import Run, cells_of, text_of

MEASURED = 48
"""Rows, including the head, that decide how wide the columns are."""

BETWEEN = 3
"""Cells between two columns: a space, a line, a space."""

NARROWEST = 8
"""Cells of a column below which its words are not cut: such a table is drawn as lists."""

Row = list[list[Run]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where cells are drawn. `ruled`: with a line between rows. `stacked`: each row is a list of its cells."""

    widths: Sequence[int]
    ruled: bool
    stacked: bool


@dataclass(frozen=True, slots=True)
class Wants:
    """Widths the rows so far need, by column: the widest line, the widest below the head, the widest word."""

    rows: int = 0
    whole: tuple[int, ...] = ()
    body: tuple[int, ...] = ()
    words: tuple[int, ...] = ()
    broken: bool = False

    def and_row(self, row: Row) -> Wants:
        """With one more row; the first is the head, which may wrap without lines between the others."""
        texts = [text_of(runs) for runs in row]
        widths = [max(cells_of(part) for part in text.split("\n")) for text in texts]
        words = [max(map(cells_of, text.split()), default=0) for text in texts]
        count = len(self.whole) if self.rows else len(row)
        return Wants(
            self.rows + 1,
            _widest(self.whole or (1,) * count, widths),
            _widest(self.body, widths) if self.rows else (0,) * count,
            _widest(self.words or (0,) * count, words),
            self.broken or (self.rows > 0 and any("\n" in text for text in texts)),
        )

    def columns(self, width: int) -> Columns:
        room = width - BETWEEN * (len(self.whole) - 1)
        widths = share(self.whole, max(room, len(self.whole)))
        cut = any(given < min(word, NARROWEST) for given, word in zip(widths, self.words, strict=True))
        ruled = self.broken or any(given < wanted for given, wanted in zip(widths, self.body, strict=True))
        if self.rows >= MEASURED:
            widths = widened(widths, room)
        return Columns(widths, ruled, cut or room < len(self.whole))


def _widest(known: Sequence[int], row: Sequence[int]) -> tuple[int, ...]:
    longer = [*row, *[0] * (len(known) - len(row))]
    return tuple(max(pair) for pair in zip(known, longer, strict=False))


def share(wanted: Sequence[int], room: int) -> list[int]:
    """Columns that need little get it; the others share the rest equally, with at least one cell each."""
    given = [0] * len(wanted)
    left, waiting = room, sorted(range(len(wanted)), key=lambda index: wanted[index])
    while waiting:
        index = waiting.pop(0)
        given[index] = max(min(wanted[index], left // (len(waiting) + 1)), 1)
        left -= given[index]
    return given


def widened(widths: Sequence[int], room: int) -> list[int]:
    """A long table with room to spare: columns of words grow to twice their width at most, for cells not seen yet.

    Numbers and short codes stay as they are; what is far wider than all of the first rows wraps even so.
    """
    wide = [width if width >= NARROWEST else 0 for width in widths]
    spare = min(max(room - sum(widths), 0), sum(wide))
    return [width + spare * part // max(sum(wide), 1) for width, part in zip(widths, wide, strict=True)]
