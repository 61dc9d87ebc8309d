"""Renders Markdown blocks as lines: headings, lists, quotes, footnotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.alert import alert_of, alert_style
from tui_chat.render.code import render_code
from tui_chat.render.containers import ITEM, LABEL, ON, STUB, kind_of
from tui_chat.render.inline import render_inline, safe_run
from tui_chat.render.line import BLANK, Line, barred, cells_of, prefixed
from tui_chat.render.parser import References, siblings, span
from tui_chat.render.styles import Palette
from tui_chat.render.table import render_table
from tui_chat.render.wrap import flow, folded

if TYPE_CHECKING:
    from markdown_it.token import Token

BULLETS = ("•", "◦", "▪")
NARROWEST = 12
"""Cells below which nested blocks are no longer indented: a column of single letters is unreadable."""

LONGEST_MARK = 16
"""Cells of a mark above which it gets a line of its own."""


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
    """Blocks below each other, with an empty line where the source has one or the kinds need one."""
    lines: list[Line] = []
    before: Sequence[Token] | None = None
    for block in siblings(tokens):
        if before is not None and _gap(before, block):
            lines.append(BLANK)
        lines.extend(render_block(block, frame))
        before = block
    return lines


def _gap(above: Sequence[Token], below: Sequence[Token]) -> bool:
    """Text belongs to a list right below it, and so do the items of a list; everything else is set apart."""
    kind = kind_of(above)
    if kind == LABEL:
        return False
    close = kind == ITEM or (kind == "paragraph_open" and below[0].type.endswith("list_open"))
    return apart(above, below) and (not close or span(below)[0] > span(above)[1])


def gap_in(container: Sequence[Token], above: Sequence[Token], below: Sequence[Token]) -> bool:
    """Whether an empty line separates these blocks of a quote, or of an item, which has one only if the source has."""
    quote = container[0].type == "blockquote_open"
    return _gap(above, below) if quote else span(below)[0] > last_line(above)


def apart(above: Sequence[Token], below: Sequence[Token]) -> bool:
    """Two blocks need an empty line between them: all except footnotes right below each other."""
    notes = kind_of(above) == below[0].type == "footnote_open"
    return not notes or span(below)[0] > last_line(above)


def render_block(block: Sequence[Token], frame: Frame) -> list[Line]:
    """One block with everything inside it, no line wider than the frame."""
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
        case _ if first.type == STUB:
            return []
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
    """Text that needs no link definitions. While a list grows, its upper part is drawn again and again."""
    return flow(render_inline(content, style, palette, {}), width)


def _verbatim(content: str, frame: Frame) -> list[Line]:
    style = frame.base + frame.palette.muted
    return [line for row in content.rstrip("\n").split("\n") for line in folded([(safe_run(row), style)], frame.width)]


def _quote(block: Sequence[Token], frame: Frame) -> list[Line]:
    lines = _quoted(block[1:-1], quote_frame(frame))
    return quoted(lines if lines or ON in block[0].meta else [BLANK], frame)


def quote_frame(frame: Frame) -> Frame:
    """Where the inside of a quote is drawn."""
    return frame.narrower(2 if frame.width > NARROWEST else 0, base=frame.base + frame.palette.quote)


def quoted(lines: list[Line], frame: Frame) -> list[Line]:
    """Lines with the bar of a quote in `frame`."""
    return barred(lines, Segment("▎ ", frame.palette.quote_bar)) if frame.width > NARROWEST else lines


def _quoted(inside: Sequence[Token], frame: Frame) -> list[Line]:
    """The inside of a quote; an alert has its label above."""
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
    """The first number of an ordered list; None for one with bullets."""
    return int(block[0].attrs.get("start", 1)) if block[0].type == "ordered_list_open" else None


def last_line(item: Sequence[Token]) -> int:
    """The line after the last one with content; a list's own map includes blank lines after it."""
    return max(token.map[0] + 1 if _holds(token) else token.map[1] for token in item if token.map)


def _holds(token: Token) -> bool:
    return token.type.endswith(("list_open", "item_open", "footnote_open"))


def render_item(item: Sequence[Token], number: int | None, frame: Frame) -> list[Line]:
    """One list item: its bullet, number or box, and its content with a hanging indent."""
    mark, inside = marked(item, number, frame.depth)
    return after_mark(mark, _tight(inside, item_frame(mark, frame)), frame, begun=ON in item[0].meta)


def marked(item: Sequence[Token], number: int | None, depth: int) -> tuple[str, Sequence[Token]]:
    """The mark of an item at this depth, with a space after it, and the tokens inside the item."""
    if ON in item[0].meta:
        return item[0].meta[ON], item[1:-1]
    sign = BULLETS[depth % len(BULLETS)] if number is None else f"{number}."
    inside, box = _task(item[1:-1])
    return f"{box or sign} ", inside


def item_frame(mark: str, frame: Frame) -> Frame:
    """Where the inside of an item is drawn."""
    return frame.narrower(_indent(mark, frame), depth=frame.depth + 1)


def _footnote(block: Sequence[Token], frame: Frame) -> list[Line]:
    """Its mark as in the text, and the note with a hanging indent."""
    mark = f"[^{safe_run(block[0].info)}]: "
    return after_mark(mark, _tight(block[1:-1], frame.narrower(_indent(mark, frame))), frame)


def _indent(mark: str, frame: Frame) -> int:
    """Cells of the hanging indent after a mark: its width, if there is room for that."""
    cells = cells_of(mark)
    return cells if cells <= LONGEST_MARK and frame.width > NARROWEST + cells else 0


def after_mark(mark: str, lines: list[Line], frame: Frame, begun: bool = False) -> list[Line]:
    """A mark, and lines with a hanging indent; only the lines if the mark was drawn before (`begun`)."""
    rest = Segment(" " * _indent(mark, frame))
    if begun:
        return prefixed(lines, rest, rest) if rest.text else lines
    if not rest.text:
        return _marked_above(lines or [BLANK], mark, frame)
    return prefixed(lines or [BLANK], Segment(mark, frame.palette.marker), rest)


def _marked_above(lines: list[Line], mark: str, frame: Frame) -> list[Line]:
    """Too narrow for a hanging indent: give the mark a line of its own."""
    return [*folded([(mark.rstrip(), frame.palette.marker)], frame.width), *lines]


def _tight(tokens: Sequence[Token], frame: Frame) -> list[Line]:
    """The inside of an item: an empty line only where the source has one."""
    lines: list[Line] = []
    end = None
    for block in siblings(tokens):
        if end is not None and span(block)[0] > end:
            lines.append(BLANK)
        lines.extend(render_block(block, frame))
        end = last_line(block)
    return lines


def _task(tokens: Sequence[Token]) -> tuple[Sequence[Token], str]:
    """A task's tokens without its `[ ]`, and the box to draw; no box if it is no task."""
    if len(tokens) < 2 or tokens[0].type != "paragraph_open":
        return tokens, ""
    content = tokens[1].content
    box = task_box(content)
    if not box:
        return tokens, ""
    return [tokens[0], tokens[1].copy(content=content[4:]), *tokens[2:]], box


def task_box(content: str) -> str:
    """The box of a task, whose text begins with `[ ]` or `[x]`; "" for other texts."""
    return {"[ ] ": "☐", "[x] ": "☑", "[X] ": "☑"}.get(content[:4], "")
