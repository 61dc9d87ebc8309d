"""Renders code blocks with syntax highlighting, at a cost proportional to the new lines only.

Code is lexed in slices of a few lines; where the lexer keeps a stack of states, the next slice continues with it. So a
fence of any length grows at a constant price, and a slice that is complete never changes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style

from tui_chat.render.lexing import ROOT, Stack, find_lexer, lex
from tui_chat.render.line import Line, Run, cells_of, text_of
from tui_chat.render.sanitize import safe_line, safe_text
from tui_chat.render.styles import Palette
from tui_chat.render.wrap import folded, graphemes

if TYPE_CHECKING:
    from pygments.lexer import Lexer

SLICE = 24
"""Most lines lexed at once."""

CHARACTERS = 900
"""Most characters lexed at once. Some rules take time with the cube of the length: prose in a fence
marked `java` takes 30 ms at 900 characters and two minutes at 10,000."""

LONGEST = 300
"""Characters of a line above which its slice is not highlighted."""

PAD = 1

COPY_CODE = "copy_code"
"""The key in a style's meta that marks cells which copy their code block when clicked."""

_COPY = "copy"
_LEAST = 4
"""Cells kept free next to the label."""


class CodeBlock:
    """A code block that grows by whole lines. `lines` are those of complete slices; they never change again."""

    def __init__(self, language: str, width: int, palette: Palette) -> None:
        self._width = width
        self._palette = palette
        self._language = language
        self._stack = ROOT
        self._slice: list[str] = []
        self._length = 0
        self.lines: list[Line] = [_label(language, width, palette)] if language else []

    def add(self, rows: Iterable[str]) -> None:
        """Take complete source lines (without their newline)."""
        for row in rows:
            if not self._fits(row):
                self._close()
            self._slice.append(row)
            self._length += len(row)
            if len(self._slice) == SLICE:
                self._close()

    def _fits(self, row: str) -> bool:
        return not self._slice or self._length + len(row) <= CHARACTERS

    def _close(self) -> None:
        lines, self._stack = self._render(self._slice, self._stack)
        self.lines.extend(lines)
        self._slice, self._length = [], 0

    def open_lines(self, partial: str = "") -> list[Line]:
        """The lines after `lines`: the slice under way, and the beginning of a source line."""
        if not partial:
            return self._render(self._slice, self._stack)[0] if self._slice else []
        if self._fits(partial):
            return self._render([*self._slice, partial], self._stack)[0]
        above, stack = self._render(self._slice, self._stack)
        return above + self._render([partial], stack)[0]

    def blank(self) -> list[Line]:
        """The lines of a block that is still empty."""
        return self._render([""], self._stack)[0]

    def _render(self, rows: Sequence[str], stack: Stack) -> tuple[list[Line], Stack]:
        return _render_slice(tuple(rows), self._language, stack, self._width, self._palette)


@lru_cache(512)
def _render_slice(
    rows: tuple[str, ...], language: str, stack: Stack, width: int, palette: Palette
) -> tuple[list[Line], Stack]:
    """The lines of a slice and the lexer's stack after it. Cached for code in lists, which is drawn again often."""
    safe = [safe_text(row) for row in rows]
    painted, stack = _painted(safe, find_lexer(language), stack, palette)
    room = max(width - 2 * PAD, 1)
    return [_framed(line, width, palette) for runs in painted for line in folded(runs, room)], stack


def _painted(rows: list[str], lexer: Lexer | None, stack: Stack, palette: Palette) -> tuple[list[list[Run]], Stack]:
    if lexer is None or not palette.syntax or any(len(row) > LONGEST for row in rows):
        return [[(row, palette.code_block)] for row in rows], stack
    tokens, stack = lex(lexer, "\n".join(rows) + "\n", stack)
    return _by_row(tokens, palette, len(rows)), stack


def render_code(content: str, language: str, width: int, palette: Palette) -> list[Line]:
    """A whole code block; `content` ends with a newline, as Markdown parsers give it."""
    block = CodeBlock(language, width, palette)
    block.add(content.removesuffix("\n").split("\n"))
    return block.lines + block.open_lines()


def _label(language: str, width: int, palette: Palette) -> Line:
    """The language at the right of a line of its own, apart from the code, with a word to copy the block by."""
    room, style = max(width - 2 * PAD, 1), palette.code_block + palette.code_label
    (line, *_) = folded([(safe_line(language)[:room], style)], room)
    segments = [*line.segments]
    if line.cells + len(_COPY) + _LEAST <= room:
        segments += [
            Segment("  ", palette.code_block),
            Segment(_COPY, style + Style(meta={COPY_CODE: True}, italic=False)),
        ]
    left = max(width - PAD - sum(cells_of(segment.text) for segment in segments), 0)
    right = min(PAD, max(width - left, 0)) if left else 0
    made = Line(
        [Segment(" " * left, palette.code_block), *segments, Segment(" " * right, palette.code_block)], code=True
    )
    return made._replace(lead=len(made.plain))


def with_key(label: Line, key: str, palette: Palette) -> Line:
    """The label of a code block with the key that copies it, where there is room for one."""
    copies = [at for at, part in enumerate(label.segments) if part.style is not None and COPY_CODE in part.style.meta]
    fills = [at for at, part in enumerate(label.segments) if len(part.text) > len(key) + 2 and part.text.isspace()]
    if not copies or not fills or not key:
        return label
    segments = [*label.segments]
    style = palette.code_block + palette.strong + Style(meta={COPY_CODE: True})
    segments.insert(copies[0], Segment(f"{key} ", style))
    segments[fills[0]] = Segment(segments[fills[0]].text[len(key) + 1 :], segments[fills[0]].style)
    return label._replace(segments=segments)


def _framed(line: Line, width: int, palette: Palette) -> Line:
    """A line of code on its background, which covers the whole width."""
    right = max(width - PAD - line.cells, 0)
    left = PAD if right else 0
    blank = palette.code_block
    segments = [Segment(" " * left, blank), *line.segments, Segment(" " * right, blank)]
    return Line(segments, left, right, line.joint, code=True)


def _by_row(tokens: Iterable[tuple[Any, str]], palette: Palette, count: int) -> list[list[Run]]:
    rows: list[list[Run]] = [[]]
    for kind, value in tokens:
        style = _token_style(kind, palette)
        first, *others = value.split("\n")
        if first:
            rows[-1].append((first, style))
        rows.extend([(other, style)] if other else [] for other in others)
    return [_unbroken(row) for row in (rows + [[]] * count)[:count]]


def _unbroken(row: list[Run]) -> list[Run]:
    """The runs of a row, cut only between graphemes; each has the style of its first character.

    Lexers know nothing of marks and joiners. A picture of several characters comes from them in pieces, and a terminal
    that gets these one by one draws something wider.
    """
    text = text_of(row)
    if text.isascii():
        return row
    styles = [style for part, style in row for _ in part]
    starts = [start for start, _ in graphemes(text)]
    parts = zip(starts, [*starts[1:], len(text)], strict=True)
    groups = groupby(parts, lambda part: styles[part[0]])
    return [("".join(text[start:end] for start, end in group), style) for style, group in groups]


@lru_cache(2048)
def _token_style(kind: Any, palette: Palette) -> Style:
    """The style of the nearest token type in the palette."""
    known = dict(palette.syntax)
    while kind:
        name = ".".join(kind)
        if name in known:
            return palette.code_block + known[name]
        kind = kind.parent
    return palette.code_block
