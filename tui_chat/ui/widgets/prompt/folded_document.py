"""A text area's document in which each chip is one unit."""

from __future__ import annotations

from textual.document._document import Document as TextualDocument
from textual.document._document import EditResult, Location

from tui_chat.ui.widgets.prompt.pastes import Chip, Pastes, is_file


class FoldedDocument(TextualDocument):
    """Its lines hold chips; its text is the full text."""

    def __init__(self, pastes: Pastes) -> None:
        super().__init__("")
        self.pastes = pastes

    @property
    def text(self) -> str:
        return self.pastes.expand(super().text)

    def get_text_range(self, start: Location, end: Location) -> str:
        return self.pastes.expand(super().get_text_range(start, end))

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        # Undo puts back what was replaced: the chip, and not the text behind it.
        replaced = super().get_text_range(start, end)
        return EditResult(super().replace_range(start, end, text).end_location, replaced)

    def widened(self, start: Location, end: Location) -> tuple[Location, Location]:
        """The range, with all of the chips at its ends; a place inside of a chip is moved to its end."""
        (top, left), (bottom, right) = sorted((start, end))
        if start == end:
            return self.outside(start), self.outside(start)
        first, last = self._around(top, left), self._around(bottom, right)
        return (top, first.start if first else left), (bottom, last.end if last else right)

    def _around(self, row: int, column: int) -> Chip | None:
        return self.pastes.around(self.get_line(row), column) if row < self.line_count else None

    def outside(self, place: Location, before: Location | None = None) -> Location:
        """The nearest place outside of any chip; coming from one end of a chip, it is the other end."""
        row, column = place
        if row >= self.line_count:
            return place
        known = before[1] if before is not None and before[0] == row else None
        return row, self.pastes.snapped(self.get_line(row), column, known)

    def chip_at(self, place: Location) -> tuple[int, Chip] | None:
        """The chip that a cursor touches, and its row."""
        row, column = place
        chip = self.pastes.chip_at(self.get_line(row), column)
        return None if chip is None else (row, chip)

    def last_paste(self) -> tuple[int, Chip] | None:
        chips = ((row, chip) for row, line in enumerate(self.lines) for chip in self.pastes.chips(line))
        found = [(row, chip) for row, chip in chips if not is_file(chip.text)]
        return found[-1] if found else None
