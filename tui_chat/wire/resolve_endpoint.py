"""Resolves a configured endpoint and its key into an `Endpoint`, or into an error that explains why it cannot
be used."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any
from urllib.parse import urlsplit

from tui_chat.core import dialects
from tui_chat.core.dialects.rules import Rules
from tui_chat.core.endpoint import Auth, EndpointConfig, Timeouts
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.request_secrets import secret_values
from tui_chat.wire import address
from tui_chat.wire.masking import NONE, Secrets

_TOKEN = lazy_pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_JWT = lazy_pattern(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")

POLICY = "x-policy-id"
"""Names the content filter for one request, in place of the deployment's (MicrosoftDocs how-to/content-filters)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how to send requests. `url` is the complete address of the chat completions.

    `key` None sends none. `other_auth` is tried once after a 401; None if the way is certain. `tried` are
    the ways that were refused before this one. `headers` and `body` are
    the user's own and are merged into each request; both may hold secrets, so neither they nor the key are part of the
    repr, and the URL is masked in it. `secrets` are all secrets of a request.
    """

    name: str
    url: str
    dialect: str
    auth: Auth
    key: str | None = field(default=None, repr=False)
    other_auth: Auth | None = None
    tried: tuple[Auth, ...] = ()
    model: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)
    timeouts: Timeouts = field(default_factory=Timeouts)
    context: int | None = None
    ca_file: str | None = None
    scope: str | None = None
    secrets: Secrets = field(default=NONE, repr=False, compare=False)

    def __repr__(self) -> str:
        url = self.secrets.mask_shown(self.url)
        return f"Endpoint(name={self.name!r}, url={url!r}, dialect={self.dialect!r}, auth={self.auth!r})"

    @property
    def rules(self) -> Rules:
        """The fields that this endpoint accepts."""
        return dialects.rules_for(self.dialect, self.url)


def resolve(config: EndpointConfig, key: str | None) -> Endpoint | ServerError:
    """Build an endpoint from its configuration. Errors are of the kind *configuration* and never contain the key."""
    found = address.parse(config.url)
    if isinstance(found, str):
        wrong, paste = address.advice(found)
        example = "the address that your provider shows, such as https://host/v1/chat/completions"
        return _refuse(f"The URL of the endpoint {config.name} {wrong}.", f"Set url to {paste or example}.")
    problem = _check_headers(config) or _check_body(config) or _check_encrypted(config, found)
    if problem is not None:
        return problem
    dialect = config.dialect or _dialect_of(found)
    auth, other = _auth(config, found, dialect, key)
    cleaned = _clean_key(key, auth)
    if isinstance(cleaned, ServerError):
        return _refuse(f"The key for the endpoint {config.name} {cleaned.message}", cleaned.hint or "")
    headers = _headers(config, found, keyed=bool(cleaned) and auth in ("raw", "bearer"))
    secrets = secret_values(
        key=key, url=found.url, userinfo=found.userinfo, headers=headers, body=config.body, model=config.model
    )
    return Endpoint(
        name=config.name,
        url=found.url,
        dialect=dialect,
        auth=auth,
        key=cleaned,
        other_auth=other if cleaned else None,
        model=(config.model or "").strip() or None,
        headers=headers,
        body=dict(config.body),
        timeouts=config.timeouts,
        context=config.context,
        ca_file=config.ca_file,
        scope=config.scope,
        secrets=Secrets(secrets),
    )


def _dialect_of(found: address.Address) -> str:
    """The dialect by host, except that Azure's OpenAI routes are recognized by their path, also behind a gateway."""
    path = found.url.partition("?")[0]
    azure = found.rules.name == "azure-serverless"
    if "/openai/deployments/" in path or (azure and "/openai/" in path):
        return "azure-openai"
    return found.rules.name


def _auth(config: EndpointConfig, found: address.Address, dialect: str, key: str | None) -> tuple[Auth, Auth | None]:
    """How to send the key, and the alternative to try after a 401, unless the user chose the way."""
    if config.auth is not None:
        return config.auth, None
    ladder = found.host.ladder
    if not found.host.suffix and config.dialect is not None and (hosts := dialects.table()[dialect].hosts):
        ladder = hosts[0].ladder
    elif len(ladder) == 1 and dialect == "azure-openai":
        ladder = (*ladder, "api-key")
    if "bearer" in ladder and key and _JWT.fullmatch(key.strip()):
        return "bearer", None  # a token from Entra, which no other header takes
    return ladder[0], ladder[1] if len(ladder) > 1 else None


def _clean_key(key: str | None, auth: Auth) -> str | ServerError | None:
    key = (key or "").strip()
    if auth != "raw" and key[:7].lower() == "bearer ":
        key = key[7:].strip()
    if not key or auth == "none":
        return None
    if any(ord(c) < 32 or ord(c) == 127 for c in key):
        return _refuse("holds a line break or another control character.", "Copy it again, without what surrounds it.")
    if not key.isascii():
        return _refuse("holds a character that no key has.", "Copy it again: a dash or quote may have been replaced.")
    return key


def _headers(config: EndpointConfig, found: address.Address, *, keyed: bool) -> dict[str, str]:
    """The user's own headers, plus the URL's password if the key does not use that header."""
    headers = {name.strip(): value.strip() for name, value in config.headers.items()}
    if config.policy and POLICY not in map(str.lower, headers):
        headers[POLICY] = config.policy.strip()
    if found.userinfo and not keyed and not any(name.lower() == "authorization" for name in headers):
        headers["Authorization"] = "Basic " + base64.b64encode(found.userinfo.encode()).decode()
    return headers


def _check_headers(config: EndpointConfig) -> ServerError | None:
    policy = {POLICY: config.policy} if config.policy else {}
    for name, value in (*config.headers.items(), *policy.items()):
        control = any(ord(c) < 32 or ord(c) == 127 for c in value.strip())
        if control or not _TOKEN.fullmatch(name.strip()):
            return _refuse(
                f"The endpoint {config.name} has the header {name.strip()!r}, which cannot be sent as it is.",
                "A header is a name without spaces and one line of text: correct it under headers.",
            )
    return None


def _check_encrypted(config: EndpointConfig, found: address.Address) -> ServerError | None:
    """A token opens more than one endpoint, so it is never sent unencrypted; Azure's own libraries refuse that too."""
    parts = urlsplit(found.url)
    if config.auth != "entra" or parts.scheme == "https" or address.is_loopback(parts.hostname or ""):
        return None
    return _refuse(
        f"The endpoint {config.name} would send a token of Entra ID over a connection that is not encrypted.",
        "Begin its url with https://.",
    )


def _check_body(config: EndpointConfig) -> ServerError | None:
    try:
        json.dumps(dict(config.body), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return _refuse(
            f"The endpoint {config.name} adds something to the request that JSON cannot hold.",
            "Under body only text, numbers, true, false, lists and tables can be sent, no dates and no nan.",
        )
    return None


def _refuse(message: str, hint: str) -> ServerError:
    return ServerError(ErrorKind.CONFIGURATION, message, hint=hint)
