"""Builds the `ServerError` for a failed response from its status, headers and body."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, replace
from http import HTTPStatus

from tui_chat.core.event import Judged
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.verdict import Source
from tui_chat.wire.body import leading, text_of, unfold
from tui_chat.wire.entra import claims_challenge, scope_for
from tui_chat.wire.errors.kind import is_filter, kind_of, words_of
from tui_chat.wire.errors.next_step import hint, lengths
from tui_chat.wire.errors.next_step_by_service import known_failure
from tui_chat.wire.errors.rejected_fields import about_value, rejected_fields
from tui_chat.wire.errors.retry_after import retry_after
from tui_chat.wire.errors.server_message import error_message, is_page, tidy
from tui_chat.wire.errors.sign_in import ANOTHER_PROOF, proof_wanted
from tui_chat.wire.filter import of_error
from tui_chat.wire.rate_limits import rate_limits, reset_after
from tui_chat.wire.resolve_endpoint import Endpoint

REQUEST_IDS = (
    "apim-request-id",
    "x-request-id",
    "request-id",
    "x-ms-request-id",
    "mistral-correlation-id",
    "x-correlation-id",
    "x-generation-id",
    "x-litellm-call-id",
    "x-ms-client-request-id",
    "x-amzn-requestid",
    "x-trace-id",
    "cf-ray",
)
"""Headers with the id that a provider's support asks for, the most specific first."""


FILTER_FAILED = "The filter itself failed, so nothing was checked or answered: try again in a moment."


@dataclass(frozen=True, slots=True)
class Explained:
    """A failure with everything a client needs to react to it.

    `judged` are filter verdicts in the body. `rejected_fields` are the request fields that the server named;
    `value_only`: only their values are wrong. `wants` is the server's name for the token limit. `should_retry` is the
    server's own advice. `claims` are those a token for this server needs, as JSON.
    """

    error: ServerError
    judged: Judged = field(default_factory=Judged)
    rejected_fields: tuple[str, ...] = ()
    value_only: bool = False
    wants: str | None = None
    should_retry: bool | None = None
    claims: str | None = None


def explain(
    status: int | None,
    headers: Iterable[tuple[str, str]],
    body: object,
    *,
    endpoint: Endpoint | None = None,
    fields: Collection[str] | None = None,
    now: float = 0.0,
    source: Source = "prompt",
) -> Explained:
    """Explain a failed response.

    `status` None is for an error inside a stream. `body` is bytes, text, or parsed JSON. `fields` are the names that
    were sent; without them every structured name counts. `now` is the Unix time; `source` what a filter is about.
    """
    headers = list(headers)
    low = {name.lower(): value for name, value in headers}
    text = text_of(body) if isinstance(body, bytes) else body
    parsed = unfold(leading(text) if isinstance(text, str) else text)
    said = error_message(parsed)
    words = list(words_of(parsed))
    judged = of_error(parsed, source)
    kind = _kind(_status(status, low, parsed), words, said, judged)
    error = ServerError(
        kind=kind,
        message=_message(status, said, parsed),
        status=status,
        code=_code(parsed),
        request_id=request_id(low) or _body_id(parsed),
        retry_after_s=_wait(kind, low, said, now),
    )
    if kind is ErrorKind.CONTEXT_LENGTH:
        asked, limit = lengths(error.message, parsed)
        error = replace(error, asked=asked, limit=limit)
    names = rejected_fields(parsed, fields) if kind is ErrorKind.BAD_REQUEST else ()
    claims = claims_challenge(", ".join(value for name, value in headers if name.lower() == "www-authenticate"))
    if judged.not_run:
        step: str | None = FILTER_FAILED
    elif claims is not None and kind is ErrorKind.AUTH and endpoint is not None:
        step = f"{ANOTHER_PROOF} {proof_wanted(endpoint.scope or scope_for(endpoint.url))}"
    else:
        step = known_failure(error, endpoint) or hint(error, parsed, names, endpoint)
    return Explained(
        replace(error, hint=step),
        judged,
        names,
        bool(names) and about_value(parsed),
        _wanted(said, names),
        {"true": True, "false": False}.get(low.get("x-should-retry", "").lower()),
        claims,
    )


def _kind(status: int, words: list[str], said: str, judged: Judged) -> ErrorKind:
    if is_filter(words, said) or judged.not_run or any(v.blocked for v in judged.verdicts):
        return ErrorKind.FILTERED
    return kind_of(status, words, said)


def _wait(kind: ErrorKind, headers: Mapping[str, str], said: str, now: float) -> float | None:
    """Delays in sentences count only if waiting can help, the limit headers only for the rate limit."""
    if kind is ErrorKind.FILTERED:
        return None
    patient = kind in (ErrorKind.RATE_LIMIT, ErrorKind.QUOTA, ErrorKind.SERVER, ErrorKind.TIMEOUT)
    wait = retry_after(headers, said if patient else "", now)
    if wait is None and kind is ErrorKind.RATE_LIMIT:
        return reset_after(rate_limits(headers.items(), now))
    return wait


def request_id(headers: Mapping[str, str]) -> str | None:
    """The id to quote to the provider. `headers` have lower-case names."""
    return next((value[:200] for name in REQUEST_IDS if (value := tidy(headers.get(name, "")))), None)


def _status(status: int | None, headers: Mapping[str, str], body: object) -> int:
    """The effective status: a wrapper (424) names the model's own, a 200 hides it in the body. 0 is unknown."""
    if status not in (None, 200, 424):
        return status or 0
    for value in (headers.get("ms-azureml-model-error-statuscode"), *_numbers(body)):
        number = int(value) if value is not None and value.isdigit() and len(value) == 3 else 0
        if number >= 400:
            return number
    return status if status == 424 else 0


def _numbers(body: object) -> list[str]:
    errors = _errors(body)
    keys = ("code", "status", "statusCode", "status_code", "raw_status_code")
    return [str(error[key]) for error in errors for key in keys if isinstance(error.get(key), (int, str))]


def _errors(body: object) -> list[Mapping[str, object]]:
    """The objects that may carry the code: the inner error first, then its wrappers."""
    if isinstance(body, list):
        body = body[0] if body else None
    if not isinstance(body, Mapping):
        return []
    inner = body.get("error")
    if isinstance(inner, str):
        inner = leading(inner)
    return [inner, body] if isinstance(inner, Mapping) else [body]


def _code(body: object) -> str | None:
    for error in _errors(body):
        code = error.get("code")
        if isinstance(code, (str, int)) and not isinstance(code, bool) and str(code) not in ("", "None"):
            return tidy(str(code))[:200]
    return None


def _body_id(body: object) -> str | None:
    for error in _errors(body):
        for key in ("request_id", "requestId", "activityId"):
            if isinstance(value := error.get(key), str) and value:
                return tidy(value)[:200]
    return None


def _message(status: int | None, said: str, body: object) -> str:
    if said and not (isinstance(body, str) and is_page(body)):
        return said
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return "The proxy asks for a user name and password."
    named = f"status {status}{_phrase(status)}" if status is not None else "an error"
    if said:
        return f"The server answered {named} with a web page: {said}"
    return f"The server answered {named} and gave no reason."


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""


def _wanted(said: str, names: tuple[str, ...]) -> str | None:
    """The other name for the token limit, if the one that was sent is rejected."""
    if "max_tokens" in names and "max_completion_tokens" in said:
        return "max_completion_tokens"
    return "max_tokens" if "max_completion_tokens" in names and "max_tokens" not in names else None
