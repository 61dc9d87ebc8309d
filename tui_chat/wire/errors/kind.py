"""Classifies a failure by its status code and words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import ErrorKind

_FILTER_CODES = frozenset(
    {
        "content_filter",
        "contentfilter",
        "responsibleaipolicyviolation",
        "content_policy_violation",
        "contentpolicyviolationerror",
        "data_inspection_failed",
        "datainspectionfailed",
        "moderation_blocked",
    }
)
_GUARDRAIL = lazy_pattern(
    r"ContentPolicyViolationError|guardrail_intervened|triggering [\w' ]{0,30}content management policy"
    r"|violated \w*\s?guardrail|blocked by \w*\s?guardrail|failed content safety check|prompt was flagged as",
    re.IGNORECASE,
)
GATEWAY_QUOTA = r"out of (?:call volume|bandwidth) quota|token quota is exceeded"
"""API Management's words, with status 403 (learn.microsoft.com api-management/quota-policy, llm-token-limit-policy)."""

_TOO_LARGE_ALONE = r"request too large for .{0,200}\bTPM\b"
"""One request that is larger than the limit for a minute: waiting never helps."""

_WORDS: tuple[tuple[ErrorKind, re.Pattern[str]], ...] = tuple(
    (kind, lazy_pattern(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            ErrorKind.CONTEXT_LENGTH,
            r"context_length_exceeded|exceed_context_size|tokens_limit_reached|model_context_window|context_window_exceeded"
            r"|contextwindowexceeded|(?:maximum|available|model'?s?) context|context (?:size|length|window)"
            r"|prompt (?:is )?too long|input (?:is )?too long|too many (?:input )?tokens|reduce the length"
            rf"|too large for model|{_TOO_LARGE_ALONE}",
        ),
        (
            ErrorKind.QUOTA,
            r"insufficient_(?:quota|credits?|funds|balance)|billing_(?:hard_limit|not_active)|quota_exceeded"
            r"|exceeded your current quota|\b(?:monthly|daily)\b.{0,30}\b(?:limit|quota) (?:is )?exceeded"
            r"|(?:insufficient|not enough|out of|more) (?:quota|credits?|balance|funds)",
        ),
        (
            ErrorKind.AUTH,
            r"\binvalid_api_key\b|api_key_invalid|authentication_error|no auth header|invalid auth token"
            r"|no_db_connection"
            r"|(?:invalid|incorrect|missing|wrong|no) (?:api[ _-]?|subscription |access )?(?:key|token)\b"
            r"|api key (?:not|is) (?:valid|missing|invalid)|token tenant \S+ does not match",
        ),
        (ErrorKind.RATE_LIMIT, r"rate_limit|ratelimit|rate limit|too many requests|capacity exceeded"),
        (ErrorKind.NOT_FOUND, r"deploymentnotfound|model_not_found|unknown_model|modelnotfound|not_found_error"),
        (ErrorKind.SERVER, r"server_error|overloaded|internal_error|internalservererror|unavailable"),
        (ErrorKind.PERMISSION, r"permission_(?:error|denied)|permissiondenied|forbidden"),
        (ErrorKind.BAD_REQUEST, r"invalid_request|bad_request|invalid_argument"),
    )
)
_GATEWAY_QUOTA = lazy_pattern(GATEWAY_QUOTA, re.IGNORECASE)
_ALONE = lazy_pattern(_TOO_LARGE_ALONE, re.IGNORECASE)

_CLIENT_WORDS = {400, 413, 422}
_STATUS = {
    401: ErrorKind.AUTH,
    402: ErrorKind.QUOTA,
    403: ErrorKind.PERMISSION,
    404: ErrorKind.NOT_FOUND,
    405: ErrorKind.NOT_FOUND,
    407: ErrorKind.PROXY,
    408: ErrorKind.TIMEOUT,
    409: ErrorKind.SERVER,
    410: ErrorKind.NOT_FOUND,
    413: ErrorKind.TOO_LARGE,
    414: ErrorKind.TOO_LARGE,
    425: ErrorKind.SERVER,
    429: ErrorKind.RATE_LIMIT,
    431: ErrorKind.TOO_LARGE,
    451: ErrorKind.PERMISSION,
}


def is_filter(words: Iterator[str] | list[str], sentence: str) -> bool:
    """Whether the filter rejected it: by codes, never by the status, and by a sentence only if it names a guardrail."""
    return any(word.lower() in _FILTER_CODES for word in words) or bool(_GUARDRAIL.search(sentence))


def kind_of(status: int, words: list[str], sentence: str) -> ErrorKind:
    """The kind for an effective status (0: unknown) with the body's codes, types and sentence.

    Codes count before the status, and the sentence only if the status is just *bad request*.
    """
    codes = " ".join(words)
    if status == 0:
        return _spoken(f"{codes} {sentence}") or ErrorKind.SERVER
    if status in _CLIENT_WORDS or status >= 500:
        precise = _spoken(f"{codes} {sentence}") if status in _CLIENT_WORDS else _context(f"{codes} {sentence}")
        if precise in (ErrorKind.CONTEXT_LENGTH, ErrorKind.QUOTA, ErrorKind.AUTH):
            return precise
    if status in (429, 403, 503) and _spoken(codes) is ErrorKind.QUOTA:
        return ErrorKind.QUOTA
    if status == 429 and _ALONE.search(sentence):
        return ErrorKind.CONTEXT_LENGTH
    if status == 429 and _spoken(sentence) is ErrorKind.QUOTA:
        return ErrorKind.QUOTA
    if status == 403 and _GATEWAY_QUOTA.search(sentence):
        return ErrorKind.QUOTA
    return _STATUS.get(status) or _class_of(status)


def _class_of(status: int) -> ErrorKind:
    match status // 100:
        case 3:
            return ErrorKind.REDIRECT
        case 4:
            return ErrorKind.BAD_REQUEST
        case 5:
            return ErrorKind.SERVER
        case _:
            return ErrorKind.PROTOCOL


def _spoken(text: str) -> ErrorKind | None:
    return next((kind for kind, pattern in _WORDS if pattern.search(text)), None)


def _context(text: str) -> ErrorKind | None:
    return ErrorKind.CONTEXT_LENGTH if _WORDS[0][1].search(text) else None


def words_of(body: object, depth: int = 5) -> Iterator[str]:
    """All codes and types in the body, as text, outermost first."""
    if depth < 0:
        return
    if isinstance(body, Mapping):
        for key in ("code", "type", "status", "reason", "finish_reason"):
            value = body.get(key)
            if isinstance(value, (str, int)) and not isinstance(value, bool) and len(str(value)) < 80:
                yield str(value)
        for value in body.values():
            yield from words_of(value, depth - 1)
    elif isinstance(body, list):
        for value in body[:50]:
            yield from words_of(value, depth - 1)
