"""The units that are committed separately at the top level: blocks, and single list items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.block import Frame, apart, first_number, last_line, render_block, render_item
from tui_chat.render.containers import ContainerPath, reopen
from tui_chat.render.line import BLANK, Line
from tui_chat.render.long_paragraph import pieces
from tui_chat.render.parser import siblings, span

if TYPE_CHECKING:
    from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Unit:
    """A block, or an item of a list, at the top level. `gap`: an empty line goes before it.

    `path` has those of its containers, itself the first, that began above: see `reopen`. `flows`: it is the rest of a
    very long paragraph.
    """

    tokens: Sequence[Token]
    gap: bool
    item: bool = False
    number: int | None = None
    path: ContainerPath | None = None
    flows: bool = False

    @property
    def start(self) -> int:
        return span(self.tokens)[0]


FIRST = Unit((), gap=False)
"""The lead of a whole text."""


def render_unit(unit: Unit, frame: Frame) -> list[Line]:
    """The lines of a unit, with the empty one before it."""
    drawn = render_item(unit.tokens, unit.number, frame) if unit.item else render_block(unit.tokens, frame)
    if unit.flows and drawn:
        return [drawn[0]._replace(joint=" "), *drawn[1:]]
    return [BLANK, *drawn] if unit.gap else drawn


def units_of(tokens: Sequence[Token], lead: Unit) -> Iterator[Unit]:
    """The units of a source. The first continues the `lead`, the unit at which the source was cut."""
    if lead.path is not None:
        reopen(tokens, lead.path)
    above: Sequence[Token] | None = None
    for block in siblings(tokens):
        gap = lead.gap if above is None else apart(above, block)
        if block[0].type in ("bullet_list_open", "ordered_list_open"):
            yield from _items(block, replace(lead, gap=gap or lead.flows))
        else:
            yield from _parts(block, replace(lead, gap=gap))
        above, lead = block, Unit((), gap=True)


def _parts(block: Sequence[Token], lead: Unit) -> Iterator[Unit]:
    gap, flows = lead.gap, lead.flows
    for part in pieces(block):
        text = part[0].type == "paragraph_open"
        yield Unit(part, gap or (flows and not text), path=lead.path, flows=flows and text)
        gap, flows = False, True


def _items(block: Sequence[Token], lead: Unit) -> Iterator[Unit]:
    number = lead.number if lead.item else first_number(block)
    gap, end, path = lead.gap, None, lead.path
    for item in siblings(block[1:-1]):
        if end is not None:
            gap, path = span(item)[0] > end, None
        yield Unit(item, gap, True, number, path)
        end = last_line(item)
        number = None if number is None else number + 1
