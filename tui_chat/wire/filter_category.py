"""Parses one category of a content filter report: an object, a list of blocklists, a word, a number or a boolean.

Nothing passes silently. A category with an error was *not checked*, whatever else it says, unless it blocked or found
something; one without any known key counts as not checked, too, and is quoted.

Sources: MicrosoftDocs content-filter-annotations and the v1 reference (`AzureContentFilterResultForChoice`,
`AzurePiiSubCategoryResult`, `AzureContentFilterCompletionTextSpan`), Azure/azure-rest-api-specs OpenAI.v1; recordings
of Foundry's `content_filters` (an error inside `details`). Severities from 0 to 7, `attackDetected`,
`ungroundedDetails` and `blocklistsMatch` are those of Azure AI Content Safety, which gateways pass on. Inferred:
reasons of task adherence, truth values as words and numbers, actions, and other names of an id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tui_chat.core.short_text import shortened
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.core.verdict import Source, Verdict

Span = tuple[int, int]
"""Start and end of a passage, in characters of the judged text."""

_BLOCKED = ("filtered", "blocked")
_DETECTED = ("detected", "flagged", "triggered", "attackDetected", "ungroundedDetected")
_FINDINGS = (*_BLOCKED, *_DETECTED, "redacted")
_PARTS = (
    "details", "sub_categories", "subCategories", "categories", "blocklists", "blocklistsMatch", "topics", "spans",
    "ungroundedDetails",
)  # fmt: skip
_IDS = (
    "id", "sub_category", "subCategory", "category", "name", "topic", "blocklist_name", "blocklistName", "list_id",
)  # fmt: skip
_REASONS = ("reason", "explanation", "rationale", "reasoning")
_SPANS = (
    ("completion_start_offset", "completion_end_offset"),
    ("start_offset", "end_offset"),
    ("startOffset", "endOffset"),
    ("start", "end"),
)

_SAFE = {"filtered": False, "severity": "safe"}
_UNDETECTED = {"filtered": False, "detected": False}
"""What nearly every category says, with every token: a shortcut past the parser."""

MOST_SPANS = 50
LONGEST_REASON = 500
LONGEST_REDACTED = 2_000
LONGEST_QUOTE = 120


def verdict_of(source: Source, name: str, value: object, window: Span | None = None) -> Verdict | None:
    """The verdict on one category; None if it says nothing.

    `window` is the passage that an asynchronous filter checked: it is added to findings.
    """
    category = category_of(name)
    match value:
        case dict() if value == _SAFE:
            return Verdict(source, category, False, None, "safe")
        case dict() if value == _UNDETECTED:
            return Verdict(source, category, False, False)
        case dict():
            return _graded(source, category, value, window) if any(v is not None for v in value.values()) else None
        case list():
            return _listed(source, category, value, window)
        case bool():
            return Verdict(source, category, False, detected=value)
        case int() | float():
            return Verdict(source, category, False, detail={"score": value, "threshold": None})
        case str() if value:
            known = truth(value)
            return Verdict(source, category, False, known, None if known is not None else severity_word(value))
        case _:
            return None


def category_of(name: object) -> str:
    """The server's word in the usual spelling."""
    return repair_surrogates(str(name)).replace("-", "_")


def error_code(error: object) -> str | None:
    """Why the server could not check; None without an error, or with an empty one."""
    if not says_something(error):
        return None
    said = error.get("code") or error.get("message") if isinstance(error, dict) else error
    return repair_surrogates(str(said))[:LONGEST_REASON]


def says_something(error: object) -> bool:
    """An error object with empty texts is not an error: some services send one with every chunk."""
    if isinstance(error, dict):
        return any(error.get(key) for key in ("code", "message"))
    return bool(error)


