"""Entra ID tokens: the audience to ask for, and what a token says about the account.

Sources: learn.microsoft.com foundry/openai/api-version-lifecycle (`https://ai.azure.com/.default` for v1 and projects
of a Foundry resource), Azure/azure-rest-api-specs ModelInference and AzureOpenAI
(`https://cognitiveservices.azure.com/.default`), azure-ai-inference's README (`https://ml.azure.com/.default` for
endpoints of their own; its users report that some refuse it, in Azure/azure-sdk-for-python#40260). A gateway before
Azure is inferred to want what Azure OpenAI wants.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import field
from urllib.parse import urlsplit

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.wire.errors.server_message import tidy

COGNITIVE = "https://cognitiveservices.azure.com/.default"
FOUNDRY = "https://ai.azure.com/.default"
MACHINE_LEARNING = "https://ml.azure.com/.default"
_KNOWN = (COGNITIVE, FOUNDRY, MACHINE_LEARNING)
_SCOPES = (
    (r".*\.azure\.us", r".*", "https://cognitiveservices.azure.us/.default"),
    (r".*\.azure\.cn", r".*", "https://cognitiveservices.azure.cn/.default"),
    (r".*\.services\.ai\.azure\.com", r"/api/projects/.*|/openai/v1/.*", FOUNDRY),
    (r".*\.inference\.(?:ai|ml)\.azure\.com|.*\.models\.ai\.azure\.com", r".*", MACHINE_LEARNING),
    (r".*", r".*", COGNITIVE),
)
"""(host pattern, path pattern, scope); the first match counts."""

_AUDIENCE = lazy_pattern(r"audience\D{0,40}?\(?(https://[\w.-]+)", re.IGNORECASE)
_CLAIMS = lazy_pattern(r'\bclaims="([\w+/-]+)=*"', re.ASCII)
_URL_SAFE = str.maketrans("-_", "+/")
_LONGEST = 64 * 1024
_NAMES = ("upn", "preferred_username", "unique_name", "email", "app_displayname", "appid", "azp", "oid", "sub")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom a token was issued for, as far as it says: user or application, tenant and audience."""

    who: str | None = None
    tenant: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token, which is secret, and its expiry in Unix time."""

    value: str = field(repr=False)
    expires: float


def scope_for(url: str) -> str:
    """The scope of a token for the complete address of chat completions."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    return next(scope for at, under, scope in _SCOPES if re.fullmatch(at, host) and re.fullmatch(under, path))


def other_scope(scope: str) -> str | None:
    """The scope to try if this one is rejected without a reason: endpoints of their own differ in what they accept."""
    return COGNITIVE if scope == MACHINE_LEARNING else None


def named_scope(message: str) -> str | None:
    """The scope for the audience that a rejection names. Only audiences of models are accepted: a token for another one
    is worth more than a conversation."""
    found = _AUDIENCE.search(message)
    scope = f"{found[1].rstrip('/.')}/.default" if found else None
    return scope if scope in _KNOWN else None


def claims_challenge(challenges: str) -> str | None:
    """The claims, as JSON, that a token needs after a service's policy has changed: `WWW-Authenticate: Bearer …
    error="insufficient_claims", claims="BASE64"` (learn.microsoft.com entra/identity-platform/claims-challenge)."""
    found = _CLAIMS.search(challenges[:_LONGEST])
    if found is None:
        return None
    try:
        text = base64.b64decode(found[1].translate(_URL_SAFE) + "=" * (-len(found[1]) % 4)).decode()
        return text if isinstance(json.loads(text), dict) else None
    except (binascii.Error, ValueError, RecursionError):
        return None


def signed_in(token: str) -> SignedIn:
    """The token's claims; empty if it is not a JWT. Checking its signature is up to the server."""
    claims = _claims(token)

    def text(*names: str) -> str | None:
        values = (claims.get(name) for name in names)
        return next((said for value in values if isinstance(value, str) and (said := tidy(value)[:200])), None)

    return SignedIn(text(*_NAMES), text("tid"), text("aud"))


def _claims(token: str) -> dict[str, object]:
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _LONGEST:
        return {}
    try:
        decoded = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = json.loads(decoded)
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
