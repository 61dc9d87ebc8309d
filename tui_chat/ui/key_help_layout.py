"""Lays out the help in one or two columns with hanging indents. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto

from rich.cells import cell_len

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.palette.entry import folded

TWO_COLUMNS = 100
"""Cells from which on there is room for two columns side by side: in narrower ones most lines would go on below."""

GAP = 4
"""Cells between the columns."""

ROOMY = 45
"""Cells from which on the longest single key, `alt+shift+down`, is not broken."""

KEYS = 18
"""Cells for the keys; where they need more, they take more lines."""


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """`left` is what is pressed or typed, `text` what it does; "" leaves all of the width to the text. `words` are
    other words by which it is found."""

    left: str
    text: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class HelpSection:
    """`is_across`: it has all of the width, above the columns."""

    heading: str
    entries: tuple[HelpEntry, ...]
    is_across: bool = False


class Look(Enum):
    """The style of a piece of a line."""

    HEADING = auto()
    LEFT = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class HelpPiece:
    text: str
    look: Look


Line = tuple[HelpPiece, ...]


def filtered(sections: Iterable[HelpSection], typed: str) -> list[HelpSection]:
    """The sections with the entries in which all typed words begin a word; those of a heading that fits stay whole."""
    words = [f" {word}" for word in folded(typed).split()]
    found = []
    for section in sections:
        heading = f" {folded(section.heading)}"
        whole = all(word in heading for word in words)
        entries = tuple(e for e in section.entries if whole or _fits(e, words))
        if entries:
            found.append(HelpSection(section.heading, entries, section.is_across))
    return found


def _fits(entry: HelpEntry, words: Sequence[str]) -> bool:
    text = f" {folded(entry.text)} {folded(entry.left)} {folded(entry.words)}"
    return all(word in text for word in words)


def lay_out(sections: Sequence[HelpSection], width: int) -> list[Line]:
    """All of it in lines of at most this width."""
    if width < TWO_COLUMNS:
        return _column(sections, width)
    each = (width - GAP) // 2
    above = _column([section for section in sections if section.is_across], width, _keys(each))
    left, right = _halves([_column([section], each) for section in sections if not section.is_across])
    below = [_side_by_side(one, other, each) for one, other in _pairs(left, right)]
    return [*above, *([()] if above and below else ()), *below]


def _halves(blocks: Sequence[list[Line]]) -> tuple[list[Line], list[Line]]:
    """The blocks in their order over two columns, as even as they go."""
    total = sum(len(block) + 1 for block in blocks)
    height, cut = 0, 0
    for place, block in enumerate(blocks):
        if height + len(block) / 2 > total / 2:
            break
        height, cut = height + len(block) + 1, place + 1
    cut = max(cut, 1)
    return _joined(blocks[:cut]), _joined(blocks[cut:])


def _joined(blocks: Sequence[list[Line]]) -> list[Line]:
    lines: list[Line] = []
    for block in blocks:
        lines += [(), *block] if lines else block
    return lines


def _pairs(left: Sequence[Line], right: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    for y in range(max(len(left), len(right))):
        yield left[y] if y < len(left) else (), right[y] if y < len(right) else ()


def _side_by_side(one: Line, other: Line, width: int) -> Line:
    if not other:
        return one
    used = sum(cell_len(piece.text) for piece in one)
    return (*one, HelpPiece(" " * (width + GAP - used), Look.TEXT), *other)


def _column(sections: Sequence[HelpSection], width: int, keys: int | None = None) -> list[Line]:
    blocks = []
    for section in sections:
        lines: list[Line] = [(HelpPiece(line, Look.HEADING),) for line in wrapped(section.heading, width)]
        for entry in section.entries:
            lines += _entry(entry, width, keys or _keys(width))
        blocks.append(lines)
    return _joined(blocks)


def _keys(width: int) -> int:
    """The cells for the keys in a column."""
    return min(KEYS, max(width // 3, 16 if width >= ROOMY else 14))


def _entry(entry: HelpEntry, width: int, keys: int) -> Iterator[Line]:
    keys = keys if entry.left else 0
    left = wrapped(entry.left, keys - 2) if entry.left else []
    text = wrapped(entry.text, max(width - (keys or 2) - 2, 6))
    text = text if keys else [text[0], *(f"  {line}" for line in text[1:])]
    for y in range(max(len(left), len(text))):
        key = left[y] if y < len(left) else ""
        pieces = [HelpPiece("  ", Look.TEXT)]
        if keys:
            pieces.append(HelpPiece(key + " " * (keys - cell_len(key)), Look.LEFT))
        pieces.append(HelpPiece(text[y] if y < len(text) else "", Look.TEXT))
        yield tuple(pieces)


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines, broken between words; a word that is longer than a line is cut."""
    lines, line = [], ""
    for word in text.split():
        while cell_len(word) > width:
            room = _cut(word, width if not line else width - cell_len(line) - 1)
            if room < 1:
                lines.append(line)
                line = ""
                continue
            lines.append(f"{line} {word[:room]}".strip())
            line, word = "", word[room:]
        if line and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line or not lines else lines


def _cut(word: str, width: int) -> int:
    """How many characters of a word there is room for."""
    used = 0
    for count, character in enumerate(word):
        used += cell_len(character)
        if used > width:
            return count
    return len(word)
