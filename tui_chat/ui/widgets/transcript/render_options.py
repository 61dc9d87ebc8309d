"""Rendering options shared by all messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from tui_chat.core.endpoint import Price
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.styles import Palette
from tui_chat.ui.keymap import Keymap


def no_price(endpoint: str) -> Price | None:
    return None


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Width of the text in cells, colours, how reasoning is shown, the price of an endpoint by its name, and the keys
    that hints name. `bare`: who speaks, facts and next steps are said around the messages and not in them."""

    width: int
    palette: Palette
    reasoning: str = "collapsed"
    price: Callable[[str], Price | None] = no_price
    keys: Keymap = field(default_factory=Keymap)
    bare: bool = False
