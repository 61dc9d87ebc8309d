"""Converts domain values to plain data and back: the public JSON shapes of verdicts, usage, timing, errors and
settings.

`ask --json` prints them; portable files and the library store them. Plain data is what `json.loads` returns: dict,
list, str, int, float, bool, None.
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar, cast

from tui_chat.core import settings as knobs
from tui_chat.core.attachment import Attachment, digest, plain_name
from tui_chat.core.message import Citation, ErrorKind, ServerError, Timing, Usage
from tui_chat.core.settings import Settings
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.core.verdict import Source, Verdict

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

LARGEST = 10**30
"""Larger than any number that is measured."""
USAGE_KEYS = ("prompt_tokens", "completion_tokens", "total_tokens", "reasoning_tokens", "cached_tokens")


class ShapeError(ValueError):
    """Plain data that does not have the expected shape. `where` is a path such as `verdicts[2].category`."""

    def __init__(self, where: str, found: object, expected: str) -> None:
        super().__init__(f"{where}: found {shown(found)}, {expected}")
        self.where = where
        self.found = found
        self.expected = expected


def shown(value: object) -> str:
    """A value for an error text; only its type if it is long."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "a very large number" if abs(value) > LARGEST else repr(value)
        case str():
            return repr(value) if len(value) <= 40 else f"a text of {len(value)} characters"
        case bytes():
            return f"{len(value)} bytes that are no text"
        case Mapping():
            return "a table"
        case Sequence():
            return f"a list of {len(value)}"
        case _:
            return f"a {type(value).__name__}"


