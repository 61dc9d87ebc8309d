"""Suggests the next step after a failure; None where there is nothing useful to say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.wire.endpoint import Endpoint

_LIMIT = re.compile(
    r"(?:maximum|context|model with|limit of)\D{0,40}?([\d,]{3,})"
    r"|([\d,]{3,}) (?:maximum )?(?:tokens )?(?:context|limit)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(?:requested|resulted in|contains?|has|with|used?|request \()\s*(?:about |a total of )?([\d,]{3,})"
    r"\s*(?:tokens|\()",
    re.IGNORECASE,
)


_MODEL = re.compile(
    r"\bmodel\b.*(?:invalid|unknown|not (?:exist|found|supported|available)|required|missing)"
    r"|(?:invalid|unknown|no such) model|(?:required|missing)\b.{0,30}\bmodel\b",
    re.IGNORECASE,
)


_FIXED = {
    ErrorKind.PERMISSION: (
        "The key is valid but not allowed to do this: check its permissions, and firewall rules for this network."
    ),
    ErrorKind.RATE_LIMIT: "Wait a minute, then try again; a shorter conversation uses fewer tokens of the limit.",
    ErrorKind.QUOTA: "The account has used up its quota: check its plan and billing.",
    ErrorKind.FILTERED: "Edit the prompt and send it again, or drop the turn from what is sent.",
    ErrorKind.TOO_LARGE: "The request is too large for the server: leave out turns or attachments.",
}


def hint(error: ServerError, body: object, refused: tuple[str, ...], endpoint: Endpoint | None) -> str | None:
    """One or two sentences, or None."""
    match error.kind:
        case ErrorKind.AUTH:
            return _auth(endpoint)
        case ErrorKind.NOT_FOUND:
            return _not_found(error, endpoint)
        case ErrorKind.CONTEXT_LENGTH:
            return _context(error.message, body)
        case ErrorKind.BAD_REQUEST if _MODEL.search(error.message) and set(refused) <= {"model"}:
            return _not_found(error, endpoint)
        case ErrorKind.BAD_REQUEST if refused:
            return f"The server refuses {', '.join(refused)}: leave it out, or change it."
        case ErrorKind.RATE_LIMIT | ErrorKind.SERVER if error.retry_after_s:
            return f"Try again in {_spell(error.retry_after_s)}."
        case ErrorKind.SERVER if error.status is not None:
            return "The server has an internal problem: try again in a moment."
        case kind:
            return _FIXED.get(kind)


PROXY_LOGIN = (
    "Add the proxy's user name and password to its address in HTTPS_PROXY, or put the endpoint's host into NO_PROXY."
)

_SUBSCRIPTION = re.compile(r"subscription[ -]key", re.IGNORECASE)
_NO_IMAGES = re.compile(
    r"(?:image|vision|multi-?modal|image_url)\b.*"
    r"(?:not? support|unsupported|not (?:allowed|enabled|available|accept)|only)"
    r"|(?:not? support|unsupported|does not accept|no endpoints? found that support|cannot).{0,40}"
    r"(?:image|vision|multi-?modal)|mmproj|image_url.*(?:expected|invalid|literal)"
    r"|content.*(?:should|must) be a (?:valid )?string",
    re.IGNORECASE | re.DOTALL,
)
_OPERATION = re.compile(r"operation does not work with the specified model|OperationNotSupported", re.IGNORECASE)
_POLICY = re.compile(r"InvalidContentFilterPolicy|invalid content filter policy", re.IGNORECASE)
_KEYS_OFF = re.compile(
    r"AuthenticationTypeDisabled|(?:key[- ]based|local|api[- ]key) auth\w* is (?:disabled|not (?:enabled|allowed))"
    r"|DisableLocalAuth",
    re.IGNORECASE,
)


def wants_subscription(error: ServerError) -> bool:
    """Whether a gateway says that it found no key of its own."""
    said = error.message.lower()
    return error.kind is ErrorKind.AUTH and "missing" in said and _SUBSCRIPTION.search(said) is not None


def known(error: ServerError, endpoint: Endpoint | None) -> str | None:
    """The next step after failures that proxies and Azure word in one way only."""
    if error.kind is ErrorKind.PROXY:
        return PROXY_LOGIN
    said = f"{error.code or ''} {error.message}"
    where = endpoint.name if endpoint else "NAME"
    if error.kind in (ErrorKind.BAD_REQUEST, ErrorKind.SERVER, ErrorKind.NOT_FOUND) and _NO_IMAGES.search(said):
        return "This model does not seem to take pictures: choose one that does, or send the prompt without them."
    if _KEYS_OFF.search(said):
        return (
            "This resource takes no keys, only Entra tokens: allow key-based authentication in its settings in Azure,"
            ' or pass a token (az account get-access-token) as the key with auth = "bearer".'
        )
    if wants_subscription(error):
        return (
            "A gateway (Azure API Management) wants its own key in the header Ocp-Apim-Subscription-Key:"
            f' set auth = "subscription-key" if this is its key, or add it under [endpoints.{where}.headers].'
        )
    if _POLICY.search(said):
        return (
            f"The resource has no content filter of this name: correct policy under [endpoints.{where}], or leave it"
            " out for the deployment's own. The names are in the portal under Guardrails."
        )
    if _OPERATION.search(said):
        return (
            "This model does not answer to chat completions, probably to the Responses API alone: choose another"
            " deployment or model."
        )
    return None


def _auth(endpoint: Endpoint | None) -> str | None:
    if endpoint is None:
        return None
    if any(name.lower() in ("authorization", "api-key", "x-api-key") for name in endpoint.headers):
        return f"The endpoint {endpoint.name} sends its key under headers: check it there."
    if endpoint.key is None:
        return f"No key was sent: set api_key_env for the endpoint {endpoint.name}, or name a variable with --key-env."
    others = {"raw": "bearer", "bearer": "api-key", "api-key": "bearer"}
    other = others.get(endpoint.auth)
    sent = f'The key of the endpoint {endpoint.name} was sent as auth = "{endpoint.auth}"'
    return f'{sent}: check the key, and that it belongs to this address; some servers want auth = "{other}".'


def _not_found(error: ServerError, endpoint: Endpoint | None) -> str | None:
    where = f" of the endpoint {endpoint.name}" if endpoint else ""
    code = (error.code or "").lower()
    if error.kind is ErrorKind.BAD_REQUEST and endpoint is not None and needs_deployment(endpoint):
        return (
            f"Check the model{where}: none was named, and Azure chooses by the name of a deployment"
            " (model of the endpoint, or --model)."
        )
    if "deployment" in code or "deployment" in error.message.lower():
        return (
            f"Check the deployment's name in the url{where}, or as its model; a new one takes some minutes to appear."
        )
    if "model" in code or "model" in error.message.lower():
        return f"Check the model{where}: the server does not know it under this name, or it has to be loaded first."
    if endpoint and endpoint.dialect in ("azure-openai", "azure-serverless"):
        return f"Check the path and the api-version in the url{where}: {_plain(endpoint.url)} was asked."
    return f"Check the path in the url{where}: {_plain(endpoint.url)} was asked." if endpoint else None


def needs_deployment(endpoint: Endpoint) -> bool:
    """Whether Azure is asked for no deployment, neither as the model nor in the path."""
    path = _plain(endpoint.url)
    chooses = "/openai/v1/" in path or "/models/chat/" in path
    return chooses and endpoint.model is None and endpoint.dialect.startswith("azure-")


def _plain(url: str) -> str:
    """The address without its query, which may hold a secret."""
    return url.partition("?")[0]


def lengths(message: str, body: object) -> tuple[int | None, int | None]:
    """(tokens that were asked for, tokens of the model's context), as far as an error about the context names them."""
    return _tokens(body) or _spoken(message)


def _context(message: str, body: object) -> str:
    asked, limit = lengths(message, body)
    step = "Start a new conversation, leave out turns, or lower max_tokens."
    if asked and limit and asked > limit:
        return f"The request is {asked - limit:,} tokens too long ({asked:,} of {limit:,}). {step}"
    return f"The conversation is too long for the model{f' ({limit:,} tokens)' if limit else ''}. {step}"


def _tokens(body: object, depth: int = 4) -> tuple[int, int] | None:
    """llama.cpp's own numbers, wherever in the body they are."""
    if not isinstance(body, Mapping) or depth < 0:
        return None
    asked, limit = body.get("n_prompt_tokens"), body.get("n_ctx")
    if isinstance(asked, int) and isinstance(limit, int):
        return asked, limit
    return next((found for item in body.values() if (found := _tokens(item, depth - 1))), None)


def _spoken(message: str) -> tuple[int | None, int | None]:
    limit, asked = _LIMIT.search(message), _ASKED.search(message)
    return (_int(asked[1]) if asked else None, _int(limit[1] or limit[2]) if limit else None)


def _int(text: str) -> int | None:
    digits = text.replace(",", "")
    return int(digits) if digits and len(digits) < 12 else None


def _spell(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"
