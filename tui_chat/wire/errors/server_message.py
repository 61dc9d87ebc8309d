"""Finds the sentence in an error body that a person should read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.short_text import shortened
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.wire.body import WHOLE, leading

LONGEST = 1000
"""Characters of a server's message that are shown; a longer one is a page."""

_KEYS = (
    "message",
    "msg",
    "detail",
    "error_description",
    "error_message",
    "errorMessage",
    "errorDescription",
    "faultstring",
    "fault",
    "title",
    "description",
    "reason",
    "details",
    "errors",
    "raw",
    "status",
)
_DEPTH = 8
_LONGEST_PAGE = 8192
"""Characters of a page that are searched: a title comes early, and unclosed tags cost quadratic time."""

_TITLE = lazy_pattern(r"<(title|h1)[^>]*>(.*?)</\1", re.IGNORECASE | re.DOTALL)
_TAG = lazy_pattern(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_CONTROL = lazy_pattern(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")


def error_message(body: object) -> str:
    """One line of plain text, or "" if the body has no message. `body` is parsed JSON or the text itself."""
    return tidy(_find(body, _DEPTH))


def tidy(text: str) -> str:
    """One line without control characters, cut if it is too long."""
    line = _CONTROL.sub(" ", repair_surrogates(text)).strip()
    return shortened(line, LONGEST)


def _find(value: object, depth: int) -> str:
    if depth < 0:
        return ""
    match value:
        case str():
            return _in_text(value, depth)
        case Mapping():
            return _in_object(value, depth)
        case list():
            found = [text for item in value[:20] if (text := _find(item, depth - 1))]
            return "; ".join(dict.fromkeys(found))
        case _:
            return ""


def _in_text(text: str, depth: int) -> str:
    """A plain text, a page, or JSON that was embedded in a string again."""
    text = text[: 64 * 1024].strip()
    if text[:1] in ("{", "["):
        inner = leading(text)
        if not isinstance(inner, str):
            return _find(inner, depth - 1) or text
    if text[:1] == "<" and (page := _page(text)):
        return page
    if text.count("�") + text.count("\0") > len(text) // 10:
        return ""  # binary
    return "" if text in ("None", "null") else text


def _page(text: str) -> str:
    text = text[:_LONGEST_PAGE]
    for _, inner in _TITLE.findall(text):
        if title := html.unescape(_TAG.sub(" ", inner)).strip():
            return title
    return html.unescape(_TAG.sub(" ", text)).strip()


def _in_object(value: Mapping[str, Any], depth: int) -> str:
    if "loc" in value and (text := _complaint(value)):
        return text
    for part in _parts(value):
        if text := _find(part, depth - 1):
            return _with_raw(text, value, depth) + _by_field(value.get("errors"), depth) + _details(text, value, depth)
    return ""


def _details(text: str, value: Mapping[str, Any], depth: int) -> str:
    """The reasons that Azure's services add below a message such as *Invalid request*: `details: [{code, message}]`."""
    details = value.get("details")
    if not isinstance(details, list) or "message" not in value:
        return ""
    found = [said for each in details[:5] if isinstance(each, Mapping) and (said := _find(each, depth - 1))]
    return "".join(f" {said}" for said in dict.fromkeys(found) if said not in text)


def _by_field(errors: object, depth: int) -> str:
    """The complaints of ASP.NET's problem details, by field: `{"temperature": ["must be between 0 and 1"]}`."""
    if not isinstance(errors, Mapping):
        return ""
    found = [f"{name}: {text}" for name, each in errors.items() if (text := _find(each, depth - 1))]
    return f" {'; '.join(found[:20])}" if found else ""


def _parts(value: Mapping[str, Any]) -> Iterator[object]:
    """The places of a message, the most specific first."""
    if isinstance(value.get("error"), str):
        yield value.get("error_description")  # of OAuth, where `error` is a code
    yield value.get("error")
    for key in _KEYS:
        item = value.get(key)
        if key == "status" and isinstance(item, str) and (item.isdigit() or item.lower() in ("error", "fail")):
            continue
        yield item
        if key == "message":
            yield value.get("Message")
    yield value.get("metadata")


def _with_raw(text: str, value: Mapping[str, Any], depth: int) -> str:
    """A gateway's "Provider returned error" with the provider's own message, which is the helpful part.

    If the embedded JSON has no message, it belongs to the sentence: "Unknown field: {"seed": 1}".
    """
    metadata = value.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    inner = _find(raw, depth - 1) if raw else ""
    if not inner and isinstance(metadata, Mapping) and isinstance(said := metadata.get(WHOLE), str):
        return said
    return f"{text}: {inner}" if inner and inner not in text else text


def _complaint(value: Mapping[str, Any]) -> str:
    """One entry of a validator's list: `{loc, msg}`."""
    message = value.get("msg") or value.get("message")
    where = path_of(value)
    if not isinstance(message, str) or not message:
        return ""
    return f"{message}: {'.'.join(where)}" if where else message


def path_of(value: Mapping[str, Any]) -> list[str]:
    """The path in an entry's `loc`, below the body: `["messages", "0", "content"]`."""
    loc = value.get("loc")
    parts = [str(part) for part in loc] if isinstance(loc, list) else [loc] if isinstance(loc, str) else []
    return parts[1:] if parts[:1] in (["body"], ["query"]) else parts


def is_page(text: str) -> bool:
    """Whether the text is HTML, so that the address is not a model server's."""
    start = text.lstrip()[:200].lower()
    return start.startswith(("<!doctype html", "<html", "<head", "<body", "<?xml"))
