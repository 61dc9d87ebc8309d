"""The scroll bar of a list that draws its lines itself."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content


def with_scroll_bar(lines: Sequence[Content], top: int, height: int, total: int) -> list[Content]:
    """The lines in view, each with its cell of the bar. `top` of `total` lines is the first of the `height` in view."""
    first = min(top * height // total, height - 1)
    last = max(-(-(top + height) * height // total), first + 1)
    thumb, track = ("┃", "$scrollbar-active"), ("│", "$scrollbar")
    return [Content.assemble(line, thumb if first <= y < last else track) for y, line in enumerate(lines)]
