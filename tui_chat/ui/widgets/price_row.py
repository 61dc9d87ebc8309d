"""The fields of an endpoint's price, side by side."""

from __future__ import annotations

from collections.abc import Iterator

from textual.containers import Horizontal
from textual.widgets import Input

from tui_chat.ui.price_fields import PriceFields
from tui_chat.ui.widgets.secret_input import IsSecret, SecretInput

HINTS = {"input": "input", "output": "output", "cached_input": "cached", "currency": "USD"}


class PriceRow(Horizontal):
    DEFAULT_CSS = """
    PriceRow { height: 1; & Input { width: 1fr; margin-right: 1; } }
    """

    def __init__(self, price: PriceFields, is_secret: IsSecret) -> None:
        super().__init__()
        self._price, self._is_secret = price, is_secret

    def compose(self) -> Iterator[Input]:
        for name, hint in HINTS.items():
            yield SecretInput(getattr(self._price, name), self._is_secret, id=name, placeholder=hint)

    @property
    def price(self) -> PriceFields:
        return PriceFields(**{name: self.query_one(f"#{name}", Input).value for name in HINTS})
