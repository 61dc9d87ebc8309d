"""Code with colours: this file owns how code blocks look, and that highlighting never costs more than the new lines.

Code is lexed in slices of a fixed number of lines; where the lexer keeps a stack of states, the next slice goes on
with it. So a fence of any length grows at a constant price, and a slice that is complete never changes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style

from tui_chat.render.line import Line, Run
from tui_chat.render.palette import Palette
from tui_chat.render.safe import safe_line, safe_text
from tui_chat.render.wrap import folded

if TYPE_CHECKING:
    from pygments.lexer import Lexer

SLICE = 24
"""Lines lexed at once. Larger slices keep more of what spans lines (comments) and cost more per frame."""

LONGEST = 2_000
"""Characters in a line above which a slice is not coloured: minified code would hold up the screen."""

PAD = 1
Stack = tuple[str, ...]
ROOT: Stack = ("root",)


class CodeBlock:
    """A code block that grows by whole lines. `lines` are those of complete slices; they never change again."""

    def __init__(self, language: str, width: int, palette: Palette) -> None:
        self._width = width
        self._palette = palette
        self._language = language
        self._stack = ROOT
        self._slice: list[str] = []
        self.lines: list[Line] = [_label(language, width, palette)] if language else []

    def add(self, rows: Iterable[str]) -> None:
        """Take complete source lines (without their newline)."""
        for row in rows:
            self._slice.append(row)
            if len(self._slice) == SLICE:
                lines, self._stack = self._render(self._slice)
                self.lines.extend(lines)
                self._slice = []

    def open_lines(self, partial: str = "") -> list[Line]:
        """The lines after `lines`: the slice under way, and the beginning of a source line."""
        rows = [*self._slice, partial] if partial else self._slice
        return self._render(rows)[0] if rows else []

    def _render(self, rows: Sequence[str]) -> tuple[list[Line], Stack]:
        return _render_slice(tuple(rows), self._language, self._stack, self._width, self._palette)


@lru_cache(512)
def _render_slice(
    rows: tuple[str, ...], language: str, stack: Stack, width: int, palette: Palette
) -> tuple[list[Line], Stack]:
    """The lines of a slice and the lexer's stack after it. Remembered for code inside a list, which is redone often."""
    safe = [safe_text(row) for row in rows]
    painted, stack = _painted(safe, find_lexer(language), stack, palette)
    room = max(width - 2 * PAD, 1)
    return [_framed(line, width, palette) for runs in painted for line in folded(runs, room)], stack


def _painted(rows: list[str], lexer: Lexer | None, stack: Stack, palette: Palette) -> tuple[list[list[Run]], Stack]:
    if lexer is None or any(len(row) > LONGEST for row in rows):
        return [[(row, palette.code_block)] for row in rows], stack
    tokens, stack = lex(lexer, "\n".join(rows) + "\n", stack)
    return _by_row(tokens, palette, len(rows)), stack


def render_code(content: str, language: str, width: int, palette: Palette) -> list[Line]:
    """A whole code block; `content` ends with a newline, as Markdown parsers give it."""
    block = CodeBlock(language, width, palette)
    block.add(content.removesuffix("\n").split("\n"))
    return block.lines + block.open_lines()


def _label(language: str, width: int, palette: Palette) -> Line:
    name = safe_line(language)[: max(width - 2 * PAD, 0)]
    (line, *_) = folded([(name, palette.code_block + palette.code_label)], max(width - 2 * PAD, 1))
    framed = _framed(line, width, palette)
    return Line(framed.segments, len(framed.plain))


def _framed(line: Line, width: int, palette: Palette) -> Line:
    """A line of code on its background, which reaches over the whole width."""
    right = max(width - PAD - line.cells, 0)
    left = PAD if right else 0
    blank = palette.code_block
    return Line([Segment(" " * left, blank), *line.segments, Segment(" " * right, blank)], left, right, line.joint)


@lru_cache(64)
def find_lexer(language: str) -> Lexer | None:
    """The lexer for a fence's language, None where there is none or the name is no plain word."""
    if not language or not language.isascii() or len(language) > 40:
        return None
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language.lower().strip("{}.,:"), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def lex(lexer: Lexer, text: str, stack: Stack) -> tuple[list[tuple[Any, str]], Stack]:
    """(token type, text) of one slice, going on where `stack` says; the stack to go on with."""
    from pygments.lexer import ExtendedRegexLexer, RegexLexer

    if isinstance(lexer, RegexLexer) and not isinstance(lexer, ExtendedRegexLexer):
        return _lex_on(lexer, text, stack)
    return [(kind, value) for _, kind, value in lexer.get_tokens_unprocessed(text)], stack


def _lex_on(lexer: Any, text: str, stack: Stack) -> tuple[list[tuple[Any, str]], Stack]:
    """The loop of a lexer by rules, from a given stack of states and returning the last one.

    Pygments' own loop takes a stack and keeps what it ends with to itself.
    """
    from pygments.token import Error, Whitespace

    out: list[tuple[Any, str]] = []
    states, at = list(stack), 0
    rules = lexer._tokens
    while at < len(text):
        for matches, action, change in rules[states[-1]]:
            match = matches(text, at)
            if match is None or (match.end() == at and change is None):
                continue
            out.extend(_tokens(lexer, action, match))
            at = match.end()
            if change is not None:
                _change(states, change)
            break
        else:
            newline = text[at] == "\n"
            out.append((Whitespace if newline else Error, text[at]))
            states = list(ROOT) if newline else states
            at += 1
    return out, tuple(states)


def _tokens(lexer: Any, action: Any, match: Any) -> Iterator[tuple[Any, str]]:
    from pygments.token import _TokenType

    if action is None:
        return
    if isinstance(action, _TokenType):
        yield action, match[0]
        return
    for _, kind, value in action(lexer, match):
        yield kind, value


def _change(states: list[str], change: Any) -> None:
    """Pygments' ways to name the next state: a name, a number of states to leave, `#push`, or several of these."""
    for step in change if isinstance(change, tuple) else (change,):
        if step == "#pop" or (isinstance(step, int) and step < 0):
            count = 1 if step == "#pop" else -step
            del states[max(len(states) - count, 1) :]
        elif step == "#push":
            states.append(states[-1])
        else:
            states.append(step)


def _by_row(tokens: Iterable[tuple[Any, str]], palette: Palette, count: int) -> list[list[Run]]:
    rows: list[list[Run]] = [[]]
    for kind, value in tokens:
        style = _token_style(kind, palette)
        first, *others = value.split("\n")
        if first:
            rows[-1].append((first, style))
        rows.extend([(other, style)] if other else [] for other in others)
    return (rows + [[]] * count)[:count]


@lru_cache(2048)
def _token_style(kind: Any, palette: Palette) -> Style:
    """The style of the nearest kind that the palette names."""
    known = dict(palette.syntax)
    while kind:
        name = ".".join(kind)
        if name in known:
            return palette.code_block + known[name]
        kind = kind.parent
    return palette.code_block
