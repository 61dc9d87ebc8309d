"""Finds every content filter report in an answer or an error, and turns it into verdicts: none is missed, none
invented. Single categories are parsed by `filter_category`.

Sources: MicrosoftDocs content-filter, content-filter-annotations and content-streaming; recordings of Azure streams and
of Foundry's `content_filters`; mistralai platform-docs safety-moderation (guardrails look at the input alone);
OpenRouter errors-and-debugging; LiteLLM's Bedrock guardrails, and its own as its proxy sends them. `guardrail_results`,
under Azure's newer word for its filters, is inferred: in the shapes of the old lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from tui_chat.core.event import Judged
from tui_chat.core.verdict import Source, Verdict
from tui_chat.wire.filter_category import (
    Span,
    category_of,
    entries,
    is_true,
    says_how,
    says_something,
    score_of,
    text_or_none,
    verdict_of,
)

RESULTS = frozenset({"contentfilterresults", "contentfilterresult", "guardrailresults", "guardrailresult"})
"""Keys reduced to their letters: gateways write `content_filter_results`, `contentFilterResults` and the like. Singular
and plural occur, sometimes in one chunk: the plural one empty, the singular one with the report."""

PROMPT_RESULTS = frozenset(
    {
        "promptfilterresults",
        "promptfilterresult",
        "promptannotations",
        "promptguardrailresults",
        "promptguardrailresult",
    }
)
BY_SOURCE = frozenset({"contentfilters", "contentfilter"})
"""Azure's lists of `{blocked, source_type, content_filter_results}`; each entry names its side."""

NOT_RUN_REASON = "content_filter_error"
"""A finish reason of Mistral endpoints in 2024: the answer is complete, and the filter did not check it."""

UNNAMED = "unnamed"
"""The category of a block for which the server names none."""

_GROUPS, _LABELS = (
    ("controls", "categories", "results"),
    ("guardrail", "policy", "policy_name", "name", "id", "version"),
)
"""Keys beside the categories of a report: of those that hold some, and of those that name the report."""

_OF_PROMPT = ("prompt", "input", "user", "document", "tool_response", "tool response", "tool_output")
"""Words in a report's side that mean the prompt."""

NOTHING = Judged()

Thresholds = Mapping[str, float]

_DEPTH = 6


def of_chunk(chunk: Mapping[str, Any], thresholds: Thresholds | None = None) -> list[Judged]:
    """Filter reports of a chunk or a whole answer, outside its choices. `thresholds` are the requested ones."""
    found = [_report(entry, "prompt") for value in _under(chunk, PROMPT_RESULTS) for entry in entries(value)]
    found.append(_report(chunk, "answer"))
    for holder in (chunk, chunk.get("usage")):
        if isinstance(holder, dict):
            found += [_by_source(entry) for value in _under(holder, BY_SOURCE) for entry in entries(value)]
    found.append(_guardrails(chunk.get("guardrails"), thresholds or {}))
    return [judged for judged in found if judged is not NOTHING and judged != NOTHING]


def of_choice(choice: Mapping[str, Any], window: Span | None = None) -> list[Judged]:
    """A choice's reports on its own text; the keys may be on the choice or on its message.

    `window` is the passage that an asynchronous filter reports on.
    """
    parts = (choice, choice.get("message"), choice.get("delta"))
    found = [_report(part, "answer", window) for part in parts]
    for part in parts:
        if isinstance(part, dict):
            found += [_by_source(entry) for value in _under(part, BY_SOURCE) for entry in entries(value)]
    if choice.get("finish_reason") == NOT_RUN_REASON:
        found.append(Judged(not_run="answer"))
    return [judged for judged in found if judged is not NOTHING and judged != NOTHING]


def of_error(body: object, source: Source = "prompt") -> Judged:
    """Filter reports anywhere in an error's body. `source`: the side they are about unless they name one; an error that
    follows a part of the answer is about the answer."""
    verdicts: list[Verdict] = []
    not_run: Source | None = None
    for part in _mappings(body, _DEPTH):
        lists = [_report(entry, "prompt") for value in _under(part, PROMPT_RESULTS) for entry in entries(value)]
        lists += [_by_source(entry) for value in _under(part, BY_SOURCE) for entry in entries(value)]
        for judged in (_report(part, source), *lists, _guardrails(part.get("guardrails"), {}), _named(part)):
            verdicts += [v for v in judged.verdicts if v not in verdicts]
            not_run = not_run or judged.not_run
    return Judged(tuple(verdicts), None if any(v.blocked for v in verdicts) else not_run)


def thresholds_in(body: Mapping[str, Any]) -> Thresholds:
    """The thresholds by category that a request sets for Mistral's guardrails; an answer has only scores."""
    found: dict[str, float] = {}
    for entry in entries(body.get("guardrails")):
        for config in entry.values() if isinstance(entry, dict) else ():
            asked = config.get("custom_category_thresholds") if isinstance(config, dict) else None
            for name, value in asked.items() if isinstance(asked, dict) else ():
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    found[category_of(name)] = min(value, found.get(category_of(name), value))
    return found


def _report(part: object, source: Source, window: Span | None = None) -> Judged:
    if not isinstance(part, dict) or not (reports := _under(part, RESULTS)):
        return NOTHING
    verdicts: list[Verdict] = []
    failed = False
    for results in reports:
        for entry in entries(results):
            if isinstance(entry, dict) and _holds_report(entry):
                judged = _by_source(entry, source)
                verdicts += judged.verdicts
                failed = failed or judged.not_run is not None
                continue
            for name, value in _categories(entry):
                if name == "error":
                    failed = failed or says_something(value)
                elif (verdict := verdict_of(source, str(name), value, window)) is not None:
                    verdicts.append(verdict)
    blocked = any(v.blocked for v in verdicts)
    return Judged(tuple(verdicts), source if failed and not blocked else None)


