"""Previews a last line that may still become a list, a table, a heading or a rule.

Only the preview of the open part depends on this. Committed text is always drawn from the source as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.autoclose import autoclosed
from tui_chat.render.parser import References, parse_blocks

if TYPE_CHECKING:
    from markdown_it.token import Token

_ITEM = r"(?:[-*+>]|\d{1,9}[.)])"
_BARE_MARK = lazy_pattern(
    rf"[ \t]*(?:{_ITEM}[ \t]+|>)*(?:[-=*+_#>|~`]{{1,80}}|\d{{1,9}}[.)])[ \t]*"  # also a mark behind marks
    rf"|[ \t]*(?:{_ITEM}[ \t]+|>[ \t]*)*(?:`{{3,80}}[^`]{{0,80}}|~{{3,80}}.{{0,80}})"  # a fence and its language
    rf"|[ \t]*(?:{_ITEM}[ \t]+)+\[[ xX]?\]?[ \t]*"  # the box of a task
    r"|[ \t]*(?:>[ \t]*)+\[![A-Za-z]*\]?[ \t]*"  # the mark of an alert
    r"|[ \t>]*[|:-][ \t:|-]*"  # the line under a table's head
    r"| {0,3}\[(?!\^)[^\[\]]{1,999}\]:[ \t]*"  # a link's definition
    r"|[ \t]*"  # an indent: the line above is still the last one
)
"""A line of nothing but marks may still become a list, a heading, a rule, a fence, a task, a table's second line, or
the line under a heading."""

_NUMBER = lazy_pattern(r"[ \t>]*(\d{1,9})")
_NUMBERED = lazy_pattern(r"^[ \t>]*(?:[-*+>][ \t]+)*\d{1,9}[.)][ \t]", re.MULTILINE)

_HEAD = lazy_pattern(r"([ \t>]*)\|(.*[^\s|].*)")
_PIPE = lazy_pattern(r"(?<!\\)\|")
_CELL = ("inline", "td_open", "th_open")


def open_blocks(source: str, references: References) -> list[Token]:
    """The tokens of a source whose last line is under way, without what would be visible only for a moment."""
    source = without_bare_mark(source)
    tokens = _with_head(source, references) or parse_blocks(source, references)
    autoclose_last(tokens)
    return tokens


def without_bare_mark(source: str) -> str:
    """The source without a last line that only begins something."""
    start = source.rfind("\n") + 1
    return source[:start] if _BARE_MARK.fullmatch(source, start) or _begins_item(source, start) else source


def _begins_item(source: str, start: int) -> bool:
    """The digits of the next item, without their dot, at a place where a list may begin or a numbered one continue."""
    digits = _NUMBER.fullmatch(source, start)
    if digits is None:
        return False
    above = source[:start]
    nearest = above[:-1].rpartition("\n")[2].strip(" \t>")
    return digits[1] == "1" or not nearest or nearest[0] == "#" or _NUMBERED.search(above) is not None


def _with_head(source: str, references: References) -> list[Token] | None:
    """The tokens with a last line `| a | b` as the head of a table; None if it cannot be one.

    As a paragraph it would show its pipes, and jump into columns when the line below it is complete.
    """
    rows = source.removesuffix("\n").split("\n")
    head = _HEAD.fullmatch(rows[-1])
    if head is None:
        return None
    columns = len(_PIPE.split(head[2].rstrip().removesuffix("|")))
    tokens = parse_blocks("\n".join([*rows, head[1] + "|" + "-|" * columns]) + "\n", references)
    wanted = [len(rows) - 1, len(rows) + 1]
    return tokens if any(token.type == "table_open" and token.map == wanted for token in tokens) else None


def autoclose_last(tokens: Sequence[Token]) -> None:
    """Close the marks in the last text of a source; in a row of a table, in the last cell with content."""
    for token in reversed(tokens):
        if token.type == "inline" and token.content:
            token.content = autoclosed(token.content)
            return
        if token.nesting >= 0 and token.type not in _CELL:
            return
