"""Suggests the next step after a failure, or None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.wire.entra import scope_for
from tui_chat.wire.errors.next_step_by_service import missing_role, spell, stale_token
from tui_chat.wire.errors.server_message import is_page
from tui_chat.wire.resolve_endpoint import Endpoint

_LIMIT = lazy_pattern(
    r"(?:maximum|context|model with|limit of|max size)\D{0,40}?([\d,]{3,})"
    r"|([\d,]{3,}) (?:maximum )?(?:tokens )?(?:context|limit)",
    re.IGNORECASE,
)
_BOTH = lazy_pattern(r"\blimit:? ([\d,]{3,}),? requested:? ([\d,]{3,})", re.IGNORECASE)
"""OpenAI's words for a request that is larger than the limit for a minute."""

_ASKED = lazy_pattern(
    r"(?:requested|resulted in|contains?|has|with|used?|request \()\s*(?:about |a total of )?([\d,]{3,})"
    r"\s*(?:(?:input |prompt )?tokens|\()",
    re.IGNORECASE,
)


_MODEL = lazy_pattern(
    r"\bmodel\b.*(?:invalid|unknown|not (?:exist|found|supported|available)|required|missing)"
    r"|(?:invalid|unknown|unavailable|no such) model|no model specified|(?:required|missing)\b.{0,30}\bmodel\b",
    re.IGNORECASE,
)


_IN_PATH = lazy_pattern(r"/openai/deployments/([^/]+)/")