def jsonable(value: object) -> Any:
    """Any data as plain data that can be written as JSON: no lone surrogates, no NaN, no other types."""
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case str():
            return repair_surrogates(value)
        case Mapping():
            return {repair_surrogates(str(key)): jsonable(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [jsonable(item) for item in value]
        case _:
            return repair_surrogates(str(value))


def from_verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "source": verdict.source,
        "category": repair_surrogates(verdict.category),
        "blocked": verdict.blocked,
        "detected": verdict.detected,
        "severity": jsonable(verdict.severity),
        "detail": jsonable(verdict.detail),
    }


def to_verdict(value: object, where: str = "verdict") -> Verdict:
    """Raises ShapeError."""
    data = table(value, where)
    return Verdict(
        source=to_source(data.get("source"), f"{where}.source"),
        category=text(data.get("category"), f"{where}.category"),
        blocked=maybe(flag, data.get("blocked"), f"{where}.blocked"),
        detected=maybe(flag, data.get("detected"), f"{where}.detected"),
        severity=maybe(text, data.get("severity"), f"{where}.severity"),
        detail=maybe(table, data.get("detail"), f"{where}.detail"),
    )


def from_usage(usage: Usage) -> dict[str, Any]:
    return {key: getattr(usage, key) for key in USAGE_KEYS}


def to_usage(value: object, where: str = "usage") -> Usage:
    """Raises ShapeError."""
    data = table(value, where)
    return Usage(*(maybe(whole, data.get(key), f"{where}.{key}") for key in USAGE_KEYS))


def from_citation(citation: Citation) -> dict[str, Any]:
    return {"url": repair_surrogates(citation.url), "title": repair_surrogates(citation.title) or None}


def to_citation(value: object, where: str = "citation") -> Citation:
    """Raises ShapeError, also for anything but http(s): a foreign file must not bring other links."""
    data = table(value, where)
    url = text(data.get("url"), f"{where}.url")
    if not url.lower().startswith(("http://", "https://")):
        raise ShapeError(f"{where}.url", url, "expected an address that begins with http:// or https://")
    return Citation(url, maybe(text, data.get("title"), f"{where}.title") or "")


def from_attachment(attached: Attachment) -> dict[str, Any]:
    about: dict[str, Any] = {
        "name": repair_surrogates(attached.name),
        "media_type": repair_surrogates(attached.media_type),
        "size": attached.size,
        "sha256": attached.sha256,
    }
    if attached.is_image:
        return about | {"data": b64encode(attached.data).decode("ascii")}
    return about | {"text": attached.text}


def to_attachment(value: object, where: str = "attachment") -> Attachment:
    """Raises ShapeError, also if the hash does not match the content."""
    found = table(value, where)
    name, media_type = text(found.get("name"), f"{where}.name"), text(found.get("media_type"), f"{where}.media_type")
    size = whole(found.get("size"), f"{where}.size")
    if not 0 <= size < 2**53:
        raise ShapeError(f"{where}.size", size, "expected a number of bytes")
    if media_type.startswith("image/"):
        data = _decoded(text(found.get("data"), f"{where}.data"), f"{where}.data")
    else:
        data = text(found.get("text"), f"{where}.text").encode("utf-8", "replace")
    made = Attachment(plain_name(name), media_type[:100], size, digest(data), data)
    if found.get("sha256") not in (None, made.sha256):
        raise ShapeError(f"{where}.sha256", found["sha256"], "expected the SHA-256 of what is attached")
    return made


def _decoded(value: str, where: str) -> bytes:
    try:
        data = b64decode(value, validate=True)
    except ValueError:
        raise ShapeError(where, value, "expected base64") from None
    from tui_chat.core.image_header import image_size

    if image_size(data) is None:
        raise ShapeError(where, value, "expected a PNG, JPEG, WebP or GIF")
    return data


def from_timing(timing: Timing) -> dict[str, Any]:
    return {"first_token_ms": jsonable(timing.first_token_ms), "total_ms": jsonable(timing.total_ms)}


def to_timing(value: object, where: str = "timing") -> Timing:
    """Raises ShapeError."""
    data = table(value, where)
    first = maybe(number, data.get("first_token_ms"), f"{where}.first_token_ms")
    return Timing(first, number(data.get("total_ms"), f"{where}.total_ms"))


def from_error(error: ServerError) -> dict[str, Any]:
    return {
        "kind": error.kind.value,
        "message": repair_surrogates(error.message),
        "status": error.status,
        "code": jsonable(error.code),
        "request_id": jsonable(error.request_id),
        "retry_after_s": jsonable(error.retry_after_s),
        "hint": jsonable(error.hint),
    }


def to_error(value: object, where: str = "error") -> ServerError:
    """Raises ShapeError."""
    data = table(value, where)
    return ServerError(
        kind=one_of(ErrorKind, data.get("kind"), f"{where}.kind"),
        message=text(data.get("message"), f"{where}.message"),
        status=maybe(whole, data.get("status"), f"{where}.status"),
        code=maybe(text, data.get("code"), f"{where}.code"),
        request_id=maybe(text, data.get("request_id"), f"{where}.request_id"),
        retry_after_s=maybe(number, data.get("retry_after_s"), f"{where}.retry_after_s"),
        hint=maybe(text, data.get("hint"), f"{where}.hint"),
    )


def from_settings(settings: Settings) -> dict[str, Any]:
    """Only settings that are sent: a missing key is *not sent*."""
    return cast(dict[str, Any], jsonable(knobs.to_mapping(settings)))


def to_settings(value: object, where: str = "settings") -> Settings:
    """Raises ShapeError for the first invalid value, including an unknown name."""
    settings, problems = knobs.from_mapping(table(value, where))
    for name, found, expected in problems:
        raise ShapeError(f"{where}.{name}", found, expected)
    return settings


def to_source(value: object, where: str) -> Source:
    if value == "prompt":
        return "prompt"
    if value == "answer":
        return "answer"
    raise ShapeError(where, value, 'expected "prompt" or "answer"')


def one_of(kind: type[E], value: object, where: str) -> E:
    try:
        return kind(text(value, where))
    except ValueError:
        raise ShapeError(where, value, f"expected one of {', '.join(kind)}") from None


def maybe(read: Callable[[object, str], T], value: object, where: str) -> T | None:
    """Convert with `read`, or return None for None."""
    return None if value is None else read(value, where)


def table(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ShapeError(where, value, "expected an object")
    return value


def text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise ShapeError(where, value, "expected a text")
    return value


def whole(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ShapeError(where, value, "expected a whole number")
    return value


def number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ShapeError(where, value, "expected a number")
    # NaN fails this comparison too. A number of a thousand digits cannot even be divided.
    if not abs(value) < LARGEST:
        raise ShapeError(where, value, "expected a number of a sensible size")
    return value


def flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise ShapeError(where, value, "expected true or false")
    return value
