from __future__ import annotations

import pytest

from tui_chat.core.cost import cost, money
from tui_chat.core.endpoint import Price
from tui_chat.core.message import Usage

PRICE = Price(4.0, 12.0, "EUR")


@pytest.mark.parametrize(
    ("usage", "price", "amount"),
    [
        (Usage(1_000_000, 0, 1_000_000), PRICE, 4.0),
        (Usage(100, 50, 150), PRICE, 0.001),
        (Usage(100, None, 150), PRICE, 0.001),
        (Usage(None, 50, 150), PRICE, 0.001),
        (Usage(0, 0, 0), PRICE, 0.0),
        (Usage(None, 50, None), PRICE, None),
        (Usage(100, None, None), PRICE, None),
        (Usage(None, 50, 20), PRICE, None),
        (Usage(), PRICE, None),
        (None, PRICE, None),
        (Usage(100, 50, 150), None, None),
        (Usage(100, 50, 150), Price(0.0, 0.0), 0.0),
    ],
)
def test_the_sum_is_known_only_where_all_its_parts_are(
    usage: Usage | None, price: Price | None, amount: float | None
) -> None:
    assert cost(usage, price) == (None if amount is None else pytest.approx(amount))


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1.2, "USD", "$1.20"),
        (1234.5, "usd", "$1,234.50"),
        (0.5, "EUR", "€0.50"),
        (0.05, "EUR", "€0.050"),
        (0.00417, "USD", "$0.0042"),
        (0.0000123, "USD", "$0.000012"),
        (0.0000001, "USD", "<$0.000001"),
        (0.0000001, "CHF", "<0.000001 CHF"),
        (0.0, "USD", "$0.00"),
        (0.31, "CHF", "0.31 CHF"),
    ],
)
def test_small_amounts_keep_digits_that_count(amount: float, currency: str, text: str) -> None:
    assert money(amount, currency) == text
