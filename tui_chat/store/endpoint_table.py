"""Converts an `[endpoints.NAME]` table to an EndpointConfig and back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields
from pathlib import Path
from typing import Any

from tui_chat.core import dialects, recognize_api_keys
from tui_chat.core.endpoint import AUTHS, EndpointConfig, Price, Timeouts
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.request_secrets import is_harmless_query, is_secret_name, secret_values
from tui_chat.store import validators
from tui_chat.store.config_problem import (
    A_KEY,
    REPLACE_IT,
    ConfigurationError,
    is_key,
)
from tui_chat.store.validators import Check, Collector

SAVED = "saved.toml"
KEY_SOURCES = ("api_key_env", "api_key_command", "api_key_keyring")

UrlCheck = Callable[[str], str | None]
"""Why an address is invalid, as "is empty" or "names no host"; None if it is valid."""

_SECONDS = validators.number(0.1, 86_400)
_TIMEOUT = {f.name: _SECONDS for f in fields(Timeouts)}
_PRICE: dict[str, Check] = {
    "input": validators.number(0, 1e6),
    "output": validators.number(0, 1e6),
    "currency": validators.text,
    "cached_input": validators.number(0, 1e6),
}
_CONTEXT = validators.whole(1, 100_000_000)


def _dialect(value: object) -> object:
    """Not created at import: the dialects are files of their own."""
    return validators.one_of(*dialects.table())(value)


ENDPOINT: dict[str, Check] = {
    "url": validators.text,
    "api_key_env": validators.env_name,
    "api_key_command": validators.texts,
    "api_key_keyring": validators.text,
    "auth": validators.one_of(*AUTHS),
    "dialect": _dialect,
    "model": validators.text,
    "headers": validators.headers,
    "body": validators.json_table,
    "policy": validators.text,
    "scope": validators.scope,
    "context": _CONTEXT,
    "price": validators.inner(_PRICE, ("input", "output")),
    "timeout": validators.inner(_TIMEOUT),
    "ca_file": validators.text,
}
LOCAL_MODEL: dict[str, Check] = {"model": validators.text, "context": _CONTEXT}


@dataclass(frozen=True, slots=True)
class LocalConfig:
    """`[endpoints.local]`: another GGUF file for the built-in endpoint, and its context in tokens."""

    model: Path | None = None
    context: int | None = None


def any_text(url: str) -> str | None:
    """The minimum for an address; the wire room checks more."""
    return "holds a space or a control character" if any(ord(c) < 33 or ord(c) == 127 for c in url.strip()) else None


def read_endpoint(
    collector: Collector, name: str, value: object, folder: Path, check_url: UrlCheck
) -> EndpointConfig | None:
    """The endpoint of a table, without invalid values; None without a usable address."""
    key = f"endpoints.{name}"
    table = collector.table(value, key)
    valid = collector.take(table, f"{key}.", ENDPOINT)
    if "url" not in valid:
        broken = any(problem.line and problem.key == "url" for problem in collector.problems)
        if "url" not in table and not broken:
            collector.report(f"{key}.url", "nothing", "expected the address of the endpoint")
        return None
    if (wrong := check_url(valid["url"])) is not None:
        if is_key(valid["url"]):
            collector.report(f"{key}.url", A_KEY, REPLACE_IT)
            return None
        what, _, paste = wrong.partition("; paste ")
        expected = f"expected {paste or 'an address such as https://host/v1/chat/completions'}"
        collector.report(f"{key}.url", f"an address that {what.partition(', expected')[0]}", expected)
        return None
    _report_keys(collector, key, valid)
    given = [source for source in KEY_SOURCES if source in valid]
    for extra in given[1:]:
        collector.report(f"{key}.{extra}", f"{given[0]} too", "expected only one of them")
        del valid[extra]
    if valid.get("auth") == "entra":
        for extra in given[:1]:
            collector.report(f"{key}.{extra}", 'auth = "entra" too', "expected only one of them: a sign-in has no key")
            del valid[extra]
    elif "scope" in valid:
        collector.report(f"{key}.scope", "a scope", 'expected auth = "entra" with it')
        del valid["scope"]
    if "price" in valid:
        valid["price"] = Price(**valid["price"])
    if "timeout" in valid:
        valid["timeouts"] = Timeouts(**valid.pop("timeout"))
    if "ca_file" in valid:
        valid["ca_file"] = str(resolved(valid["ca_file"], folder))
    return EndpointConfig(name=name, **valid)


def _report_keys(collector: Collector, key: str, valid: dict[str, Any]) -> None:
    """Report each key in a place where this app would not write it today. It keeps working.

    In config.toml, which is the user's, a key belongs in a header named like one; in saved.toml that is what an older
    version wrote.
    """
    saved = Path(collector.file).name == SAVED
    if saved and recognize_api_keys.mask_keys(valid["url"]) != valid["url"]:
        collector.report(f"{key}.url", A_KEY, REPLACE_IT)
    for table in ("headers", "body"):
        for name, value in valid.get(table, {}).items():
            if is_key(value) and (saved or not is_secret_name(name)):
                collector.report(f"{key}.{table}.{name}", A_KEY, REPLACE_IT)


def read_local(collector: Collector, value: object, folder: Path) -> LocalConfig:
    valid = collector.take(collector.table(value, "endpoints.local"), "endpoints.local.", LOCAL_MODEL)
    model = valid.get("model")
    return LocalConfig(None if model is None else resolved(model, folder), valid.get("context"))


def resolved(path: str, folder: Path) -> Path:
    """A path of the configuration: from the home folder with ~, else from the folder of the file that names it."""
    try:
        return folder / Path(path).expanduser()
    except RuntimeError:  # no home folder
        return folder / path


def to_table(endpoint: EndpointConfig, keys: Collection[str] = ()) -> dict[str, Any]:
    """The table of an endpoint, for saved.toml. Raises ConfigurationError if it may hold a key, or one of these."""
    _refuse_secrets(endpoint, keys)
    table: dict[str, Any] = {"url": endpoint.url}
    for name in ("api_key_env", "api_key_keyring", "auth", "dialect", "model", "policy", "scope", "context", "ca_file"):
        if (value := getattr(endpoint, name)) is not None:
            table[name] = value
    if endpoint.api_key_command:
        table["api_key_command"] = list(endpoint.api_key_command)
    if endpoint.headers:
        table["headers"] = dict(endpoint.headers)
    if endpoint.body:
        table["body"] = dict(endpoint.body)
    if endpoint.price is not None:
        table["price"] = {name: value for name in _PRICE if (value := getattr(endpoint.price, name)) is not None}
    changed = {name: getattr(endpoint.timeouts, name) for name in _TIMEOUT}
    changed = {name: value for name, value in changed.items() if value != getattr(Timeouts(), name)}
    return table | ({"timeout": changed} if changed else {})


def _refuse_secrets(endpoint: EndpointConfig, keys: Collection[str]) -> None:
    values = [getattr(endpoint, f.name) for f in fields(endpoint)]
    shaped = is_key(values) or recognize_api_keys.holds_any(repr(values), keys)
    named = any(map(is_secret_name, [*endpoint.headers, *endpoint.body]))
    unknown = secret_values(headers=endpoint.headers, body=endpoint.body)
    if shaped or named or unknown or _hides_key(endpoint.url):
        raise ConfigurationError(
            f"The endpoint {endpoint.name} may hold a key in what would be written, so it was not saved.",
            "Write it to config.toml yourself, or name the key with api_key_env.",
        )


def _hides_key(url: str) -> bool:
    """Whether an address may contain a key: before the @, in its query, or in an unparsed command."""
    from urllib.parse import parse_qsl, urlsplit

    parts = urlsplit(url)
    command = any(char.isspace() for char in url.strip())
    return command or "@" in parts.netloc or any(not is_harmless_query(*each) for each in parse_qsl(parts.query))
