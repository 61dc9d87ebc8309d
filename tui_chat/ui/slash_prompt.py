"""The prompt as slash commands and templates see it: one text with fields in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from textual.document._document import Location
from textual.widgets.text_area import Selection

from tui_chat.ui.widgets.prompt import Prompt


class SlashPromptText:
    """Indexes are those of `text`."""

    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        self.replace_text = prompt.replace_text
        self.accepted = prompt.accepted
        self.dealt_with = prompt.dealt_with
        self.past = prompt.past
        self.focus = prompt.focus
        self.enter = prompt.enter

    @property
    def text(self) -> str:
        return self._prompt.text

    @property
    def has_sign(self) -> bool:
        return self._prompt.document.get_line(0).startswith("/")

    @property
    def is_recalled(self) -> bool:
        return self._prompt.past.shows(self._prompt.text)

    @property
    def cursor(self) -> int:
        return self._index(self._prompt.cursor_location)

    def select(self, start: int, end: int) -> None:
        """Select a part of the text, with the cursor at its end."""
        self._prompt.selection = Selection(self._location(start), self._location(end))

    def put_typed(self, text: str, start: int, end: int) -> None:
        """Replace a part of the text, with the cursor behind it."""
        self._put(text, start, end)

    def put_chip(self, text: str, typed: str = "", at: int = 0) -> None:
        """Replace the typed text at a place by a chip and a space, or insert them at the cursor if it is gone.

        The cursor goes behind the chip, unless the user types on elsewhere: a file may take a while to be read.
        """
        start, end, cursor = at, at + len(typed), self.cursor
        if not typed or self.text[start:end] != typed:
            start = end = cursor
        chip = self._prompt.pastes.fold(text)
        edited = chip if self.text[end : end + 1].isspace() else f"{chip} "
        if start <= cursor <= end:
            self._put(edited, start, end)
        else:
            self._prompt.replace(edited, self._location(start), self._location(end))

    def type_in(self, text: str, *, is_text: bool = False) -> None:
        self._prompt.type_in(text, is_text=is_text)

    def _put(self, edited: str, start: int, end: int) -> None:
        result = self._prompt.replace(edited, self._location(start), self._location(end))
        self._prompt.move_cursor(result.end_location)

    def _index(self, place: Location) -> int:
        return len(self._prompt.document.get_text_range((0, 0), place))

    def _location(self, index: int) -> Location:
        """Where an index of the text is in the lines, in which a folded paste is a unit."""
        document = self._prompt.document
        row = bisect_right(range(document.line_count), index, key=lambda line: self._index((line, 0))) - 1
        line, rest = document.get_line(row), index - self._index((row, 0))
        columns = range(len(line) + 1)
        return row, bisect_left(columns, rest, key=lambda column: self._index((row, column)) - self._index((row, 0)))
