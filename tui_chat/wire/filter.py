"""Reads every shape of a content filter's report into verdicts: none is overlooked, none invented.

Sources: MicrosoftDocs content-filter, content-filter-annotations and content-streaming; recordings of Azure streams;
mistralai platform-docs safety-moderation; OpenRouter errors-and-debugging; LiteLLM's Bedrock guardrails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from tui_chat.core.event import Judged
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.core.verdict import Source, Verdict

RESULTS = frozenset({"contentfilterresults", "contentfilterresult"})
"""Keys by their letters alone: gateways write `content_filter_results`, `contentFilterResults` and the like.

Singular and plural occur, sometimes in one chunk: the plural one empty, the singular one with the news.
"""

PROMPT_RESULTS = frozenset({"promptfilterresults", "promptfilterresult", "promptannotations"})
NOT_RUN_REASON = "content_filter_error"
"""A finish reason of 2024's Mistral endpoints: the answer is whole, and the filter did not check it."""

NOTHING = Judged()

_DEPTH = 6


def of_chunk(chunk: Mapping[str, Any]) -> list[Judged]:
    """What a chunk, or a whole answer, says next to its choices."""
    found = [_report(entry, "prompt") for value in _under(chunk, PROMPT_RESULTS) for entry in _entries(value)]
    found.append(_report(chunk, "answer"))
    found += [_by_source(entry) for entry in _entries(chunk.get("content_filters"))]
    found.append(_guardrails(chunk.get("guardrails"), "answer"))
    return [judged for judged in found if judged is not NOTHING and judged != NOTHING]


def of_choice(choice: Mapping[str, Any]) -> list[Judged]:
    """What a choice says about its own text; the keys may be on the choice or on its message."""
    found = [_report(part, "answer") for part in (choice, choice.get("message"), choice.get("delta"))]
    if choice.get("finish_reason") == NOT_RUN_REASON:
        found.append(Judged(not_run="answer"))
    return [judged for judged in found if judged is not NOTHING and judged != NOTHING]


def of_error(body: object) -> Judged:
    """What an error's body says about the prompt, wherever in it that is."""
    verdicts: list[Verdict] = []
    not_run: Source | None = None
    for part in _mappings(body, _DEPTH):
        for judged in (_report(part, "prompt"), _guardrails(part.get("guardrails"), "prompt"), _named(part)):
            verdicts += [v for v in judged.verdicts if v not in verdicts]
            not_run = not_run or judged.not_run
    return Judged(tuple(verdicts), None if any(v.blocked for v in verdicts) else not_run)


def _report(part: object, source: Source) -> Judged:
    if not isinstance(part, dict) or not (reports := _under(part, RESULTS)):
        return NOTHING
    verdicts: list[Verdict] = []
    failed = False
    for results in reports:
        for name, value in _categories(results):
            if name == "error":
                failed = failed or _says_something(value)
            elif (verdict := _verdict(source, str(name), value)) is not None:
                verdicts.append(verdict)
    blocked = any(v.blocked for v in verdicts)
    return Judged(tuple(verdicts), source if failed and not blocked else None)


def _under(part: Mapping[str, Any], names: frozenset[str]) -> list[Any]:
    if names.isdisjoint(map(_letters, part)):  # nearly always, and looked at twice for every token
        return []
    return [value for key, value in part.items() if _letters(key) in names]


@lru_cache(256)
def _letters(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "") if len(key) < 40 else ""


def _categories(results: object) -> Iterator[tuple[str, object]]:
    """(name, value) of each category: of an object, or of a list of objects that hold one or name themselves."""
    for part in _entries(results):
        if not isinstance(part, dict):
            continue
        name = part.get("category")
        yield from [(name, part)] if isinstance(name, str) and name else part.items()


def _says_something(error: object) -> bool:
    """An error object with empty texts is no error: some services send one with every chunk."""
    if isinstance(error, dict):
        return any(error.get(key) for key in ("code", "message"))
    return bool(error)


def _verdict(source: Source, name: str, value: object) -> Verdict | None:
    """One category: an object, a list of blocklists, or a bare word or truth value."""
    category = _name(name)
    match value:
        case dict():
            return _graded(source, category, value)
        case list():
            hits = [item for item in value if isinstance(item, dict)]
            return Verdict(source, category, any(_true(h, "filtered") for h in hits), detail=_ids(hits))
        case bool():
            return Verdict(source, category, False, detected=value)
        case str() if value:
            known = _truth(value)
            return Verdict(source, category, False, known, None if known is not None else _word(value))
        case _:
            return None


def _graded(source: Source, category: str, value: Mapping[str, Any]) -> Verdict:
    if (failed := _error_code(value.get("error"))) is not None and "filtered" not in value:
        return Verdict(source, category, None, detail={"error": failed})
    parts = [item for item in _entries(value.get("details")) if isinstance(item, dict)]
    severity = value.get("severity")
    citation = value.get("citation")
    return Verdict(
        source,
        category,
        _true(value, "filtered") or _true(value, "blocked") or any(_true(p, "filtered") for p in parts),
        _truth(value.get("detected")),
        _word(severity),
        _citation(citation) if isinstance(citation, dict) else _ids(parts) or _score(value),
    )


