"""The content filter's findings about one turn as an HTML table with CSS bars. Each bar is also given in words."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tui_chat.core.filter_rows import CategoryRow, FilterSide, filter_sides
from tui_chat.core.filter_wording import NO_CATEGORY
from tui_chat.core.message import Turn
from tui_chat.render.sanitize import safe_line

STYLE = """
.filter { overflow-wrap: normal; }
.filter[open] > summary { margin-bottom: .4rem; }
.filter table { display: table; margin: 0 0 .8rem; }
.filter caption { text-align: start; font-weight: 600; }
.filter th, .filter td { border: 0; padding: .1rem 1.2rem .1rem 0; vertical-align: baseline; font-weight: 400; }
.filter .blocked th, .filter .noticed th { font-weight: 600; color: var(--ink); }
.filter .blocked .done { color: var(--bad); font-weight: 600; }
.bar { display: inline-block; width: 4rem; height: .65rem; margin-right: .6rem; border-radius: .2rem;
  background: var(--line); overflow: hidden; }
.bar > span { display: block; height: 100%; background: var(--soft); }
.noticed .bar > span { background: var(--warn); }
.blocked .bar > span { background: var(--bad); }
.s0 > span { width: 0; } .s1 > span { width: 34%; } .s2 > span { width: 67%; } .s3 > span { width: 100%; }
""".strip()


def filter_table(turn: Turn) -> Iterator[str]:
    """The table: open if there are findings, folded if everything passed; nothing without a report."""
    sides = filter_sides(turn)
    if not sides:
        return
    opened = "" if all(row.standing == "passed" for side in sides for row in side.rows) else " open"
    yield f'<details class="filter"{opened}>\n<summary>Content filter</summary>'
    for side in sides:
        yield from _side(side)
    yield "</details>"


def _side(side: FilterSide) -> Iterator[str]:
    if side.unchecked:
        yield f"<p>{side.title} was not checked by the content filter.</p>"
    if side.unnamed:
        yield f"<p>{side.title}: {NO_CATEGORY}.</p>"
    if side.rows:
        yield f"<table>\n<caption>{side.title}</caption>\n<tbody>"
        yield from map(_row, side.rows)
        yield "</tbody>\n</table>"


def _row(row: CategoryRow) -> str:
    steps = f'<span class="bar s{row.steps}"><span></span></span>' if row.steps is not None else ""
    cells = (f"{steps}{_text(row.grade)}", _text(row.action), _text(" · ".join(row.notes)))
    kinds = ("grade", "done", "note")
    made = "".join(f'<td class="{kind}">{cell}</td>' for kind, cell in zip(kinds, cells, strict=True))
    return f'<tr class="{row.standing}"><th scope="row">{_text(row.category)}</th>{made}</tr>'


def _text(text: str) -> str:
    return escape(safe_line(text).strip())
