from __future__ import annotations

import pytest

from tui_chat.core.cost import cost, money, no_price_words, price_words
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


def test_what_the_server_had_computed_before_costs_less() -> None:
    usage = Usage(prompt_tokens=1000, completion_tokens=100, cached_tokens=800)
    assert cost(usage, Price(2, 6)) == pytest.approx(0.0026)
    assert cost(usage, Price(2, 6, cached_input=0.5)) == pytest.approx(0.0014)
    assert cost(Usage(1000, 100, cached_tokens=5000), Price(2, 6, cached_input=0.5)) == pytest.approx(0.0011)
    assert cost(Usage(1000, 100), Price(2, 6, cached_input=0.5)) == pytest.approx(0.0026)


def test_a_price_in_words() -> None:
    assert price_words(Price(2, 6)) == "$2.00 in, $6.00 out"
    assert price_words(Price(2, 6, "EUR", 0.5)) == "€2.00 in, €0.50 cached, €6.00 out"


@pytest.mark.parametrize(
    ("endpoint", "file", "words"),
    [
        ("demo", "saved.toml", "The endpoint demo is built in and costs nothing."),
        (
            "azure",
            "config.toml",
            "No price is known for large at azure. Per million tokens, under [endpoints.azure] in config.toml: price",
        ),
        ("azure", "saved.toml", "No price is known for large at azure."),
        ("azure", None, "in a table [endpoints.azure] of config.toml, with its url and api_key_env: price = {"),
    ],
)
def test_why_there_is_no_cost_is_said_with_how_to_give_a_price(endpoint: str, file: str | None, words: str) -> None:
    assert words in no_price_words(endpoint, "large", file)
