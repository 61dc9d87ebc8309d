"""Messages drawn for their text alone: this file owns that this costs no colours and gives the lines a reader sees.

A second, simpler way from Markdown to text lost: whatever it did otherwise than the drawing would be found and not be
seen, or seen and not be found.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

from rich.style import Style

from tui_chat.render.document import Document
from tui_chat.render.palette import Palette


@cache
def bare() -> Palette:
    """A palette without any style. Code is not lexed for it, which is half of what drawing costs."""
    styles: dict[str, Any] = {field.name: Style.null() for field in fields(Palette)}
    styles |= {"heading": (Style.null(),) * 6, "syntax": ()}
    return Palette(**styles)


def bare_document(source: str, width: int) -> Document:
    """All of an answer, ready to be drawn for its text; `update` does so, in slices."""
    document = Document(width, bare())
    document.feed(source)
    document.finish()
    return document
