"""Markdown blocks as lines: this file owns what a heading, a list or a quote looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from tui_chat.render.alert import alert_of, alert_style
from tui_chat.render.code import render_code
from tui_chat.render.inline import render_inline, safe_run
from tui_chat.render.line import BLANK, Line, barred, cells_of, prefixed
from tui_chat.render.palette import Palette
from tui_chat.render.parser import References, siblings, span
from tui_chat.render.table import render_table
from tui_chat.render.wrap import flow, folded

if TYPE_CHECKING:
    from markdown_it.token import Token

BULLETS = ("•", "◦", "▪")
NARROWEST = 12
"""Cells below which nested blocks are no longer indented: a column of single letters helps nobody."""

LONGEST_MARK = 16
"""Cells of a mark above which it stands over what it marks."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where blocks are drawn: `width` in cells, the style of plain text there, how deep lists are nested."""

    width: int
    palette: Palette
    base: Style
    references: References = field(default_factory=dict)
    depth: int = 0

    def narrower(self, cells: int, **changes: Style | int) -> Frame:
        return replace(self, width=max(self.width - cells, 1), **changes)  # type: ignore[arg-type]  # base and depth only


def render_blocks(tokens: Sequence[Token], frame: Frame) -> list[Line]:
    """Blocks one under another, with an empty line where the source has one or where kinds need distance."""
    lines: list[Line] = []
    before: Sequence[Token] | None = None
    for block in siblings(tokens):
        if before is not None and _gap(before, block):
            lines.append(BLANK)
        lines.extend(render_block(block, frame))
        before = block
    return lines


def _gap(above: Sequence[Token], below: Sequence[Token]) -> bool:
    """Text with its list right under it belongs together; all else stands apart."""
    close = above[0].type == "paragraph_open" and below[0].type.endswith("list_open")
    return apart(above, below) and (not close or span(below)[0] > span(above)[1])


def apart(above: Sequence[Token], below: Sequence[Token]) -> bool:
    """Two blocks need an empty line between them: all but footnotes written one under another."""
    notes = above[0].type == below[0].type == "footnote_open"
    return not notes or span(below)[0] > last_line(above)


def render_block(block: Sequence[Token], frame: Frame) -> list[Line]:
    """One block with all that it holds, no line wider than the frame."""
    first = block[0]
    match first.type:
        case "paragraph_open":
            return _text(block, frame, frame.base)
        case "heading_open":
            level = int(first.tag[1])
            return _text(block, frame, frame.base + frame.palette.heading[level - 1])
        case "fence" | "code_block":
            language = first.info.split()[0] if first.info.split() else ""
            return render_code(first.content, language, frame.width, frame.palette)
        case "bullet_list_open" | "ordered_list_open":
            return _list(block, frame)
        case "blockquote_open":
            return _quote(block, frame)
        case "table_open":
            return render_table(block, frame.width, frame.base, frame.palette, frame.references)
        case "footnote_open":
            return _footnote(block, frame)
        case "hr":
            return [Line([Segment("─" * frame.width, frame.palette.rule)])]
        case _:
            return _verbatim(first.content, frame)


def _text(block: Sequence[Token], frame: Frame, style: Style) -> list[Line]:
    content = block[1].content
    if "[" not in content:
        return _remembered_text(content, style, frame.palette, frame.width)
    return flow(render_inline(content, style, frame.palette, frame.references), frame.width)


@lru_cache(1024)
def _remembered_text(content: str, style: Style, palette: Palette, width: int) -> list[Line]:
    """Text that needs no link definitions. While a list grows, what stands above in it is asked for again and again."""
    return flow(render_inline(content, style, palette, {}), width)


def _verbatim(content: str, frame: Frame) -> list[Line]:
    style = frame.base + frame.palette.muted
    return [line for row in content.rstrip("\n").split("\n") for line in folded([(safe_run(row), style)], frame.width)]


