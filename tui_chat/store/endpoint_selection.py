"""Chooses the endpoint of a run from options and configuration. Pure: reads no file and sends nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, Protocol, cast

from tui_chat.core import recognize_api_keys
from tui_chat.core.endpoint import BUILT_IN, DEMO, LOCAL, Auth, EndpointConfig
from tui_chat.core.fuzzy_matching import did_you_mean
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store.config import Configuration
from tui_chat.store.config_problem import ConfigurationError

_HOST = lazy_pattern(r"(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?")

_OF_ENDPOINTS = {"api_key_env": "--key-env", "auth": "--auth", "dialect": "--dialect"}

Reason = Literal["url", "option", "last", "default", "only", "environment", "built-in"]


class EndpointOptions(Protocol):
    """The command line's options that name an endpoint; None if not given."""

    @property
    def endpoint(self) -> str | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def key_env(self) -> str | None: ...
    @property
    def auth(self) -> str | None: ...
    @property
    def dialect(self) -> str | None: ...
    @property
    def model(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class SelectedEndpoint:
    """`endpoint` None: built in (`local` or `demo`). `--model`, `--key-env`, `--auth` and `--dialect` are applied
    already."""

    name: str
    reason: Reason
    endpoint: EndpointConfig | None = None


def choose_endpoint(options: EndpointOptions, configuration: Configuration, local_available: bool) -> SelectedEndpoint:
    """Choose the endpoint of a run. `local_available`: the built-in model can run here.

    Raises ConfigurationError for an unknown `--endpoint`, and for a key in place of a name. A saved name that no longer
    exists is ignored.
    """
    _refuse_keys(options)
    offered = configuration.environment
    known = {**offered, **configuration.endpoints}
    if options.url:
        host = _host_of(options.url)
        own = "url" if host in ("", *known, *BUILT_IN) else host
        return SelectedEndpoint(own, "url", _from_url(own, options))
    name, reason = _named(options.endpoint, configuration, known)
    if name is None:
        only = list(configuration.endpoints)
        if len(only) == 1:
            name, reason = only[0], "only"
        elif offered:
            name, reason = next(iter(offered)), "environment"
        else:
            name, reason = LOCAL if local_available else DEMO, "built-in"
    endpoint = known.get(name)
    return SelectedEndpoint(name, reason, _for_this_run(endpoint, name, options))


def _for_this_run(endpoint: EndpointConfig | None, name: str, options: EndpointOptions) -> EndpointConfig | None:
    """The endpoint with what the options say in place of its own values."""
    found = {"api_key_env": options.key_env, "auth": options.auth, "dialect": options.dialect, "model": options.model}
    given: dict[str, Any] = {field: value for field, value in found.items() if value}
    if endpoint is None:
        if lonely := next((option for field, option in _OF_ENDPOINTS.items() if field in given), None):
            raise ConfigurationError(
                f"{lonely} goes with an endpoint of your own, and {name} is built in.",
                "--url takes the address of one, --endpoint the name of one in the configuration.",
            )
        return None
    if options.key_env or options.auth == "entra":
        endpoint = replace(endpoint, api_key_env=None, api_key_command=None, api_key_keyring=None)
    return replace(endpoint, **given)


def _named(
    option: str | None, configuration: Configuration, known: Mapping[str, EndpointConfig]
) -> tuple[str | None, Reason]:
    names = (*known, *BUILT_IN)
    if option:
        if option not in names:
            raise ConfigurationError(
                f'There is no endpoint "{option}"{did_you_mean(option, names)}.',
                f"Choose one of {', '.join(names)}, or add it to {configuration.paths.config}; --url takes an address.",
            )
        return option, "option"
    if configuration.last_endpoint in names:
        return configuration.last_endpoint, "last"
    if configuration.default_endpoint in names:
        return configuration.default_endpoint, "default"
    return None, "only"


def _refuse_keys(options: EndpointOptions) -> None:
    """Refuse a key in place of a name: it would appear in the header and in error texts. Addresses are checked, too."""
    for option, value in (
        ("--endpoint", options.endpoint),
        ("--key-env", options.key_env),
        ("--dialect", options.dialect),
        ("--model", options.model),
    ):
        if value and recognize_api_keys.looks_like_key(value):
            raise ConfigurationError(
                f"What was given as {option} looks like a key and not like a name, so it is not used.",
                "Put the key into an environment variable, name that with --key-env, and clear it from your "
                "shell's history.",
            )


def _from_url(name: str, options: EndpointOptions) -> EndpointConfig:
    return EndpointConfig(
        name=name,
        url=options.url or "",
        api_key_env=options.key_env,
        auth=cast("Auth | None", options.auth),
        dialect=options.dialect,
        model=options.model,
    )


def _host_of(url: str) -> str:
    """The host and port, which name such an endpoint; "" if the address has none."""
    authority = re.split(r"[/?#]", url.strip().rpartition("://")[2], maxsplit=1)[0]
    host = authority.rpartition("@")[2].lower()
    return host if _HOST.fullmatch(host) and not recognize_api_keys.looks_like_key(host) else ""
