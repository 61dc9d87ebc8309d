"""Long pastes folded into a chip, one unit of the edited text.

In the edited text a chip is a run of lone surrogates, as long as its label. No text that a terminal sends, a file holds
or the library gives back contains any, so that nothing else is ever taken for a chip, whatever it looks like. The
alternative, the label itself between marks, needs a mark that no user pastes; there is none. Pure: no Textual here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.short_number import short_number

FOLD_LINES = 20
"""A paste with more lines is folded."""

FOLD_CHARACTERS = 2_000
"""A paste with more characters is folded."""

_FIRST, _LAST, _FILL = 0xDC01, 0xDFFF, "\udc00"
_WIDE = lazy_pattern("[^\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0482\u048a-\u058f…×·–—]+")
"""Characters that may be wider than a cell, or take none."""

_RUN = lazy_pattern("[\udc01-\udfff]\udc00*")


def is_long(text: str) -> bool:
    """Whether a paste is folded."""
    return len(text) > FOLD_CHARACTERS or (_lines(text) > FOLD_LINES and not text.isspace())


def label(text: str) -> str:
    """A chip's label. Each of its characters is one cell wide."""
    if is_file(text):
        from tui_chat.core.attachment_reference import shown_references

        return _WIDE.sub("…", shown_references(text))
    return f"[pasted {_counted(_lines(text), 'line')} · {_counted(len(text), 'character')}]"


def is_file(text: str) -> bool:
    """Whether a chip is an attached file, not a paste."""
    if "](attachment:" not in text[:200]:
        return False
    from tui_chat.core.attachment_reference import read_reference  # not needed for the first screen

    return read_reference(text) is not None


def _lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


def _counted(number: int, noun: str) -> str:
    return f"{short_number(number)} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip's place in a line of the edited text, and the text it replaces."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Pastes:
    """The texts behind the chips. They are kept for as long as the program runs: undo brings a chip back."""

    _texts: dict[str, str] = field(default_factory=dict)
    """By the first character of the chip's run."""
    _open: set[str] = field(default_factory=set)
    """Runs that the user has unfolded: their text is not folded again by itself."""
    _expanded: tuple[str, str] = ("", "")
    """The last edited text and its full text: it is read more often than it changes."""

    def fold(self, text: str) -> str:
        """The run that replaces this text in the edited text; the text itself if no run is left."""
        for first, known in self._texts.items():
            if known == text:
                self._open.discard(first)
                return self._run(first)
        code = _FIRST + len(self._texts)
        if code > _LAST:
            return text
        self._texts[chr(code)] = text
        return self._run(chr(code))

    def fold_known(self, text: str) -> str:
        """A text that comes back (a draft, the history), with what was folded before folded again, and files."""
        if "](attachment:" in text:
            from tui_chat.core.attachment_reference import replaced

            text = replaced(text, lambda each: self.fold(each.text))
        for first, known in sorted(self._texts.items(), key=lambda item: -len(item[1])):
            if first not in self._open:
                text = text.replace(known, self._run(first))
        return text

    def unfold(self, chip: Chip) -> str:
        """The chip's text, to be edited in its place."""
        self._open.update(first for first, known in self._texts.items() if known == chip.text)
        return chip.text

    def expand(self, edited: str) -> str:
        """The full text."""
        if edited.isascii() or not self._texts:
            return edited
        if self._expanded[0] != edited:
            self._expanded = edited, _RUN.sub(lambda run: self._texts.get(run[0][0], ""), edited)
        return self._expanded[1]

    def shown(self, line: str) -> str:
        """A line of the edited text as it is painted: as long, with labels for chips."""
        return line if line.isascii() or not self._texts else _RUN.sub(lambda run: label(self._texts[run[0][0]]), line)

    def chips(self, line: str) -> Iterator[Chip]:
        """The chips of a line of the edited text."""
        if self._texts and not line.isascii():
            for run in _RUN.finditer(line):
                yield Chip(run.start(), run.end(), self._texts[run[0][0]])

    def chip_at(self, line: str, column: int) -> Chip | None:
        """The chip that the cursor touches in this column: one that begins there, else one that ends there."""
        found = None
        for chip in self.chips(line):
            if chip.start == column:
                return chip
            if chip.start < column <= chip.end:
                found = chip
        return found

    def around(self, line: str, column: int) -> Chip | None:
        return next((chip for chip in self.chips(line) if chip.start < column < chip.end), None)

    def snapped(self, line: str, column: int, before: int | None) -> int:
        """The nearest column outside of any chip. Coming from one end of a chip (`before`), it is the other end."""
        chip = self.around(line, column)
        if chip is None:
            return column
        if before in (chip.start, chip.end):
            return chip.end if before == chip.start else chip.start
        return chip.start if column - chip.start < chip.end - column else chip.end

    def _run(self, first: str) -> str:
        return first + _FILL * (len(label(self._texts[first])) - 1)
