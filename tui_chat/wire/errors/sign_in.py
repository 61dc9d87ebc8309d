"""Explains in one sentence why there is no Entra token; the library's own report is a page long.

Sources: azure-identity `_credentials/azure_cli.py` and `chained.py` (1.27) for its wording; learn.microsoft.com
entra/identity-platform/reference-error-codes for the AADSTS numbers.
"""

from __future__ import annotations

import re

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.recognize_api_keys import mask_keys
from tui_chat.wire.errors.server_message import tidy

_LOGIN = "Run az login, and try again."
_TENANT = "Sign in to the tenant of the resource: az login --tenant TENANT (its Overview page in the portal names it)."
_APP = "Check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET."
ANOTHER_PROOF = "The tenant's policy wants another proof of who you are."
_AGAIN = lazy_pattern(r"AADSTS(?:700082|50173|70043|70008|50076|50078|50079|50158|500133|9002341)\b")
_TABLE = (
    (
        r"AADSTS(?:50020|50034|50128|50194|51004|90002|90072|90099|500011|500014|900023)\b|not found in tenant"
        r"|wrong tenant",
        "Azure does not know this sign-in in the tenant that was asked.",
        _TENANT,
    ),
    (_AGAIN.pattern, "The sign-in to Azure has expired or needs another proof.", _LOGIN),
    (
        r"AADSTS700024\b|not within its valid time range",
        "The clock of this machine and Azure's differ, so that the sign-in is not valid.",
        "Check the date and time of this machine.",
    ),
    (
        r"AADSTS(?:50053|50055|50057|50126|50144)\b",
        "Azure does not let this account in: it is locked or disabled, or its password is wrong or has expired.",
        "Sign in on a web page of the company first, then run az login.",
    ),
    (
        r"AADSTS50105\b",
        "The account is not assigned to the application that asks for the token.",
        "Ask the tenant's administrator to assign it.",
    ),
    (
        r"AADSTS(?:53003|53000|53001|53002|53004|50097|50131|530003)\b",
        "A conditional access policy of the company forbids this sign-in.",
        "Ask the tenant's administrator, or sign in from a device and network that the policy allows.",
    ),
    (
        r"AADSTS(?:7000215|7000222|7000112|700016|700027|700211|700212|700213|70021)\b",
        "Azure does not accept the application that AZURE_CLIENT_ID names.",
        _APP,
    ),
    (
        r"AADSTS(?:65001|65002)\b",
        "Nobody has consented to this sign-in for the service.",
        "Ask the tenant's administrator for consent, or sign in with az login.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        "The certificate of Azure's sign-in service was not accepted, as behind a company's proxy.",
        "Name the proxy's certificate authority in REQUESTS_CA_BUNDLE.",
    ),
    (
        r"run:?\s*['`\"]?az login|az account set|No subscription found|MSAL cache|Interactive authentication is needed",
        "Nobody is signed in to Azure on this machine.",
        _LOGIN,
    ),
    (
        r"Failed to (?:resolve|establish)|Max retries exceeded|NameResolutionError|Temporary failure in name resolution"
        r"|Connection aborted|getaddrinfo failed|Cannot connect to host",
        "Azure's sign-in service cannot be reached.",
        "Check the network, and the proxy variables of the environment.",
    ),
    (
        r"Failed to invoke the Azure CLI|Timed out waiting for (?:the )?Azure CLI",
        "The Azure CLI (az) did not answer.",
        "Run az account get-access-token by hand to see why.",
    ),
    (
        r"Azure CLI not found",
        "Nobody is signed in to Azure on this machine, and the Azure CLI (az) is not installed.",
        "Install it and run az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.",
    ),
)
"""(report pattern, meaning, next step); the first match counts, so the ways that were tried come first."""

_LACKING = r"unavailable|not (?:be )?(?:found|installed|configured)|no accounts|no response"
"""Words of ways to sign in that do not exist on this machine."""

MISSING = ServerError(
    ErrorKind.CONFIGURATION,
    'auth = "entra" needs the library azure-identity, which is not installed.',
    hint="Install tui-chat with its extra entra, or use a key.",
)


def proof_wanted(scope: str) -> str:
    """The next step if a service demands a token with other claims. The claims look like a key, so they are not shown:
    signing in for the service requests them."""
    return f"Sign in again for it, and try again: az login --scope {scope}"


def explain_sign_in(report: str, scope: str) -> ServerError:
    """Explain the library's report in one sentence, with the next step."""
    if "claims challenge" in report:
        return ServerError(ErrorKind.AUTH, ANOTHER_PROOF, hint=proof_wanted(scope))
    for pattern, means, step in _TABLE:
        if re.search(pattern, report, re.IGNORECASE):
            return ServerError(ErrorKind.AUTH, means, code=_code(report), hint=step)
    said = tidy(mask_keys(_saying_most(report)[:1000]))[:200]
    return ServerError(
        ErrorKind.AUTH, f"Azure gave no token. It said: {said}" if said else "Azure gave no token.", hint=_LOGIN
    )


def _saying_most(report: str) -> str:
    """Entra's own sentence, or the first way that was tried and did not merely lack something; else the beginning."""
    if (own := re.search(r"AADSTS\d+: [^\n]+", report)) is not None:
        return own[0]
    ways = [line.strip() for line in report.splitlines() if line.startswith("\t")]
    return next((way for way in ways if not re.search(_LACKING, way, re.IGNORECASE)), report)


def late(seconds: float) -> ServerError:
    """The sign-in did not finish within this time."""
    return ServerError(
        ErrorKind.AUTH,
        f"Azure gave no token within {seconds:g} seconds.",
        hint="Check the network, and try az account get-access-token by hand.",
    )


def _code(report: str) -> str | None:
    found = re.search(r"AADSTS\d+", report)
    return found[0] if found else None