def _holds_report(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of a list of results is a whole report with its side, as in Azure's lists by side."""
    return bool(_under(entry, RESULTS))


def _under(part: Mapping[str, Any], names: frozenset[str]) -> list[Any]:
    if names.isdisjoint(map(_letters, part)):  # nearly always, and looked at twice for every token
        return []
    return [value for key, value in part.items() if _letters(key) in names]


@lru_cache(256)
def _letters(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "") if len(key) < 40 else ""


def _categories(part: object) -> Iterator[tuple[str, object]]:
    """(name, value) of each category: from an object of categories, or one that names itself."""
    if not isinstance(part, dict):
        return
    name = part.get("category") or (part.get("name") if says_how(part) else None)
    if isinstance(name, str) and name:
        yield name, part
        return
    for key, value in part.items():
        if key in _GROUPS:
            yield from (found for entry in entries(value) for found in _categories(entry))
        elif key not in _LABELS or not isinstance(value, str):
            yield key, value


def _by_source(entry: object, otherwise: Source = "answer") -> Judged:
    """The shape of Azure's Responses API, which gateways pass on: `{blocked, source_type, content_filter_results}`.

    A block without any category still counts.
    """
    if not isinstance(entry, dict):
        return NOTHING
    source = _side(entry) or otherwise
    judged = _report(entry, source)
    if is_true(entry, "blocked") and not any(v.blocked for v in judged.verdicts):
        return Judged((*judged.verdicts, Verdict(source, UNNAMED, True)))
    return judged


def _side(entry: Mapping[str, Any]) -> Source | None:
    for key in ("source_type", "sourceType", "source", "intervention_point", "interventionPoint"):
        if isinstance(side := entry.get(key), str) and side:
            return "prompt" if side.lower().startswith(_OF_PROMPT) else "answer"
    return None


def _guardrails(value: object, thresholds: Thresholds) -> Judged:
    """Mistral's guardrails, which check the prompt: a list of `{name: result}`, or an object with such `results`."""
    if not value:
        return NOTHING
    verdicts: list[Verdict] = []
    not_run: Source | None = None
    for entry in entries(value.get("results", value) if isinstance(value, dict) else value):
        for result in entry.values() if isinstance(entry, dict) else ():
            if not isinstance(result, dict):
                continue
            if says_something(result.get("error")):
                not_run = "prompt"
            verdicts += _decisions(result, thresholds)
    return Judged(tuple(verdicts), not_run)


def _decisions(result: Mapping[str, Any], thresholds: Thresholds) -> Iterator[Verdict]:
    """Each category with its score and threshold. The moderation API separates scores from decisions."""
    blocks = result.get("action") == "block"
    decisions = result.get("decisions", result.get("categories"))
    scores = result.get("category_scores")
    named = 0
    for name, value in decisions.items() if isinstance(decisions, dict) else ():
        category = category_of(name)
        score = scores.get(name) if isinstance(scores, dict) else None
        limits = {"score": score, "threshold": thresholds.get(category)}
        if isinstance(value, dict):
            violated = is_true(value, "violated", "flagged")
            detail = score_of(limits | value)
        elif isinstance(value, bool):
            violated, detail = value, score_of(limits)
        elif isinstance(value, (int, float)):
            yield Verdict("prompt", category, False, detail=score_of(limits | {"score": value}))
            continue
        else:
            continue
        named += violated
        yield Verdict("prompt", category, violated and blocks, violated, detail=detail)
    if blocks and not named and not says_something(result.get("error")):
        yield Verdict("prompt", UNNAMED, True)


def _named(part: Mapping[str, Any]) -> Judged:
    """OpenRouter's list of reasons, the assessments of a Bedrock guardrail, or a named LiteLLM guardrail."""
    verdicts: list[Verdict] = []
    if (name := text_or_none(part.get("guardrail_name"))) is not None:
        side: Source = "answer" if str(part.get("guardrail_mode")).startswith("post") else "prompt"
        ids = [said for key in ("keyword", "pattern", "category") if (said := text_or_none(part.get(key))) is not None]
        verdicts.append(Verdict(side, category_of(name), True, detail={"ids": ids} if ids else None))
    metadata = part.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for key in ("reasons", "patterns"):
        reasons = metadata.get(key)
        verdicts += [v for entry in entries(reasons) if (v := _reason(entry)) is not None]
    for policies in entries(part.get("assessments")):
        for group in policies.values() if isinstance(policies, dict) else ():
            verdicts += _bedrock(group)
    return Judged(tuple(verdicts))


def _reason(entry: object) -> Verdict | None:
    name = entry.get("name") or entry.get("type") if isinstance(entry, dict) else entry
    return Verdict("prompt", category_of(name), True) if isinstance(name, str) and name else None


def _bedrock(group: object) -> Iterator[Verdict]:
    for items in group.values() if isinstance(group, dict) else ():
        for item in entries(items):
            if not isinstance(item, dict) or not text_or_none(item.get("action")):
                continue
            name = text_or_none(item.get("name")) or text_or_none(item.get("type")) or "word"
            severity = text_or_none(item.get("confidence"))
            blocked = item["action"] == "BLOCKED"
            detail = {"redacted": True} if item["action"] == "ANONYMIZED" else None
            yield Verdict("prompt", name, blocked, None if severity else True, severity, detail)


def _mappings(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    """Every nested object, outermost first."""
    if depth < 0:
        return
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _mappings(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            yield from _mappings(item, depth - 1)
