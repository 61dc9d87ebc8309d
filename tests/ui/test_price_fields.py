"""A price as it is typed: what config.toml takes, and a sentence for everything else."""

from __future__ import annotations

import pytest

from tui_chat.core.endpoint import Price
from tui_chat.ui.price_fields import PriceFields, price_fields, read_price

SECRET = "sk-form-0123456789abcdef"


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        (PriceFields(), None),
        (PriceFields(currency="EUR"), None),
        (PriceFields(" 2 ", "6"), Price(2, 6)),
        (PriceFields("2", "6", "0.5", "EUR"), Price(2, 6, "EUR", 0.5)),
        (PriceFields("€2", "€6"), Price(2, 6, "EUR")),
        (PriceFields("$ 2", "6", currency="CAD"), Price(2, 6, "CAD")),
        (PriceFields("0", "0"), Price(0, 0)),
    ],
)
def test_a_price(typed: PriceFields, price: Price | None) -> None:
    assert read_price(typed) == price
    if price is not None:
        assert read_price(price_fields(price)) == price


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (PriceFields("2"), "give output, too"),
        (PriceFields(output="2"), "give input, too"),
        (PriceFields(cached_input="2"), "give input, too"),
        (PriceFields("-1", "2"), "input: expected a number from 0 to 1e+06"),
        (PriceFields("2", "six"), "output: expected a number"),
        (PriceFields("nan", "2"), "input: expected a number"),
        (PriceFields("2", "6", SECRET), "cached input: expected a number"),
    ],
)
def test_a_mistake_is_a_sentence_that_quotes_nothing(typed: PriceFields, said: str) -> None:
    found = read_price(typed)
    assert isinstance(found, str)
    assert said in found
    assert SECRET not in found
