"""Splits long list items and quotes, so that their first blocks can be committed (see `containers`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.alert import alert_of
from tui_chat.render.block import first_number, last_line, marked
from tui_chat.render.containers import ITEM, LABEL, STUB, ContainerLevel, ContainerPath, kind_of
from tui_chat.render.parser import References, parse_blocks, siblings, span, trial
from tui_chat.render.top_level_units import Unit, units_of

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARK = lazy_pattern(r"( {0,3})([-+*]|\d{1,9}[.)])( *)(.?)")
WIDEST = 4
"""Spaces after a mark that are its indent. Of more spaces one is the indent, and the others indent code."""

_TABBED = lazy_pattern(r"[ >]*\t")


class Step(NamedTuple):
    """From the last block of a source, which holds others, to the last of those.

    The block is inside `levels` and one of them, unless it is a list. `at` counts the tokens of the unit before the
    `child`, `above` is the block before the child, `number` is the child's if it is a numbered item; `ends` are the
    tokens that end its containers.
    """

    levels: tuple[ContainerLevel, ...]
    block: Sequence[Token]
    at: int
    ends: tuple[Token, ...]
    above: Sequence[Token] | None
    child: Sequence[Token]
    number: int | None


class ContainerCut(NamedTuple):
    """A unit cut inside: `closed` is committed; what begins at row `start` continues in `rows`, as `lead` does."""

    closed: Unit
    start: int
    rows: list[str]
    lead: Unit


def tabbed(row: str) -> bool:
    """The row begins with a tab, part of which may belong to a container."""
    return _TABBED.match(row) is not None


def steps(unit: Unit, rows: Sequence[str]) -> Iterator[Step]:
    """The way from a unit, the last of `rows`, down to the last block inside it.

    It ends at containers that cannot be opened again.
    """
    levels: tuple[ContainerLevel, ...] = ()
    ends: tuple[Token, ...] = ()
    block, number, at = unit.tokens, unit.number, 0
    while block:
        if not block[0].type.endswith("list_open"):
            level = _level(block, number, rows, levels)
            if level is None:
                return
            levels = (*levels, level)
        children = list(siblings(block[1:-1]))
        if not children:
            return
        ends = (block[-1], *ends)
        at += 1 + sum(map(len, children[:-1]))
        first = first_number(block)
        number = None if first is None else first + len(children) - 1
        yield Step(levels, block, at, ends, children[-2] if len(children) > 1 else None, children[-1], number)
        block = children[-1]


def _level(
    block: Sequence[Token], number: int | None, rows: Sequence[str], levels: Sequence[ContainerLevel]
) -> ContainerLevel | None:
    """How a container is opened; None for other blocks, and for containers that are indented with tabs."""
    if block[0].type == "blockquote_open":
        return ContainerLevel("> ", "> ")
    if block[0].type != ITEM or tabbed(rows[span(block)[0]]):
        return None
    row = rows[span(block)[0]]
    for level in levels:
        row = level.behind(row)
    found = _MARK.match(row)
    if found is None or found[4] == "\t":
        return None
    before, sign, behind = found[1], found[2], found[3]
    spaces = len(behind) if found[4] and 1 <= len(behind) <= WIDEST else 1
    if levels and levels[-1].mark:
        before, spaces = "", spaces + len(before)  # or they would be taken for the outer mark's
    if spaces > WIDEST:
        return None
    opening = before + sign + " " * spaces
    mark, _ = marked(block, number, sum(bool(level.mark) for level in levels))
    return ContainerLevel(opening, " " * len(opening), mark, number)


def cut_inside(unit: Unit, rows: Sequence[str], references: References) -> ContainerCut | None:
    """Cut the last unit of complete `rows` before the innermost block that is not the first in its container."""
    places = [step for step in steps(unit, rows) if step.above is not None and step.above[0].type != STUB]
    if not places or places[-1].above is None:
        return None
    place, above = places[-1], places[-1].above
    kind = _kind(place.block, above)
    path = ContainerPath(place.levels, kind, place.number)
    start = last_line(above)
    left = [*path.rows(), *rows[start:]]
    lead = _reopened(unit, path, left, references)
    if lead is None or not _same(lead.tokens, unit.tokens[place.at :], kind == ITEM):
        return None
    return ContainerCut(replace(unit, tokens=[*unit.tokens[: place.at], *place.ends]), start, left, lead)


def _kind(block: Sequence[Token], above: Sequence[Token]) -> str:
    if block[0].type.endswith("list_open"):
        return ITEM
    first = block[0].type == "blockquote_open" and block[1] is above[0]
    label, rest = alert_of(above) if first else ("", above)
    return LABEL if label and not rest else kind_of(above)


def _reopened(unit: Unit, path: ContainerPath, rows: Sequence[str], references: References) -> Unit | None:
    tokens = parse_blocks("\n".join(rows) + "\n", trial(references))
    units = list(units_of(tokens, replace(unit, tokens=(), gap=False, path=path)))
    return units[0] if len(units) == 1 else None


def _same(opened: Sequence[Token], wanted: Sequence[Token], listed: bool) -> bool:
    """The tokens after the stub are those that were there before.

    This is checked each time instead of proven for all marks: `* * *` in an item is a rule, and may stop being one.
    """
    stub = next((index for index, token in enumerate(opened) if token.type == STUB), None)
    if stub is None:
        return False
    found = opened[stub + 1 + listed :]
    return [(token.type, token.content, token.info) for token in found] == [
        (token.type, token.content, token.info) for token in wanted
    ]
