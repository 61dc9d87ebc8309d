"""One secret, every encoding in which it may come back, and a look for all of them in what a user gets to see."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

CANARY = "cnry7F3a/x9+Q2zW&5k1T8mVb="
"""Has what the encodings treat in different ways, and is allowed in a header, a query and a user part."""


def _each(spelled: str) -> Callable[[str], str]:
    return lambda secret: "".join(spelled.format(ord(char)) for char in secret)


def _base64(before: str, after: str = "") -> Callable[[str], str]:
    return lambda secret: base64.b64encode(f"{before}{secret}{after}".encode()).decode()


ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "url": lambda secret: quote(secret, safe=""),
    "url_path": quote,
    "url_form": quote_plus,
    "url_lower": _each("%{:02x}"),
    "url_twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "json": _each("\\u{:04x}"),
    "json_upper": _each("\\u{:04X}"),
    "json_slash": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "json_twice": _each("\\\\u{:04x}"),
    "html": html.escape,
    "html_twice": lambda secret: html.escape(html.escape(secret)),
    "html_decimal": _each("&#{};"),
    "html_hex": _each("&#x{:X};"),
    "base64": _base64(""),
    "base64_user": _base64("user:"),
    "base64_one": _base64("x", "yz"),
    "base64_two": _base64("xy", "z"),
    "base64_url": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
    "hex": lambda secret: secret.encode().hex(),
    "hex_upper": lambda secret: secret.encode().hex().upper(),
    "upper": str.upper,
    "lower": str.lower,
}


def found_in(text: str, secret: str = CANARY) -> list[str]:
    """The names of the encodings in which the secret stands in a text, however that text itself is escaped."""
    texts = [text, html.unescape(text), text.replace("\\\\", "\\").replace("\\/", "/")]
    low = [each.lower() for each in texts]
    core = {"base64_user": slice(8, -4), "base64_one": slice(4, -4), "base64_two": slice(4, -4)}
    forms = {name: encode(secret).lower()[core.get(name, slice(None))] for name, encode in ENCODINGS.items()}
    return [name for name, form in forms.items() if any(form in each for each in low)]
