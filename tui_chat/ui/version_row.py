"""The row of an existing answer in the form of `/compare`: what tells it apart from the others is not cut off. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tui_chat.core.setting_wording import NOT_SENT
from tui_chat.ui.cells import SEPARATOR, cut

LONGEST_PART = 40
"""Cells of one part, such as the text of a system prompt."""

FEW = 10
"""Cells below which the beginning of the text says nothing."""

GAP = 3
"""Cells between the label and the text."""


def version_row(head: str, text: str, width: int, label: int = 0) -> list[tuple[str, str]]:
    """The lines of a row: of the label `head`, whose parts go on below where they do not fit, and how the text begins,
    where there is room for it. `label` are the cells that all labels of one line take, so that the texts are aligned.

    Where one line is not enough, settings that were not sent are left out: the others name theirs.
    """
    lines: list[str] = []
    parts = head.split(SEPARATOR)
    if cell_len(head) > width:
        parts = [part for part in parts if not part.endswith(NOT_SENT)]
    for part in (cut(each, min(LONGEST_PART, width)) for each in parts):
        joined = f"{lines[-1]}{SEPARATOR}{part}" if lines else part
        if lines and cell_len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(part)
    used = max(cell_len(lines[-1]), label if len(lines) == 1 else 0)
    room = width - used - GAP
    padding = " " * (used - cell_len(lines[-1]))
    begins = cut(text, room) if room >= min(FEW, cell_len(text)) else ""
    return [*((line, "") for line in lines[:-1]), (lines[-1] + (padding if begins else ""), begins)]


def label_cells(heads: Sequence[str], width: int) -> int:
    """The cells of the longest label that is one line, and leaves room for a text."""
    return max((cell_len(head) for head in heads if cell_len(head) + GAP + FEW <= width), default=0)
