"""Line breaking: no line is wider than allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import split_graphemes

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.line import Line, Run, cells_of, cut, joined_parts, text_of

Span = tuple[int, int, str]
"""(start, end, joint): character offsets of one line, and what was before it (see `Line.joint`)."""

_WIDE = "\u2e80-\u3000\u3003-\u9fff\uf900-\ufaff\uff02-\uff60\U00020000-\U0003ffff"
_CLOSING = "\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\u300d\u300f\u3011\uff09\u3015\u301f\u30fc\u3005,.;:!?)"
_PIECE = lazy_pattern(f"[{_WIDE}][{_CLOSING}]* *|[^ {_WIDE}]+ *| +")
"""What is kept together: a word, or one ideograph with the closing punctuation after it."""


def wrap(text: str, width: int) -> list[Span]:
    """Lines of at most `width` cells, broken at spaces and between ideographs; a longer word is cut.

    A character wider than `width` is on a line of its own. There is at least one line.
    """
    spans: list[Span] = []
    start = 0
    for part in text.split("\n"):
        end = start + len(part)
        before = len(spans)
        spans.extend(_wrap_ascii(text, start, end, width) if part.isascii() else _wrap_cells(part, start, width))
        spans[before] = (*spans[before][:2], "\n")
        start = end + 1
    return spans


def _wrap_ascii(text: str, pos: int, end: int, width: int) -> Iterator[Span]:
    joint = "\n"
    while end - pos > width:
        space = text.rfind(" ", pos, pos + width + 1)
        stop = space
        while stop > pos and text[stop - 1] == " ":
            stop -= 1
        if space < 0 or stop == pos:
            yield pos, pos + width, joint
            pos, joint = pos + width, ""
            continue
        yield pos, stop, joint
        pos, joint = space + 1, " "
        while pos < end and text[pos] == " ":
            pos += 1
    if pos < end or joint != " ":
        yield pos, end, joint


def _wrap_cells(part: str, base: int, width: int) -> Iterator[Span]:
    start = end = used = 0
    joint = "\n"
    for match in _PIECE.finditer(part):
        piece = match[0]
        word = piece.rstrip(" ")
        cells = cells_of(word)
        if used + cells > width and used:
            yield base + start, base + end, joint
            joint = " " if part[end : match.start()] else ""
            start, used = match.start(), 0
        if cells > width:
            *full, last = chop(word, width)
            for left, right in full:
                yield base + match.start() + left, base + match.start() + right, joint
                joint = ""
            start, used = match.start() + last[0], cells_of(word[last[0] :])
        else:
            used += cells
        if word:
            end = match.start() + len(word)
        used += len(piece) - len(word)
    if start < end or joint == "\n":
        yield base + start, base + max(end, start), joint


def chop(text: str, width: int) -> list[tuple[int, int]]:
    """(start, end) of pieces of at most `width` cells, cut between graphemes wherever the width is full."""
    if text.isascii():
        return [(at, min(at + width, len(text))) for at in range(0, len(text), width)] or [(0, 0)]
    rows: list[tuple[int, int]] = []
    start = used = 0
    for left, cells in graphemes(text):
        if used + cells > width and left > start:
            rows.append((start, left))
            start, used = left, 0
        used += cells
    rows.append((start, len(text)))
    return rows


def graphemes(text: str) -> Iterator[tuple[int, int]]:
    """(offset, cells) of each grapheme."""
    base = 0
    for part in joined_parts(text):
        for left, _, cells in split_graphemes(part)[0]:
            yield base + left, cells
        base += len(part)


def flow(runs: Sequence[Run], width: int) -> list[Line]:
    """Styled text as lines, broken at words."""
    spans = wrap(text_of(runs), width)
    rows = cut(runs, [(start, end) for start, end, _ in spans])
    return [Line(row, joint=span[2]) for row, span in zip(rows, spans, strict=True)]


def folded(runs: Sequence[Run], width: int) -> list[Line]:
    """Styled text in which every space matters (code): a line is cut only when it is full."""
    text = text_of(runs)
    rows = chop(text, width)
    return [Line(row, joint="" if index else "\n") for index, row in enumerate(cut(runs, rows))]
