"""Renders messages without styles for searching: cheaper, with the same line breaks as on the screen.

A second, simpler way from Markdown to text lost: wherever it differed, hits would be counted but not seen, or seen but
not counted.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

from rich.style import Style

from tui_chat.render.document import Document
from tui_chat.render.styles import Palette


@cache
def unstyled() -> Palette:
    """A palette without styles. Code is not lexed for it, which is half the cost of drawing."""
    styles: dict[str, Any] = {field.name: Style.null() for field in fields(Palette)}
    styles |= {"heading": (Style.null(),) * 6, "syntax": ()}
    return Palette(**styles)


def unstyled_document(source: str, width: int) -> Document:
    """A whole answer, to be drawn by `update` in slices."""
    document = Document(width, unstyled())
    document.feed(source)
    document.finish()
    return document
