"""The scroll bar of a list that draws its lines itself."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content


def with_scroll_bar(lines: Sequence[Content], top: int, height: int, total: int) -> list[Content]:
    """The lines in view, each with its cell of the bar. `top` of `total` lines is the first of the `height` in view."""
    return [Content.assemble(line, scroll_bar_cell(y, top, height, total)) for y, line in enumerate(lines)]


def scroll_bar_cell(y: int, top: int, height: int, total: int) -> tuple[str, str]:
    """The bar's cell at this line in view, and its style."""
    first = min(top * height // total, height - 1)
    last = max(-(-(top + height) * height // total), first + 1)
    return ("┃", "$scrollbar-active") if first <= y < last else ("│", "$scrollbar")
