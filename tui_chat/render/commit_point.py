"""Decides where a growing source is split: text before it is committed (drawn once), text after it is parsed again.

A block is closed when the next one has begun. A link definition draws nothing, but it closes what is above it as a
block does, and its title may continue on the next lines: until then the text below it may still become part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui_chat.render.parser import Rows, span
from tui_chat.render.top_level_units import Unit

BELOW = Unit((), gap=True)
"""What follows committed text: any block, with an empty line before it."""


class Cut(NamedTuple):
    """`closed` is committed; the source continues at row `start`, and its first block as `lead` does."""

    closed: Sequence[Unit]
    lead: Unit
    start: int


def cut_of(rows: Sequence[str], units: Sequence[Unit], definition: Rows | None, lead: Unit) -> Cut:
    """Where complete `rows` are cut, which hold these units and whose last link definition is in these rows.

    Without units the `lead` stays as it is.
    """
    after = span(units[-1].tokens)[1] if units else 0
    if definition is not None and definition[0] >= after:
        return Cut(units, BELOW if units else lead, max(definition[0], _after_blank(rows)))
    if not units:
        return Cut((), lead, _after_blank(rows))
    held = None if definition is None else _held(rows, units, definition)
    if definition is None or held is None:
        return Cut(units[:-1], units[-1], units[-1].start)
    return Cut(units[:held], units[held], definition[0])


def _after_blank(rows: Sequence[str]) -> int:
    """The row after the last blank one. Nothing invisible continues after that."""
    return next((index for index in range(len(rows), 0, -1) if blank(rows[index - 1])), 0)


def blank(row: str) -> bool:
    """Blank for the parser: other kinds of white space are text."""
    return not row.strip(" \t")


def _held(rows: Sequence[str], units: Sequence[Unit], definition: Rows) -> int | None:
    """The first of the units that may all be the beginning of a title of the definition right above them.

    A definition inside a list, a quote or a note counts as ended: its container would have to be parsed again whole.

    Waiting for a blank line below every definition took too long: an answer's text may come right below one.
    """
    begin, end = definition
    if not rows[end : end + 1] or rows[end].lstrip(" \t")[:1] not in ("'", '"', "("):
        return None
    first = next((index for index, unit in enumerate(units) if unit.start == end), None)
    if first is None or any(map(blank, rows[end : units[-1].start])):
        return None
    if first and span(units[first - 1].tokens)[1] > begin:
        return None
    return first if all(_may_be_title(unit) for unit in units[first:]) else None


def _may_be_title(unit: Unit) -> bool:
    """Blocks that do not end a definition: text, underlined text, and what is indented below the definition."""
    first = unit.tokens[0]
    underlined = first.type == "heading_open" and first.markup in ("=", "-")
    return underlined or first.type in ("paragraph_open", "code_block")