def severity_word(severity: object) -> str | None:
    """The server's own word, except that *safe* has one spelling, which everything else relies on.

    A number is one of the seven steps of Azure AI Content Safety; two steps each share a word.
    """
    if isinstance(severity, int) and not isinstance(severity, bool):
        return ("safe", "low", "medium", "high")[severity // 2] if 0 <= severity <= 7 else str(severity)
    if not isinstance(severity, str) or not severity:
        return None
    return "safe" if severity.lower() == "safe" else repair_surrogates(severity)


def is_true(value: Mapping[str, Any], *keys: str) -> bool:
    return any(truth(value.get(key)) is True for key in keys)


def truth(value: object) -> bool | None:
    """A truth value, also as a gateway's word or number; None for anything else."""
    if isinstance(value, str):
        return {"true": True, "yes": True, "false": False, "no": False}.get(value.lower())
    if isinstance(value, int) and not isinstance(value, bool):
        return {1: True, 0: False}.get(value)
    return value if isinstance(value, bool) else None


def text_or_none(value: object) -> str | None:
    return repair_surrogates(value) if isinstance(value, str) and value else None


def entries(value: object) -> list[Any]:
    """A list as it is, an object as a list of one, anything else as an empty list."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def score_of(value: Mapping[str, Any]) -> dict[str, Any] | None:
    score, threshold = (_number(value.get(key)) for key in ("score", "threshold"))
    return None if score is None else {"score": score, "threshold": threshold}


def _graded(source: Source, category: str, value: Mapping[str, Any], window: Span | None) -> Verdict | None:
    parts = [part for key in _PARTS for part in _parts_in(value.get(key)) if isinstance(part, dict)]
    if not parts and not says_how(value) and any(map(says_how, nested := _parts_in(value))):
        parts = nested
    blocked = any(map(_blocks, (value, *parts)))
    detected = _detected(value, parts)
    failed = _failed(value, parts)
    if not blocked and not detected and failed is not None:
        return Verdict(source, category, None, detail={"error": failed})
    severity = severity_word(value.get("severity"))
    found = blocked or detected is True or severity not in (None, "safe")
    return Verdict(
        source, category, blocked, detected, severity, _detail(value, parts, window if found else None, found)
    )


def _blocks(part: Mapping[str, Any]) -> bool:
    """Whether an object says that it blocked; an action such as `BLOCK` says so only of what was detected."""
    if any(truth(part.get(key)) is not None for key in _BLOCKED):
        return is_true(part, *_BLOCKED)
    return is_true(part, *_DETECTED) and str(part.get("action")).lower() in ("block", "blocked")


def _parts_in(value: object) -> list[Any]:
    """Blocklists, topics or kinds: a list, one object, or an object of them by name."""
    if isinstance(value, dict) and value and "error" not in value and all(isinstance(x, dict) for x in value.values()):
        return [{"id": name, **part} for name, part in value.items()]
    return entries(value)


def _detected(value: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> bool | None:
    """The category's own value, unless a part of it says more: a topic, or a kind of personal data."""
    said = next((known for key in _DETECTED if (known := truth(value.get(key))) is not None), None)
    of_parts = [known for part in parts if (known := truth(part.get("detected"))) is not None]
    redacted = is_true(value, "redacted") or any(is_true(part, "redacted") for part in parts)
    if said or redacted or any(of_parts):
        return True
    return False if said is False or of_parts else None


def _failed(value: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> str | None:
    """Why the category was not checked; None if it was."""
    for part in (value, *parts):
        if (code := error_code(part.get("error"))) is not None:
            return code
    return None if says_how(value) or any(map(says_how, parts)) else f"not understood: {_quoted(value)}"


def says_how(part: Mapping[str, Any]) -> bool:
    """Whether an object states in a known way what was found, or that nothing was."""
    if any(truth(part.get(key)) is not None for key in _FINDINGS):
        return True
    known = severity_word(part.get("severity")) is not None or _number(part.get("score")) is not None
    return known or isinstance(part.get("details"), list)


def _listed(source: Source, category: str, items: Sequence[object], window: Span | None) -> Verdict:
    """A list of blocklists, topics or kinds."""
    parts = [item for item in items if isinstance(item, dict) and item]
    blocked = any(map(_blocks, parts))
    detected = _detected({}, parts)
    failed = next((code for part in parts if (code := error_code(part.get("error"))) is not None), None)
    understood = not items or any(map(says_how, parts))
    if failed is None and not understood:
        failed = f"not understood: {_quoted(items)}"
    if failed is not None and not blocked and not detected:
        return Verdict(source, category, None, detail={"error": failed})
    found = blocked or detected is True
    return Verdict(source, category, blocked, detected, detail=_detail({}, parts, window if found else None, found))


def _detail(
    value: Mapping[str, Any], parts: Sequence[Mapping[str, Any]], window: Span | None, found: bool
) -> dict[str, Any] | None:
    """The server's details, under the names of the public format."""
    detail: dict[str, Any] = {}
    detail |= _cited(entries(value.get("citation") or value.get("citations")))
    if ids := [name for part in parts if is_true(part, *_FINDINGS) or "blocklistName" in part for name in _id(part)]:
        detail["ids"] = ids
    elif names := [each for key in _PARTS for each in entries(value.get(key)) if isinstance(each, str) and found]:
        detail["ids"] = [*map(repair_surrogates, names)]
    detail |= _redacted(value, parts)
    detail |= (score_of(value) if not detail else None) or {}
    if spans := [*_spans((value, *parts)), *([window] if window else [])]:
        detail["spans"] = [[start, end] for start, end in spans[:MOST_SPANS]]
    if found and (reason := _reason(value)):
        detail["reason"] = reason
    return detail or None


def _cited(citations: Sequence[object]) -> dict[str, str | None]:
    """The address and licence of protected code; of several, all."""
    found = [each for each in citations if isinstance(each, dict)]
    urls = [url for each in found if (url := text_or_none(each.get("URL")) or text_or_none(each.get("url")))]
    licenses = [each for citation in found if (each := text_or_none(citation.get("license")))]
    if not urls and not licenses:
        return {}
    return {name: ", ".join(dict.fromkeys(all_)) or None for name, all_ in (("url", urls), ("license", licenses))}


def _id(part: Mapping[str, Any]) -> Iterator[str]:
    name = next((part[key] for key in _IDS if part.get(key)), None)
    if isinstance(name, (str, int)):
        yield repair_surrogates(str(name))


def _redacted(value: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The kinds of personal data that were removed, and the text without them; True if no kind is named."""
    kinds = [name for part in parts if is_true(part, "redacted") for name in _id(part)]
    said = text_or_none(value.get("redacted_text")) or text_or_none(value.get("redactedText"))
    if not kinds and not is_true(value, "redacted") and not said:
        return {}
    text = {"redacted_text": said[:LONGEST_REDACTED]} if said else {}
    return {"redacted": kinds or True, **text}


def _spans(parts: Iterable[Mapping[str, Any]]) -> Iterator[Span]:
    for part in parts:
        for first, last in _SPANS:
            start, end = _offset(part.get(first)), _offset(part.get(last))
            if start is not None and end is not None and start < end:
                yield start, end
                break
        else:
            start, length = _code_points(part.get("offset")), _code_points(part.get("length"))
            if start is not None and length:
                yield start, start + length


def _code_points(value: object) -> int | None:
    """One of the three ways in which Azure AI Content Safety counts a passage."""
    return _offset(value.get("codePoint") if isinstance(value, dict) else value)


def _offset(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


def _reason(value: Mapping[str, Any]) -> str | None:
    said = [text_or_none(value.get(key)) for key in (*_REASONS, "details")]
    reason = next((each for each in said if each), None)
    return reason and " ".join(reason[:LONGEST_REASON].split())


def _number(value: object) -> int | float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _quoted(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = str(type(value).__name__)
    text = repair_surrogates(text)
    return shortened(text, LONGEST_QUOTE)
