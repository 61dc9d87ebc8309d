"""An endpoint as the user configured it: plain data, unvalidated, without its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from tui_chat.core.quick_dataclass import dataclass

Auth = Literal["raw", "bearer", "api-key", "subscription-key", "entra", "none"]
AUTHS: tuple[Auth, ...] = ("raw", "bearer", "api-key", "subscription-key", "entra", "none")
"""How a key is sent. `subscription-key` is Azure API Management's header, `Ocp-Apim-Subscription-Key`; `entra` sends an
Entra ID token instead of a key."""

LOCAL, DEMO = "local", "demo"
BUILT_IN = (LOCAL, DEMO)
"""Names of the endpoints that always exist."""

KEYRING_SERVICE = "tui-chat"
"""The service name of keys that the app stores in the keyring; the user name is the endpoint's name."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Deadlines in seconds. Only text, reasoning or a tool call satisfies `first_token` and `idle`."""

    connect: float = 10.0
    first_token: float = 120.0
    idle: float = 60.0
    whole: float = 600.0
    """For an answer requested in one piece."""
    tail: float = 10.0
    """After a finish reason or an error, for usage and late verdicts."""


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a million tokens."""

    input: float
    output: float
    currency: str = "USD"
    cached_input: float | None = None
    """For prompt tokens that the server had cached; None: as `input`."""


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """One `[endpoints.NAME]` table.

    At most one of `api_key_env`, `api_key_command` and `api_key_keyring` is set; none means that no key is sent, or
    with `auth` "entra" a token. `auth` and `dialect` (a name of `core/dialects`) None mean: derived from the URL.
    `context` is in tokens; None means unknown. `policy` is the content filter that Azure uses instead of the
    deployment's own; `scope` is the scope of an Entra ID token if the host's own is wrong (a gateway with an
    application of its own). Fields that may hold a secret (a pasted URL, headers, body) are not part of the repr.
    """

    name: str
    url: str = field(repr=False)
    api_key_env: str | None = None
    api_key_command: tuple[str, ...] | None = None
    api_key_keyring: str | None = None
    auth: Auth | None = None
    dialect: str | None = None
    model: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    policy: str | None = None
    scope: str | None = None
    context: int | None = None
    price: Price | None = None
    timeouts: Timeouts = Timeouts()
    ca_file: str | None = None
