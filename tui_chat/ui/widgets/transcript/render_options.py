"""What the lines of every message depend on besides the message itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui_chat.core.endpoint import Price
from tui_chat.render.styles import Palette


def no_price(endpoint: str) -> Price | None:
    return None


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Width of the text in cells, colours, how reasoning is shown, and the price of an endpoint by its name."""

    width: int
    palette: Palette
    reasoning: str = "collapsed"
    price: Callable[[str], Price | None] = no_price
