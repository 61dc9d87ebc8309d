"""Decodes bodies that may be JSON. Never raises, however broken the bytes are."""

from __future__ import annotations

import json
from typing import Any

from tui_chat.core.lazy_pattern import lazy_pattern

_DECODER = json.JSONDecoder(strict=False)


class NotJson:
    """The result of `loads` for text that is not JSON. None would be ambiguous: it is a JSON value."""


NOT_JSON = NotJson()


_OTHER = lazy_pattern(r"[^\t\n\r -~\ufffd]")
"""A sign that is neither printable ASCII nor what could not be decoded."""


def text_of(raw: bytes) -> str:
    """Decode a body as UTF-8, whatever charset its header claims: JSON is UTF-8, and false charsets are common."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    text = raw.decode("utf-8-sig", "replace")
    if "\ufffd" in text and not _OTHER.search(text):
        return raw.decode("cp1252", "replace")  # an old server's text: nothing in it makes sense as UTF-8
    return text


def loads(text: str) -> Any:
    """Parse the text as JSON, or return NOT_JSON.

    Deep nesting raises RecursionError and a number of thousands of digits a plain ValueError; both count as not JSON.
    Control characters inside strings are accepted: some servers forget to escape them.
    """
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return NOT_JSON


def leading(text: str) -> Any:
    """Parse the JSON value at the beginning of the text, ignoring the rest; the text itself if there is none.

    Some services append a line with a link, and some send an error disguised as an event stream.
    """
    text = text.strip().removeprefix("data:").lstrip()
    value = loads(text)
    if isinstance(value, NotJson) and text[:1] in ("{", "["):
        try:
            value, _ = _DECODER.raw_decode(text)
        except (ValueError, RecursionError):
            return text
    return text if isinstance(value, NotJson) else value


_LONGEST_FOLD = 64 * 1024
WHOLE = "whole_text"


def unfold(value: Any, depth: int = 8) -> Any:
    """Unpack JSON that is embedded in strings, as gateways wrap a provider's response.

    Text before such JSON becomes its `message`, and the JSON `metadata.raw`, which is OpenRouter's shape for the same;
    the original text is kept as well, for JSON that is merely quoted in the sentence.
    """
    if depth < 0:
        return value
    match value:
        case dict():
            return {key: unfold(item, depth - 1) for key, item in value.items()}
        case list():
            return [unfold(item, depth - 1) for item in value]
        case str() if len(value) <= _LONGEST_FOLD:
            return _unfolded(value, depth)
        case _:
            return value


def _unfolded(text: str, depth: int) -> Any:
    at = next((at for at in (text.find('{"'), text.find("{'"), text.find('[{"')) if at >= 0), -1)
    if at < 0:
        return text
    inner = leading(text[at:])
    if isinstance(inner, str):
        inner = _literal(text[at:])
    if not isinstance(inner, (dict, list)):
        return text
    before = text[:at].rstrip(" -:\n\t")
    if not before:
        return unfold(inner, depth - 1)
    return {"message": before, "metadata": {"raw": unfold(inner, depth - 1), WHOLE: text}}


def _literal(text: str) -> Any:
    """A Python dictionary that was printed instead of encoded, as LiteLLM does."""
    import ast  # rarely needed, and slow to load

    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
