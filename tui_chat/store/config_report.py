"""Lists every configuration file, value and origin for `tui-chat config`, with keys masked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.util import find_spec
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tui_chat.core import serialize
from tui_chat.core.endpoint import EndpointConfig, Timeouts
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import MASK, mask_keys
from tui_chat.core.request_secrets import is_harmless_query, is_secret_name
from tui_chat.core.setting_wording import NOT_SENT
from tui_chat.store.config import Configuration


@dataclass(frozen=True, slots=True)
class ReportedValue:
    """One line: a dotted key, its value as text, and the file or other place it comes from."""

    key: str
    value: str
    origin: str


def report(configuration: Configuration, env: Mapping[str, str]) -> list[ReportedValue]:
    """The whole configuration, with keys masked."""
    known = _known(configuration, env)
    values = [*_endpoints(configuration, env), *_values(configuration)]
    return [*_files(configuration), *(_masked(entry, known) for entry in values)]


def _known(configuration: Configuration, env: Mapping[str, str]) -> list[str]:
    """The endpoints' keys, as far as the environment holds them, longest first."""
    endpoints = (*configuration.environment.values(), *configuration.endpoints.values())
    found = {env.get(endpoint.api_key_env or "", "").strip() for endpoint in endpoints}
    return sorted((key for key in found if len(key) >= 8), key=len, reverse=True)


def _masked(entry: ReportedValue, known: list[str]) -> ReportedValue:
    """The entry with keys masked, wherever a key was written."""
    key, value = entry.key, entry.value
    for secret in known:
        key, value = key.replace(secret, MASK), value.replace(secret, MASK)
    return ReportedValue(mask_keys(key), mask_keys(value), entry.origin)


def _files(configuration: Configuration) -> Iterator[ReportedValue]:
    paths = configuration.paths
    for name, path in (("config", paths.config), ("saved", paths.saved), ("data", paths.data)):
        yield ReportedValue(f"files.{name}", str(path), "found" if path.exists() else "not there")


def _endpoints(configuration: Configuration, env: Mapping[str, str]) -> Iterator[ReportedValue]:
    for key, value, origin in (
        ("default_endpoint", configuration.default_endpoint, "config.toml"),
        ("endpoint", configuration.last_endpoint, "saved.toml"),
    ):
        if value is not None:
            yield ReportedValue(key, value, origin)
    for name, endpoint in {**configuration.environment, **configuration.endpoints}.items():
        origin = configuration.origins.get(f"endpoints.{name}", "environment")
        for key, text in _endpoint(endpoint, env):
            yield ReportedValue(f"endpoints.{name}.{key}", text, origin)
    for key, of_local in (("model", configuration.local.model), ("context", configuration.local.context)):
        if of_local is not None:
            yield ReportedValue(f"endpoints.local.{key}", str(of_local), "config.toml")


def _endpoint(endpoint: EndpointConfig, env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "url", masked_url(endpoint.url)
    if endpoint.api_key_env:
        yield "api_key_env", f"{endpoint.api_key_env} ({'set' if env.get(endpoint.api_key_env) else 'not set'})"
    if endpoint.api_key_command:
        yield "api_key_command", " ".join([endpoint.api_key_command[0], *["…"] * (len(endpoint.api_key_command) > 1)])
    if endpoint.auth == "entra" and not _has_azure_identity():
        yield "auth.library", "azure-identity is not installed: the extra entra brings it"
    for name in ("api_key_keyring", "auth", "dialect", "model", "policy", "scope", "context", "ca_file"):
        if (value := getattr(endpoint, name)) is not None:
            yield name, str(value)
    for name in endpoint.headers:
        yield f"headers.{name}", MASK
    for name, value in endpoint.body.items():
        yield f"body.{name}", MASK if is_secret_name(name) or isinstance(value, dict) else _text(value)
    if endpoint.price is not None:
        yield "price", _text({name: rate for name, rate in asdict(endpoint.price).items() if rate is not None})
    if endpoint.timeouts != Timeouts():
        yield "timeout", _text(asdict(endpoint.timeouts))


def _has_azure_identity() -> bool:
    """Whether it is installed. It is not imported, which would take time."""
    try:
        return find_spec("azure.identity") is not None
    except ImportError:  # not even the package around it
        return False


def _values(configuration: Configuration) -> Iterator[ReportedValue]:
    values: dict[str, object] = {f"settings.{k}": v for k, v in serialize.from_settings(configuration.settings).items()}
    for key, origin in configuration.origins.items():
        if key.startswith("settings."):
            yield ReportedValue(key, _text(values[key]) if key in values else NOT_SENT, origin)
    for name, preset in configuration.presets.items():
        origin = configuration.origins.get(f"presets.{name}", "config.toml")
        yield ReportedValue(f"presets.{name}", _text(serialize.from_settings(preset)), origin)
    for name, value in asdict(configuration.ui).items():
        yield ReportedValue(f"ui.{name}", _text(value), configuration.origins.get(f"ui.{name}", "default"))
    for name, keys in configuration.keys.items():
        yield ReportedValue(f"keys.{name}", ", ".join(keys), "config.toml")


def masked_url(url: str) -> str:
    """An address without possible keys: the name before @, and secret values of the query.

    Anything else, such as a curl command, is not shown at all: a key may be anywhere in it.
    """
    if any(char.isspace() for char in url.strip()):
        return MASK
    try:
        parts = urlsplit(url)
        query = [
            (name, value if is_harmless_query(name, value) else MASK) for name, value in parse_qsl(parts.query, True)
        ]
        user, at, host = parts.netloc.rpartition("@")
        netloc = f"{MASK}@{host}" if at or user else parts.netloc
        return urlunsplit(parts._replace(netloc=netloc, query=urlencode(query, safe="*:/,")))
    except ValueError:
        return MASK


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(serialize.jsonable(value), ensure_ascii=False)
