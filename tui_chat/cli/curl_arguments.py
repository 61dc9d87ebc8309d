"""Expands curl commands given in place of URLs. A key in one is used for this run only, never stored or shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store.config import Configuration
from tui_chat.wire.curl_parse import expand


@dataclass(frozen=True, slots=True)
class UnpackedCurl:
    """`keys` are the literal keys by endpoint; `notes` has a sentence for each."""

    configuration: Configuration
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()


def unpacked(configuration: Configuration) -> UnpackedCurl:
    """The configuration with plain addresses. Unusable commands were already reported."""
    keys: dict[str, str] = {}

    def plain(endpoints: Mapping[str, EndpointConfig]) -> dict[str, EndpointConfig]:
        made: dict[str, EndpointConfig] = {}
        for name, endpoint in endpoints.items():
            taken = expand(endpoint)
            if isinstance(taken, str):
                continue
            made[name], key = taken
            if key is not None:
                keys[name] = key
        return made

    made = replace(
        configuration, endpoints=plain(configuration.endpoints), environment=plain(configuration.environment)
    )
    notes = tuple(
        f"The curl command of the endpoint {name} holds a key. It works, but it is safer in a variable: name that "
        f"as api_key_env, and take the key out of the command."
        for name in keys
    )
    return UnpackedCurl(made, keys, notes)


KEY_ON_COMMAND_LINE = (
    "The key in the curl command is used for this run only and kept nowhere. Other programs can see a command line, "
    "and shells remember it: put the key into a variable, and name that with --key-env, or as $NAME in the command."
)
