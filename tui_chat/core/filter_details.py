"""The details a server adds to a filter finding, in words: scores, names, redactions, passages, citations, reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Turn
from tui_chat.core.short_number import counted
from tui_chat.core.verdict import Verdict

MOST_QUOTES = 3
LONGEST_QUOTE = 80
LONGEST_READ = 10_000

_KIND = lazy_pattern(r"[A-Z]{2,}(?=[A-Z][a-z]|\b)|[A-Z]?[a-z]+|[A-Z]+|\d+")
"""The words in a name such as `USSocialSecurityNumber`."""

_MARKS = lazy_pattern(r"[*`]")
"""Markdown marks, which are left out of quotes."""

_PERSONAL = ("personally_identifiable_information", "pii")


def details(verdict: Verdict, text: str = "") -> str | None:
    """Everything the server adds, in one line; None if it adds nothing. `text` is the answer's: passages in it are
    quoted, others are given by their position."""
    detail = verdict.detail or {}
    parts = [part for part in _parts(verdict, detail, text if verdict.source == "answer" else "") if part]
    return " · ".join(parts) or None


def quotable(turn: Turn) -> str:
    """The text that passages may be quoted from; "" for a withdrawn answer, which is not shown unasked."""
    return "" if turn.withdrawn else turn.text


def briefly(verdict: Verdict) -> str | None:
    """The details in a few words, for the middle of a sentence: passages are counted, and no text is quoted."""
    detail = verdict.detail or {}
    spans = len(_listed_any(detail.get("spans")))
    parts = [_score(verdict, detail), _names(verdict, detail), *_source(detail), _failed(detail)]
    parts += [counted(spans, "passage")] if spans else []
    return " · ".join(part for part in parts if part) or None


def spans_in(verdict: Verdict, text: str) -> list[tuple[int, int]]:
    """The passages that a finding is about, as far as they are in the text."""
    found = (verdict.detail or {}).get("spans")
    if verdict.source != "answer" or not isinstance(found, (list, tuple)):
        return []
    return [span for each in found if (span := _span(each, len(text))) is not None]


def spans_of(turn: Turn) -> list[tuple[int, int]]:
    """The passages worth marking: one that is the whole text says nothing."""
    whole = (0, len(turn.text))
    spans = {span for verdict in turn.verdicts if verdict.noticed for span in spans_in(verdict, turn.text)}
    return sorted(span for span in spans if span != whole)


def kind_words(kind: str) -> str:
    """A kind of personal data in words: `phone number` for `PhoneNumber`; abbreviations stay."""
    words = [word if word.isupper() and len(word) > 1 else word.lower() for word in _KIND.findall(kind)]
    return " ".join(words) or kind


def _parts(verdict: Verdict, detail: Mapping[str, Any], text: str) -> Iterator[str]:
    yield _score(verdict, detail)
    yield _names(verdict, detail)
    if isinstance(said := detail.get("redacted_text"), str) and said:
        yield f"redacted text: {_quoted(said)}"
    yield _failed(detail)
    yield from _source(detail)
    yield _passages(verdict, detail, text)
    if isinstance(detail.get("reason"), str):
        yield str(detail["reason"])


def _failed(detail: Mapping[str, Any]) -> str:
    """Why the category was not checked; Azure's usual code says no more than that."""
    code = str(detail.get("error") or "")
    return "the check failed" if code == "content_filter_error" else code


def _source(detail: Mapping[str, Any]) -> Iterator[str]:
    if detail.get("url"):
        yield str(detail["url"])
    if detail.get("license"):
        yield f"license {detail['license']}"


def _score(verdict: Verdict, detail: Mapping[str, Any]) -> str:
    if detail.get("score") is None:
        return ""
    threshold = detail.get("threshold")
    if threshold is None:
        return f"score {_number(detail['score'])}"
    if _switched_off(threshold) and not verdict.noticed:
        return f"score {_number(detail['score'])}, switched off"
    return f"score {_number(detail['score'])}, {'blocked' if verdict.blocked else 'flagged'} from {_number(threshold)}"


def _switched_off(threshold: object) -> bool:
    """Mistral's guardrails switch a category off with a threshold of 1."""
    return isinstance(threshold, (int, float)) and threshold >= 1


def _names(verdict: Verdict, detail: Mapping[str, Any]) -> str:
    names, redacted = _listed(detail.get("ids")), detail.get("redacted")
    kinds = _listed(redacted)
    if verdict.category.lower() in _PERSONAL or kinds:
        names, kinds = [*map(kind_words, names)], [*map(kind_words, kinds)]
    said = ", ".join(names)
    if redacted is True or (kinds and kinds == names):
        return f"{said} (redacted)" if said else "redacted"
    return "; ".join(part for part in (said, f"redacted: {', '.join(kinds)}" if kinds else "") if part)


def _passages(verdict: Verdict, detail: Mapping[str, Any], text: str) -> str:
    if not text:
        places = [span for each in _listed_any(detail.get("spans")) if (span := _span(each, None)) is not None]
        named = [f"characters {start} to {end}" for start, end in places[:MOST_QUOTES]]
        return _and_more(named, len(places))
    spans = spans_in(verdict, text)
    return _and_more([_quote(text[start:end]) for start, end in spans[:MOST_QUOTES]], len(spans))


def _and_more(shown: list[str], count: int) -> str:
    more = f" and {count - len(shown)} more" if count > len(shown) else ""
    return ", ".join(shown) + more


def _span(value: object, length: int | None) -> tuple[int, int] | None:
    match value:
        case (int(start), int(end)) if 0 <= start < end:
            end = end if length is None else min(end, length)
            return (start, end) if start < end else None
        case _:
            return None


def _quote(text: str) -> str:
    """A passage of Markdown, quoted."""
    return _quoted(_MARKS.sub("", text[:LONGEST_READ]))


def _quoted(text: str) -> str:
    """A text, quoted on one line; the middle of a long one is left out."""
    line = " ".join(text[:LONGEST_READ].split())
    if len(line) > LONGEST_QUOTE:
        half = LONGEST_QUOTE // 2
        # At a space, unless none is near.
        first, last = line[: half + 1], line[-half - 1 :]
        begin = first.rpartition(" ")[0] if " " in first[half // 2 :] else first[:-1]
        end = last.partition(" ")[2] if " " in last[: half // 2] else last[1:]
        line = f"{begin} … {end}"
    return f"“{line}”" if line else ""


def _listed(value: object) -> list[str]:
    return [str(item) for item in _listed_any(value)]


def _listed_any(value: object) -> list[Any]:
    return [*value] if isinstance(value, (list, tuple)) else []


def _number(value: object) -> str:
    """A server's number with three digits; anything else unchanged."""
    try:
        return f"{value:.3g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
    except (OverflowError, ValueError):
        return "a very large number"
