"""The cost of an answer, and how amounts are written."""

from __future__ import annotations

from tui_chat.core.endpoint import BUILT_IN, Price
from tui_chat.core.message import Usage

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩"}
"""Currencies with a sign, which precedes the amount; other currencies follow it as configured."""

MILLION = 1_000_000


def cost(usage: Usage | None, price: Price | None) -> float | None:
    """The cost of a request with this usage, in the price's currency; None if unknown.

    Both token counts are needed, or the total and one of them: a partial sum would look like a bargain.
    """
    if usage is None or price is None:
        return None
    prompt, answer, total = usage.prompt_tokens, usage.completion_tokens, usage.total_tokens
    if total is not None:
        prompt = total - answer if prompt is None and answer is not None else prompt
        answer = total - prompt if answer is None and prompt is not None else answer
    if prompt is None or answer is None or prompt < 0 or answer < 0:
        return None
    cached = 0 if price.cached_input is None else min(usage.cached_tokens or 0, prompt)
    fresh = (prompt - cached) * price.input + cached * (price.cached_input or 0.0)
    return (fresh + answer * price.output) / MILLION


def money(amount: float, currency: str) -> str:
    """An amount as shown: `$1.20`, `$0.0042`, `0.31 CHF`. Small ones keep two significant digits."""
    sign = SIGNS.get(currency.upper())
    if 0 < amount < 0.000_001:
        return f"<{sign}0.000001" if sign else f"<0.000001 {currency}"
    digits = 2
    while digits < 7 and 0 < amount < 10.0 ** (1 - digits):
        digits += 1
    text = f"{amount:,.{digits}f}"
    return f"{sign}{text}" if sign else f"{text} {currency}"


def price_words(price: Price) -> str:
    """The price of a million tokens: `$2.00 in, $0.50 cached, $6.00 out`."""
    rates = ((price.input, "in"), (price.cached_input, "cached"), (price.output, "out"))
    return ", ".join(f"{money(rate, price.currency)} {of}" for rate, of in rates if rate is not None)


def no_price_words(endpoint: str, model: str | None, file: str | None) -> str:
    """Why there is no cost, and where a price is given. `file` has the endpoint's table: saved.toml where it was added
    in the app, which has a form for it; None where it comes from variables or options."""
    if endpoint in BUILT_IN:
        return f"The endpoint {endpoint} is built in and costs nothing."
    what = f"No price is known for {f'{model} at ' if model else ''}{endpoint}."
    if file == "saved.toml":
        return what
    table = f"[endpoints.{endpoint}]"
    where = f"under {table} in {file}" if file else f"in a table {table} of config.toml, with its url and api_key_env"
    example = 'price = { input = 2.0, output = 6.0, currency = "USD" }'
    return f"{what} Per million tokens, {where}: {example}"
