"""Lists the secrets of a request: every value that is neither conversation text nor known to be harmless."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.recognize_api_keys import looks_like_key

SHORTEST = 8
"""The shortest secret that is masked, in characters. A shorter one would be found in ordinary words."""

_HARMLESS_HEADERS = frozenset(
    {
        "accept", "accept-charset", "accept-encoding", "accept-language", "anthropic-beta", "anthropic-version",
        "api-version", "azureml-model-deployment", "cache-control", "connection", "content-encoding", "content-length",
        "content-type", "extra-parameters", "host", "http-referer", "openai-beta", "origin", "prefer", "referer",
        "transfer-encoding", "user-agent", "x-api-version", "x-policy-id", "x-title",
    }
)  # fmt: skip
_HARMLESS_QUERY = frozenset({"alt", "api-version", "beta", "deployment", "format", "model", "region", "stream", "v"})
_SECRET_QUERY = frozenset({"code", "session", "sid"})
"""Names that have another meaning in a header or a body."""

_NAMES = lazy_pattern(
    r"secret|passw(?:or)?d|passphrase|credential|cookie|bearer|signature|apikey|authoriz|authentic"
    r"|token(?:$|[^a-z])"
    r"|(?:^|[^a-z]|access|account|auth|client|function|master|private|shared|subscription|user)key(?:$|[^a-z])"
    r"|(?:^|[^a-z])(?:pwd|auth|jwt|sig|sas|api[^a-z]keys)(?:$|[^a-z])"
)
_PUBLIC_FIELDS = frozenset({"response_format"})
"""Fields that describe the answer: a schema may have a property `password`."""
_CAMEL = lazy_pattern(r"(?<=[a-z0-9])(?=[A-Z])")
_PUBLIC_NAMES = lazy_pattern(r"prompt_cache_key|(?:first|stop|bos|eos|pad|special)_token(?:_ids?)?")
_SCHEME = lazy_pattern(r"(?:bearer|basic|token|apikey|key|digest)\s+(?=\S)", re.IGNORECASE)
_COOKIE = lazy_pattern(r"[^=;\s]+=\s*([^;]+)")
_DATE = lazy_pattern(r"v?\d{1,4}([-.]\d{1,2}){1,3}([-.](preview|beta|alpha|rc)\d*)?", re.IGNORECASE)
_WORD = lazy_pattern(r"[A-Z]?[a-z]{1,14}|[A-Z]{1,12}")
_NUMBERED = lazy_pattern(r"[A-Za-z]{0,10}\d{1,4}[a-z]?")
_DEPLOYMENT = lazy_pattern(r"/deployments/([^/?]+)")
_PLACEHOLDERS = frozenset(
    {
        "anything", "changeme", "dummy-key", "dummykey", "fake-key", "llama.cpp", "lm-studio", "local-key", "localhost",
        "my-api-key", "no-key-required", "not-needed", "not-required", "password", "placeholder", "sk-local",
        "sk-no-key-required", "test-key", "token-abc123", "your-api-key", "your_api_key",
    }
)  # fmt: skip
"""Placeholder keys for servers that accept any."""


def is_secret_name(name: str) -> bool:
    """Whether a value of this name is a secret, whatever it looks like."""
    low = _CAMEL.sub("-", name).lower()
    return _PUBLIC_NAMES.fullmatch(low) is None and _NAMES.search(low) is not None


def is_ordinary(value: str) -> bool:
    """Whether a value consists of words, such as `pass-through`, a date, or a name such as `gpt-4o-mini`."""
    if _DATE.fullmatch(value):
        return True
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", value) if part]
    others = [part for part in parts if not _WORD.fullmatch(part)]
    return len(others) <= 2 and len(others) < len(parts) and all(map(_NUMBERED.fullmatch, others))


def is_harmless_header(name: str, value: str) -> bool:
    """Whether the value of a request header can be shown."""
    low = name.strip().lower()
    if is_secret_name(low) or looks_like_key(value):
        return False
    return low in _HARMLESS_HEADERS or is_ordinary(value)


def is_harmless_query(name: str, value: str) -> bool:
    """Whether the value in an address's query can be shown."""
    low = name.lower()
    if is_secret_name(name) or low in _SECRET_QUERY or looks_like_key(value):
        return False
    return low in _HARMLESS_QUERY or is_ordinary(value) or not value


def secret_values(
    *,
    key: str | None = None,
    url: str = "",
    userinfo: str | None = None,
    headers: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    model: str | None = None,
) -> frozenset[str]:
    """The secrets of every request to this endpoint, without values shorter than eight characters.

    `userinfo` is the part before the @ of the URL, decoded.
    """
    deployments = _DEPLOYMENT.findall(url)
    public = {model or "", *deployments, *map(unquote, deployments)}
    own = (key or "").strip()
    found = (own if own.lower() not in _PLACEHOLDERS else "", *_of_headers(headers or {}), *_of_url(url))
    found = (*found, *_of_userinfo(userinfo or ""), *_of_body(body or {}))
    values = {part for value in found if value == own or value not in public for part in _parts(value)}
    return frozenset(value for value in values if len(value) >= SHORTEST)


def _of_headers(headers: Mapping[str, str]) -> Iterator[str]:
    for name, value in headers.items():
        if not is_harmless_header(name, value):
            yield value.strip()
            yield from (each.strip() for each in _COOKIE.findall(value) if "cookie" in name.lower())


def _of_url(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    yield from _of_userinfo(parts.netloc.rpartition("@")[0])
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if not is_harmless_query(name, value):
            yield value
    yield from (each for segment in parts.path.split("/") if looks_like_key(each := unquote(segment)))


def _of_userinfo(userinfo: str) -> Iterator[str]:
    for text in {userinfo, unquote(userinfo)}:
        user, colon, password = text.partition(":")
        yield from (text, password) if colon else ()
        if not is_ordinary(user):
            yield user


def _of_body(body: Mapping[str, Any]) -> Iterator[str]:
    for name, value in _texts({name: value for name, value in body.items() if name not in _PUBLIC_FIELDS}):
        if is_secret_name(name) or (not any(map(str.isspace, value)) and looks_like_key(value)):
            yield value


def _parts(value: str) -> Iterator[str]:
    """A value, the part after a scheme's name, and the user and password of Basic authentication."""
    yield value
    scheme = _SCHEME.match(value)
    if scheme is None:
        return
    token = value[scheme.end() :].strip()
    yield token
    if scheme[0].strip().lower() == "basic":
        try:
            yield from _of_userinfo(base64.b64decode(token, validate=True).decode())
        except (binascii.Error, UnicodeDecodeError):
            return


def _texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """(name, text) of every text and number in a JSON value; items of a list have the list's name."""
    match value:
        case str():
            yield name, value
        case bool() | None:
            return
        case int() | float():
            yield name, str(value)
        case Mapping():
            for key, item in value.items():
                yield from _texts(item, name if is_secret_name(name) else str(key))
        case list() | tuple():
            for item in value:
                yield from _texts(item, name)
        case _:
            return
