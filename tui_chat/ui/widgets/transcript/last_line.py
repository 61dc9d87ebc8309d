"""The last line of a message: facts on the left, then next steps, versions on the right.

stopped · 7.0 s   ^g continue  ^r again                        /compare  alt+, ‹ 2/2 ›
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style

from tui_chat.core.conversation import Version
from tui_chat.core.symbols import Sign
from tui_chat.render.line import Line, cells_of
from tui_chat.render.sanitize import safe_line
from tui_chat.render.styles import Palette
from tui_chat.ui.cells import cut
from tui_chat.ui.widgets.transcript.last_line_hints import Hint
from tui_chat.ui.widgets.transcript.render_options import RenderOptions

COMMAND = "command"
"""The key in a style's meta that marks what runs a command; its value is the command's id."""

VERSION = "version"
"""The same for what turns the versions of a message; its value is (message, -1 or 1)."""

COMPARE = "compare"
"""The command that shows versions side by side."""

LONGEST_NAME = 24
"""Cells of a branch's name next to its marks."""

GAP = 3
"""Cells between the facts and the next steps."""


def last_lines(
    facts: Sequence[Line],
    hints: Sequence[Hint],
    versions: Sequence[Sequence[Segment]],
    options: RenderOptions,
) -> list[Line]:
    """The facts, with hints and versions on their last line where there is room for them, else below it.

    `versions` are forms of the marks, the widest first: a narrower one is taken where that saves a line.
    """
    lines = list(facts)
    told = _hints(hints, options)
    if told:
        _add(lines, told, GAP, options.width)
    used = lines[-1].cells if lines else 0
    room = options.width - used - (1 if used else 0)
    turns = next((form for form in versions if _cells(form) <= room), None)
    if turns is None and versions:
        lines.append(Line([]))
        used, turns = 0, next((form for form in versions if _cells(form) <= options.width), versions[-1])
    if turns:
        gap = max(options.width - used - _cells(turns), 0)
        lines = lines or [Line([])]
        lines[-1] = _joined(lines[-1], [Segment(" " * gap), *turns])
    return lines


def version_marks(
    version: Version | None,
    node_id: str,
    options: RenderOptions,
    *,
    compares: bool = False,
    keys: bool = False,
    named: bool = False,
) -> list[Segment]:
    """`‹ 2/3 ›`: both arrows can be clicked, where there is something to turn to. With `keys`, their keys are shown
    next to them; `named`, the branch's name before them; `compares`, first of all how to see them side by side."""
    if version is None:
        return []
    which, count, name = version
    palette = options.palette
    arrows = palette.marker + palette.strong
    older = arrows + Style(meta={VERSION: (node_id, -1)}) if which > 1 else palette.rule
    newer = arrows + Style(meta={VERSION: (node_id, 1)}) if which < count else palette.rule
    before = options.keys.first("version.older") if keys and which > 1 else ""
    behind = options.keys.first("version.newer") if keys and which < count else ""
    style = palette.text + palette.strong
    named_by = cut(safe_line(name), LONGEST_NAME) if named else ""
    return [
        *([Segment("  "), *_comparison(options), Segment("  ")] if compares else []),
        *([Segment(f"{named_by}  ", palette.marker)] if named_by else []),
        *([Segment(f"{before} ", style + Style(meta={VERSION: (node_id, -1)}))] if before else []),
        Segment(f"{Sign.OLDER} ", older),
        Segment(f"{which}/{count}", palette.muted),
        Segment(f" {Sign.NEWER}", newer),
        *([Segment(f" {behind}", style + Style(meta={VERSION: (node_id, 1)}))] if behind else []),
    ]


def _comparison(options: RenderOptions) -> tuple[Segment, ...]:
    """The key of a comparison and its word; where it has no key, what is typed for it, which needs no word."""
    key = options.keys.first(COMPARE)
    return _pair(COMPARE, "compare", key, options.palette) if key else _pair(COMPARE, "", "/compare", options.palette)


def _hints(hints: Sequence[Hint], options: RenderOptions) -> list[tuple[Segment, ...]]:
    """A pair of segments for each command that has a key."""
    keyed = [(command, word, options.keys.first(command)) for command, word in hints]
    return [_pair(command, word, key, options.palette) for command, word, key in keyed if key]


@lru_cache(128)
def _pair(command: str, word: str, key: str, palette: Palette) -> tuple[Segment, ...]:
    """Kept, because the line of a streaming answer is made again with each sign of the spinner."""
    meta = Style(meta={COMMAND: command})
    struck = Segment(key, palette.text + palette.strong + meta)
    return (struck, Segment(f" {word}", palette.muted + meta)) if word else (struck,)


def _add(lines: list[Line], told: Sequence[Sequence[Segment]], gap: int, width: int) -> None:
    """The hints on the last line, or on one of their own; what is too wide even for that goes below."""
    whole = sum(map(_cells, told)) + 2 * (len(told) - 1)
    if not lines or lines[-1].cells + gap + whole > width:
        lines.append(Line([]))
    for pair in told:
        line = lines[-1]
        apart = (gap if pair is told[0] else 2) if line.segments else 0
        if line.segments and line.cells + apart + _cells(pair) > width:
            lines.append(Line([]))
            line, apart = lines[-1], 0
        if _cells(pair) <= width:
            lines[-1] = _joined(line, [*([Segment(" " * apart)] if apart else []), *pair])
    if not lines[-1].segments:
        lines.pop()


def _joined(line: Line, more: Sequence[Segment]) -> Line:
    return line._replace(segments=[*line.segments, *more], tail=line.tail + sum(len(part.text) for part in more))


def _cells(segments: Sequence[Segment]) -> int:
    return sum(cells_of(segment.text) for segment in segments)