_FIXED = {
    ErrorKind.PERMISSION: (
        "The key is valid but not allowed to do this: check its permissions, and firewall rules for this network."
    ),
    ErrorKind.RATE_LIMIT: "Wait a minute, then try again; a shorter conversation uses fewer tokens of the limit.",
    ErrorKind.QUOTA: "The account has used up its quota: check its plan and billing.",
    ErrorKind.FILTERED: "Edit the prompt and send it again, or drop the turn from what is sent.",
    ErrorKind.TOO_LARGE: "The request is too large for the server: leave out turns or attachments.",
    ErrorKind.TIMEOUT: "The server took too long: try again, or ask for less at once.",
}
WITHOUT_SETTINGS = "tui-chat doctor asks without your settings: if that is answered, one of them is refused."
_GATEWAY = "A gateway or firewall before the service refuses this: ask who runs it, or try from another network."
_BY_STATUS: Mapping[int, str] = {
    HTTPStatus.FAILED_DEPENDENCY: (
        "The model behind the endpoint failed: the logs of its deployment say why. Try again in a moment."
    ),
    **dict.fromkeys((HTTPStatus.GATEWAY_TIMEOUT, 524), _FIXED[ErrorKind.TIMEOUT]),
    **dict.fromkeys(
        (HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE, 529),
        "The server is overloaded, or being changed: try again in a moment.",
    ),
    HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED: (
        "This network wants a sign-in first: open any web page in a browser, then try again."
    ),
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
        case ErrorKind.BAD_REQUEST:
            return _bad_request(error, refused, endpoint)
        case ErrorKind.PERMISSION if isinstance(body, str) and is_page(body):
            return _GATEWAY
        case ErrorKind.PERMISSION if endpoint is not None and endpoint.auth == "entra":
            return missing_role(error)
        case ErrorKind.RATE_LIMIT | ErrorKind.SERVER if error.retry_after_s:
            return f"Try again in {spell(error.retry_after_s)}."
        case ErrorKind.SERVER:
            return _BY_STATUS.get(error.status or 0, "The server has an internal problem: try again in a moment.")
        case kind:
            return _FIXED.get(kind)


def _bad_request(error: ServerError, refused: tuple[str, ...], endpoint: Endpoint | None) -> str | None:
    if _MODEL.search(error.message) and set(refused) <= {"model"}:
        return _not_found(error, endpoint)
    if named := ", ".join(name for name in refused if name != "messages"):
        return f"The server refuses {named}: leave it out, or change it."
    return _BY_STATUS.get(error.status or 0) or (WITHOUT_SETTINGS if endpoint is not None else None)


def _auth(endpoint: Endpoint | None) -> str | None:
    if endpoint is None:
        return None
    if any(name.lower() in ("authorization", "api-key", "x-api-key") for name in endpoint.headers):
        return f"The endpoint {endpoint.name} sends its key under headers: check it there."
    if endpoint.key is None:
        sign_in = ', or sign in with auth = "entra"' if endpoint.dialect.startswith("azure-") else ""
        return (
            f"No key was sent: set api_key_env for the endpoint {endpoint.name}, or name a variable with"
            f" --key-env{sign_in}."
        )
    if endpoint.auth == "entra":
        refused = "The service refuses the token of the signed-in account: tui-chat doctor says who that is, and where."
        own = (
            f' A gateway may want tokens for an application of its own: scope = "api://ID/.default" under'
            f" [endpoints.{endpoint.name}]."
        )
        return refused if _is_azure(endpoint.url) else f"{refused}{own}"
    if endpoint.auth == "bearer" and endpoint.key.startswith("eyJ") and endpoint.dialect.startswith("azure-"):
        return stale_token(scope_for(endpoint.url).removesuffix("/.default"))
    if endpoint.tried:
        ways = " and ".join(f'"{auth}"' for auth in (*endpoint.tried, endpoint.auth))
        refused = f"The key of the endpoint {endpoint.name} was refused as auth = {ways}"
        return f"{refused}: check the key, and that it belongs to this address."
    others = {"raw": "bearer", "bearer": "api-key", "api-key": "bearer", "subscription-key": "api-key"}
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
    missing = next((what for what in ("deployment", "model") if what in code or what in error.message.lower()), None)
    if missing and endpoint is not None and (asked := _deployment(endpoint)):
        return (
            f"Azure wants the deployment's name, which need not be the model's, and has none called {asked}: look"
            " for it under Deployments in the portal. A new one takes some minutes to appear."
        )
    if missing == "deployment":
        return (
            f"Check the deployment's name in the url{where}, or as its model; a new one takes some minutes to appear."
        )
    if missing == "model":
        return (
            f"Check the model{where}: the server does not know it under this name, or it has to be loaded first"
            " (tui-chat models lists what is offered)."
        )
    if error.status == 410 and endpoint is not None:
        return f"Look for the new address{where} where it comes from: {_plain(endpoint.url)} is served no more."
    if endpoint and "api-version=" in endpoint.url:
        return f"Check the path and the api-version in the url{where}: {_plain(endpoint.url)} was asked."
    return f"Check the path in the url{where}: {_plain(endpoint.url)} was asked." if endpoint else None


def needs_deployment(endpoint: Endpoint) -> bool:
    """Whether a request to Azure names no deployment, neither as the model nor in the path."""
    return _chooses_by_model(endpoint) and endpoint.model is None


def _is_azure(url: str) -> bool:
    """Whether the address is Azure's own, not a gateway's."""
    host = urlsplit(url).hostname or ""
    return host.endswith((".azure.com", ".azure.us", ".azure.cn"))


def _deployment(endpoint: Endpoint) -> str | None:
    """The deployment that is requested from Azure, in the path or as the model."""
    found = _IN_PATH.search(_plain(endpoint.url))
    if found is not None:
        return unquote(found[1])
    return endpoint.model if _chooses_by_model(endpoint) else None


def _chooses_by_model(endpoint: Endpoint) -> bool:
    path = _plain(endpoint.url)
    return endpoint.dialect.startswith("azure-") and ("/openai/v1/" in path or "/models/chat/" in path)


def _plain(url: str) -> str:
    """The address without its query, which may hold a secret."""
    return url.partition("?")[0]


def lengths(message: str, body: object) -> tuple[int | None, int | None]:
    """(tokens requested, the model's context in tokens), as far as an error about the context names them."""
    return _tokens(body) or _spoken(message)


def _context(message: str, body: object) -> str:
    asked, limit = lengths(message, body)
    step = "Start a new conversation, leave out turns, or lower max_tokens."
    if asked and limit and asked > limit:
        return f"The request is {asked - limit:,} tokens too long ({asked:,} of {limit:,}). {step}"
    return f"The conversation is too long for the model{f' ({limit:,} tokens)' if limit else ''}. {step}"


def _tokens(body: object, depth: int = 4) -> tuple[int, int] | None:
    """llama.cpp's own numbers, anywhere in the body."""
    if not isinstance(body, Mapping) or depth < 0:
        return None
    asked, limit = body.get("n_prompt_tokens"), body.get("n_ctx")
    if isinstance(asked, int) and isinstance(limit, int):
        return asked, limit
    return next((found for item in body.values() if (found := _tokens(item, depth - 1))), None)


def _spoken(message: str) -> tuple[int | None, int | None]:
    if (both := _BOTH.search(message)) is not None:
        return _int(both[2]), _int(both[1])
    limit, asked = _LIMIT.search(message), _ASKED.search(message)
    return (_int(asked[1]) if asked else None, _int(limit[1] or limit[2]) if limit else None)


def _int(text: str) -> int | None:
    digits = text.replace(",", "")
    return int(digits) if digits and len(digits) < 12 else None
