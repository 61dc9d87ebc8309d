"""Builds the objects a front end needs from options, configuration and environment. Opens nothing, sends nothing."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import field, replace
from itertools import product
from typing import Any

from tui_chat.cli.curl_arguments import KEY_ON_COMMAND_LINE, unpacked
from tui_chat.cli.options import Options
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.fuzzy_matching import did_you_mean
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import Settings
from tui_chat.engine.backends import Backends
from tui_chat.local.find_model import available
from tui_chat.store.config import Configuration, load_configuration
from tui_chat.store.config_problem import ConfigurationError
from tui_chat.store.endpoint_selection import SelectedEndpoint, choose_endpoint
from tui_chat.store.paths import find_paths, missing_config
from tui_chat.wire.address import wrong_address
from tui_chat.wire.curl_parse import expand
from tui_chat.wire.resolve_endpoint import resolve


@dataclass(frozen=True, slots=True)
class Wired:
    """`no_endpoint`: a built-in endpoint is used because no other is configured, and the header must say so.

    `notes` are sentences for the user besides the configuration's problems.
    """

    configuration: Configuration
    choice: SelectedEndpoint
    backends: Backends
    no_endpoint: bool
    notes: tuple[str, ...] = ()
    run_settings: Settings = field(default_factory=Settings)
    """The settings from options: single ones, or a preset."""
    json_schema: bool = False
    """The endpoint is known to follow a schema sent as `response_format`."""


def wire(
    options: Options, key_ids: Collection[str] | None = None, response_format: Mapping[str, Any] | None = None
) -> Wired | ServerError:
    """Read the configuration and choose the endpoint; an error of the kind *configuration* if that fails.

    `key_ids` are the names allowed in `[keys]`; None leaves them unchecked. `response_format` is added to every request
    to the chosen endpoint, unless it is built in.
    """
    paths = find_paths(options.config, options.data_dir, os.environ)
    missing = missing_config(paths)
    if missing is not None:
        return ServerError(ErrorKind.CONFIGURATION, missing.message, hint=missing.hint)
    loaded = load_configuration(
        paths,
        os.environ,
        options=options.settings,
        preset=options.preset,
        check_url=wrong_address,
        key_ids=key_ids,
        signs_in=options.auth == "entra",
    )
    if options.preset is not None and options.preset not in loaded.presets:
        return _no_preset(options.preset, loaded)
    run_settings = options.settings.over(loaded.presets.get(options.preset or "", Settings()))
    taken = unpacked(loaded)
    configuration, keys, notes = taken.configuration, dict(taken.keys), taken.notes
    local = configuration.local
    try:
        choice = choose_endpoint(options, configuration, available(local.model))
    except ConfigurationError as error:
        return ServerError(ErrorKind.CONFIGURATION, error.message, hint=error.hint)
    endpoints = {**configuration.environment, **configuration.endpoints}
    if options.key_env or options.auth == "entra":
        keys.pop(choice.name, None)  # one that came with a curl command
    json_schema = False
    if choice.endpoint is not None:
        expanded = expand(choice.endpoint)
        # A command that cannot be used stays in place: resolving it says what is wrong with it.
        endpoint, key = (choice.endpoint, None) if isinstance(expanded, str) else expanded
        if response_format is not None:
            endpoint = replace(endpoint, body={**endpoint.body, "response_format": dict(response_format)})
        resolved = resolve(endpoint, key)
        if isinstance(resolved, ServerError):
            return resolved
        json_schema = resolved.rules.json_schema
        choice = replace(choice, endpoint=endpoint)
        endpoints[choice.name] = endpoint
        if key is not None:
            keys[choice.name] = key
            notes = (*notes, KEY_ON_COMMAND_LINE)
    backends = Backends(endpoints, keys=keys, local_model=local.model, local_context=local.context)
    for (name, endpoint), (known, tokens) in product(endpoints.items(), configuration.ui.contexts.items()):
        if known.startswith(f"{name}/"):
            backends.contexts.keep(endpoint.url, known.removeprefix(f"{name}/") or None, tokens)
    falls_back = _falls_back(choice, endpoints)
    if falls_back and options.model:
        said = f"No endpoint is set up that could answer as {options.model}, so the built-in one ({choice.name}) does"
        notes = (*notes, f"{said}: tui-chat help setup says how to add one.")
    return Wired(configuration, choice, backends, falls_back, notes, run_settings, json_schema)


def _no_preset(name: str, configuration: Configuration) -> ServerError:
    names, config = ", ".join(configuration.presets), configuration.paths.config
    return ServerError(
        ErrorKind.CONFIGURATION,
        f'There is no preset "{name}"{did_you_mean(name, configuration.presets)}.',
        hint=f"Choose one of {names}." if names else f"[presets.NAME] in {config} makes one.",
    )


def _falls_back(choice: SelectedEndpoint, endpoints: dict[str, EndpointConfig]) -> bool:
    """Whether a built-in endpoint is used only because there is no other, not because it was asked for by name."""
    return choice.endpoint is None and choice.reason != "option" and not endpoints