def _quote(block: Sequence[Token], frame: Frame) -> list[Line]:
    bar = Segment("▎ ", frame.palette.quote_bar)
    if frame.width <= NARROWEST:
        return _quoted(block[1:-1], replace(frame, base=frame.base + frame.palette.quote))
    inner = frame.narrower(2, base=frame.base + frame.palette.quote)
    return barred(_quoted(block[1:-1], inner) or [BLANK], bar)


def _quoted(inside: Sequence[Token], frame: Frame) -> list[Line]:
    """What a quote holds; an alert has its label above."""
    label, inside = alert_of(inside)
    above = flow([(label, alert_style(label, frame.palette))], frame.width) if label else []
    return above + render_blocks(inside, frame)


def _list(block: Sequence[Token], frame: Frame) -> list[Line]:
    lines: list[Line] = []
    number = first_number(block)
    end = None
    for item in siblings(block[1:-1]):
        if end is not None and span(item)[0] > end:
            lines.append(BLANK)
        lines.extend(render_item(item, number, frame))
        number = None if number is None else number + 1
        end = last_line(item)
    return lines


def first_number(block: Sequence[Token]) -> int | None:
    """Where an ordered list begins to count; None for one with bullets."""
    return int(block[0].attrs.get("start", 1)) if block[0].type == "ordered_list_open" else None


def last_line(item: Sequence[Token]) -> int:
    """The line after the last that holds something; a list's own map counts the blank lines behind it too."""
    ends = [token.map[1] for token in item if token.map and token.nesting >= 0 and not _holds(token)]
    return max(ends, default=span(item)[0] + 1)


def _holds(token: Token) -> bool:
    return token.type.endswith(("list_open", "item_open", "blockquote_open", "footnote_open"))


def render_item(item: Sequence[Token], number: int | None, frame: Frame) -> list[Line]:
    """One list item: its bullet, number or box, and all that it holds beside it."""
    sign = BULLETS[frame.depth % len(BULLETS)] if number is None else f"{number}."
    inside, box = _task(item[1:-1])
    return _beside(f"{box or sign} ", inside, replace(frame, depth=frame.depth + 1))


def _footnote(block: Sequence[Token], frame: Frame) -> list[Line]:
    """Its mark as it stands in the text, and the note beside it."""
    return _beside(f"[^{safe_run(block[0].info)}]: ", block[1:-1], frame)


def _beside(mark: str, tokens: Sequence[Token], frame: Frame) -> list[Line]:
    """A mark, and blocks with a hanging indent of its width where there is room for one."""
    cells = cells_of(mark)
    indent = cells if cells <= LONGEST_MARK and frame.width > NARROWEST + cells else 0
    lines = _tight(tokens, frame.narrower(indent)) or [BLANK]
    if not indent:
        return _marked_above(lines, mark, frame)
    return prefixed(lines, Segment(mark, frame.palette.marker), Segment(" " * indent))


def _marked_above(lines: list[Line], mark: str, frame: Frame) -> list[Line]:
    """Too narrow for a hanging indent: the mark has a line of its own."""
    return [*folded([(mark.rstrip(), frame.palette.marker)], frame.width), *lines]


def _tight(tokens: Sequence[Token], frame: Frame) -> list[Line]:
    """What an item holds: an empty line only where the source has one."""
    lines: list[Line] = []
    end = None
    for block in siblings(tokens):
        if end is not None and span(block)[0] > end:
            lines.append(BLANK)
        lines.extend(render_block(block, frame))
        end = last_line(block)
    return lines


def _task(tokens: Sequence[Token]) -> tuple[Sequence[Token], str]:
    """What is in a task's item without its `[ ]`, and the box to draw; no box where it is no task."""
    if len(tokens) < 2 or tokens[0].type != "paragraph_open":
        return tokens, ""
    content = tokens[1].content
    box = {"[ ] ": "☐", "[x] ": "☑", "[X] ": "☑"}.get(content[:4], "")
    if not box:
        return tokens, ""
    return [tokens[0], tokens[1].copy(content=content[4:]), *tokens[2:]], box
