"""An endpoint's price as it is typed, checked as that of config.toml is."""

from __future__ import annotations

from tui_chat.core.cost import SIGNS
from tui_chat.core.endpoint import Price
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store.endpoint_table import ENDPOINT
from tui_chat.store.validators import InvalidValueError

_CURRENCIES = {sign: currency for currency, sign in SIGNS.items()}
_WORDS = {"input": "input", "output": "output", "cached_input": "cached input"}


@dataclass(frozen=True, slots=True)
class PriceFields:
    """The price of a million tokens, in texts. All rates empty: none is known."""

    input: str = ""
    output: str = ""
    cached_input: str = ""
    currency: str = ""


def price_fields(price: Price | None) -> PriceFields:
    if price is None:
        return PriceFields()
    cached = "" if price.cached_input is None else f"{price.cached_input:g}"
    return PriceFields(f"{price.input:g}", f"{price.output:g}", cached, price.currency)


def read_price(typed: PriceFields) -> Price | str | None:
    """The price, or what is wrong with it. `€2` is 2 and says the currency, too. No sentence quotes what was typed."""
    table: dict[str, object] = {}
    currency = typed.currency.strip()
    for name, word in _WORDS.items():
        text = getattr(typed, name).strip()
        sign = next((each for each in _CURRENCIES if text.startswith(each)), "")
        currency = currency or _CURRENCIES.get(sign, "")
        if text:
            table[name] = _number(text.removeprefix(sign).strip())
        elif name != "cached_input" and any((typed.input.strip(), typed.output.strip(), typed.cached_input.strip())):
            return f"Price: give {word}, too: the price of a million tokens; 0 where they are free."
    if not table:
        return None
    try:
        return Price(**ENDPOINT["price"](table | ({"currency": currency} if currency else {})))
    except InvalidValueError as error:
        return f"Price, {_WORDS.get(error.where, error.where)}: {error.expected}, for a million tokens."


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text