def _error_code(error: object) -> str | None:
    """Why the server could not check this category; None where there is no error, or an empty one."""
    if not _says_something(error):
        return None
    said = error.get("code") or error.get("message") if isinstance(error, dict) else error
    return repair_surrogates(str(said))


def _word(severity: object) -> str | None:
    """The server's own word, except that *safe* is always written so: everything else asks for that spelling."""
    if not isinstance(severity, str) or not severity:
        return None
    return "safe" if severity.lower() == "safe" else repair_surrogates(severity)


def _true(value: Mapping[str, Any], key: str) -> bool:
    return _truth(value.get(key)) is True


def _truth(value: object) -> bool | None:
    """A truth value, also where a gateway has made a word of it; None for anything else."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _ids(items: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    hits = [item for item in items if _true(item, "filtered") or _true(item, "detected")]
    ids = [repair_surrogates(str(item["id"])) for item in hits if item.get("id")]
    return {"ids": ids} if ids else None


def _citation(citation: Mapping[str, Any]) -> dict[str, Any] | None:
    url = _text(citation.get("URL")) or _text(citation.get("url"))
    license_ = _text(citation.get("license"))
    return {"url": url, "license": license_} if url or license_ else None


def _score(value: Mapping[str, Any]) -> dict[str, Any] | None:
    score, threshold = (n if isinstance(n := value.get(k), (int, float)) else None for k in ("score", "threshold"))
    return None if score is None else {"score": score, "threshold": threshold}


def _by_source(entry: object) -> Judged:
    """The shape of Azure's Responses API, which gateways pass on: `{blocked, source_type, content_filter_results}`."""
    if not isinstance(entry, dict):
        return Judged()
    return _report(entry, "prompt" if entry.get("source_type") == "prompt" else "answer")


def _guardrails(value: object, source: Source) -> Judged:
    """Mistral's guardrails: a list of `{name: result}`, or an object whose `results` is one such."""
    if not value:
        return NOTHING
    verdicts: list[Verdict] = []
    not_run: Source | None = None
    for entry in _entries(value.get("results", value) if isinstance(value, dict) else value):
        for result in entry.values() if isinstance(entry, dict) else ():
            if not isinstance(result, dict):
                continue
            if _says_something(result.get("error")):
                not_run = source
            verdicts += _decisions(result, source)
    return Judged(tuple(verdicts), not_run)


def _decisions(result: Mapping[str, Any], source: Source) -> Iterator[Verdict]:
    blocks = result.get("action") == "block"
    decisions = result.get("decisions", result.get("categories"))
    for name, value in decisions.items() if isinstance(decisions, dict) else ():
        category = _name(name)
        if isinstance(value, dict):
            violated = _true(value, "violated")
            yield Verdict(source, category, violated and blocks, violated, detail=_score(value))
        elif isinstance(value, bool):
            yield Verdict(source, category, value and blocks, value)
        elif isinstance(value, (int, float)):
            yield Verdict(source, category, False, detail={"score": value, "threshold": None})


def _named(part: Mapping[str, Any]) -> Judged:
    """OpenRouter's list of reasons, and the assessments of a Bedrock guardrail."""
    verdicts: list[Verdict] = []
    metadata = part.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for key in ("reasons", "patterns"):
        verdicts += [v for entry in _entries(metadata.get(key)) if (v := _reason(entry)) is not None]
    for policies in _entries(part.get("assessments")):
        for group in policies.values() if isinstance(policies, dict) else ():
            verdicts += _bedrock(group)
    return Judged(tuple(verdicts))


def _text(value: object) -> str | None:
    return repair_surrogates(value) if isinstance(value, str) and value else None


def _name(name: object) -> str:
    return repair_surrogates(str(name)).replace("-", "_")


def _reason(entry: object) -> Verdict | None:
    name = entry.get("name") or entry.get("type") if isinstance(entry, dict) else entry
    return Verdict("prompt", _name(name), True) if isinstance(name, str) and name else None


def _bedrock(group: object) -> Iterator[Verdict]:
    for items in group.values() if isinstance(group, dict) else ():
        for item in _entries(items):
            if not isinstance(item, dict) or not _text(item.get("action")):
                continue
            name = _text(item.get("type")) or _text(item.get("name")) or "word"
            severity = _text(item.get("confidence"))
            blocked = item["action"] == "BLOCKED"
            yield Verdict("prompt", name, blocked, None if severity else True, severity)


def _entries(value: object) -> list[Any]:
    """A list as it is, an object as a list of one, anything else as none."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def _mappings(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    """Every object inside, outermost first."""
    if depth < 0:
        return
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _mappings(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            yield from _mappings(item, depth - 1)
