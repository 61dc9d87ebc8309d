"""One conversation in the library's list, laid out for the width that there is."""

from __future__ import annotations

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from tui_chat.core.message import Outcome
from tui_chat.render.safe import safe_line
from tui_chat.ui.library_row import Row

MARKS = {
    Outcome.PROMPT_BLOCKED: "✖ blocked",
    Outcome.ANSWER_BLOCKED: "✖ blocked",
    Outcome.FAILED: "! failed",
    Outcome.INCOMPLETE: "… incomplete",
    Outcome.STOPPED: "■ stopped",
    Outcome.LENGTH: "… cut",
    Outcome.REFUSED: "! refused",
    Outcome.EMPTY: "! empty",
}

INDENT = "  "


class RowText(Visual):
    """Title, then when and in which state, then what was found. The first two have one line each, because the list is
    scanned; what was found is wrapped below the title."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._made: tuple[int, Content] | None = None

    def at(self, width: int) -> Content:
        """The text for so many cells."""
        if self._made is None or self._made[0] != width:
            lines = [_title(self._row).truncate(width, ellipsis=True), _facts(self._row, width)]
            self._made = width, Content("\n").join([*lines, *_snippet(self._row, width)])
        return self._made[1]

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        return self.at(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return self.at(container_width).get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self.at(width).get_height(rules, width)


def _title(row: Row) -> Content:
    title = safe_line(row.title) or "(no title)"
    return Content.assemble(("▸ " if row.open else INDENT, "$text-accent"), (title, "bold" if row.open else ""))


def _facts(row: Row, width: int) -> Content:
    """As much as there is room for. The state goes last: it is what the list is scanned for."""
    when = row.updated.astimezone()
    moment = f"{when:%d %b %Y %H:%M}"
    turns = "" if row.turns is None else f" · {row.turns} turn{'' if row.turns == 1 else 's'}"
    mark = _mark(row)
    lines = [
        Content.assemble((INDENT + facts, "$text-muted"), (f"  {mark}" if mark else "", "$text-warning"))
        for facts in (moment + turns, moment, f"{when:%d %b %Y}", f"{when:%d %b}")
    ]
    fitting = next((line for line in lines if line.cell_length <= width), lines[-1])
    return fitting.truncate(width, ellipsis=True)


def _mark(row: Row) -> str:
    if row.running:
        return "● answering"
    if row.unread and not row.open:
        return "● new"
    return MARKS.get(row.state, "") if row.state else ""


def _snippet(row: Row, width: int) -> list[Content]:
    """The found words stand out by weight. Each part is made safe by itself, so the marks stay where they belong."""
    if not row.snippet:
        return []
    parts: list[tuple[str, str]] = []
    at = 0
    for start, end in row.marks:
        parts += [(safe_line(row.snippet[at:start]), "$text-muted"), (safe_line(row.snippet[start:end]), "bold")]
        at = end
    parts.append((safe_line(row.snippet[at:]), "$text-muted"))
    lines = Content.assemble(*parts).wrap(max(width - len(INDENT), 1))
    return [Content(INDENT) + line.rstrip() for line in lines]
