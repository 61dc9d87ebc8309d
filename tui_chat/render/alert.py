"""GitHub's alerts: which quotes are alerts, and the label that replaces the `[!NOTE]` marker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.style import Style

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.styles import Palette

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARK = lazy_pattern(r"\[!(note|tip|important|warning|caution)\][ \t]*(?:\n|\Z)", re.IGNORECASE)


def alert_of(inside: Sequence[Token]) -> tuple[str, Sequence[Token]]:
    """The label of a quote that is an alert, and its blocks without the mark; "" for other quotes."""
    found = _MARK.match(inside[1].content) if len(inside) > 2 and inside[0].type == "paragraph_open" else None
    if found is None:
        return "", inside
    rest = inside[1].content[found.end() :]
    return found[1].capitalize(), [inside[0], inside[1].copy(content=rest), *inside[2:]] if rest else inside[3:]


def alert_style(label: str, palette: Palette) -> Style:
    colours = {"Tip": palette.good, "Warning": palette.warning, "Caution": palette.error}
    return colours.get(label, palette.marker) + palette.strong
