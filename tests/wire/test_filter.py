"""Verdicts from every shape of a report, and none from what is no report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tui_chat.core.event import Judged
from tui_chat.core.message import ErrorKind
from tui_chat.core.verdict import Verdict, filter_word
from tui_chat.wire.errors.explain import explain
from tui_chat.wire.filter import of_choice, of_chunk, of_error


def choice(results: object, **more: object) -> list[Judged]:
    return of_choice({"content_filter_results": results, **more})


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("hate", {"filtered": False, "severity": "safe"}, Verdict("answer", "hate", False, None, "safe")),
        ("hate", {"filtered": False, "severity": "Safe"}, Verdict("answer", "hate", False, None, "safe")),
        (
            "self-harm",
            {"filtered": True, "severity": "very_low"},
            Verdict("answer", "self_harm", True, None, "very_low"),
        ),
        ("jailbreak", {"filtered": False, "detected": True}, Verdict("answer", "jailbreak", False, True)),
        ("custom_blocklists", [], Verdict("answer", "custom_blocklists", False)),
        (
            "custom_blocklists",
            [{"filtered": True, "id": "b"}, {"filtered": False, "id": "c"}],
            Verdict("answer", "custom_blocklists", True, detail={"ids": ["b"]}),
        ),
        (
            "custom_blocklists",
            {"filtered": True, "details": [{"filtered": True, "id": "b"}]},
            Verdict("answer", "custom_blocklists", True, detail={"ids": ["b"]}),
        ),
        (
            "custom_topics",
            {"details": [{"filtered": True, "id": "t"}]},
            Verdict("answer", "custom_topics", True, detail={"ids": ["t"]}),
        ),
        (
            "protected_material_code",
            {"filtered": False, "detected": True, "citation": {"URL": "u", "license": "l"}},
            Verdict("answer", "protected_material_code", False, True, detail={"url": "u", "license": "l"}),
        ),
        ("new_thing", {"filtered": "yes", "severity": 3, "detected": 1}, Verdict("answer", "new_thing", False)),
        ("hate", {"filtered": "true", "severity": "high"}, Verdict("answer", "hate", True, None, "high")),
        ("hate", {"filtered": "False", "severity": None}, Verdict("answer", "hate", False)),
        ("jailbreak", {"filtered": "True", "detected": "true"}, Verdict("answer", "jailbreak", True, True)),
        ("jailbreak", {"filtered": None, "detected": None}, Verdict("answer", "jailbreak", False)),
        ("jailbreak", {"blocked": True, "detected": True}, Verdict("answer", "jailbreak", True, True)),
        ("jailbreak", "true", Verdict("answer", "jailbreak", False, True)),
        (
            "custom_blocklists",
            {"filtered": False, "details": {"filtered": "true", "id": "b"}},
            Verdict("answer", "custom_blocklists", True, detail={"ids": ["b"]}),
        ),
        ("custom_blocklists", [None, "x", {"filtered": True}], Verdict("answer", "custom_blocklists", True)),
        ("new_thing", True, Verdict("answer", "new_thing", False, True)),
        ("new_thing", "high", Verdict("answer", "new_thing", False, None, "high")),
    ],
)
def test_a_category(name: str, value: object, verdict: Verdict) -> None:
    assert choice({name: value}) == [Judged((verdict,))]


@pytest.mark.parametrize(
    "results",
    [{}, None, [], "x", 7, {"hate": None}, {"error": {}}, {"error": {"code": "", "message": ""}}, {"error": None}],
)
def test_no_report(results: object) -> None:
    assert choice(results) == []
    assert of_chunk({"prompt_filter_results": results, "guardrails": results, "content_filters": results}) == []
    assert of_error({"error": {"innererror": {"content_filter_results": results}}}) == Judged()


HATE = {"filtered": True, "severity": "high"}
BLOCKED = Verdict("prompt", "hate", True, None, "high")


@pytest.mark.parametrize("status", [400, 403, 422, 424, 451, 200, 500, None])
@pytest.mark.parametrize(
    "key",
    [
        "content_filter_result", "content_filter_results", "contentFilterResult", "contentFilterResults",
        "content-filter-results", "ContentFilterResults",
    ],
)  # fmt: skip
@pytest.mark.parametrize("inner", ["innererror", "inner_error", "innerError", None])
@pytest.mark.parametrize("wrapped", ["error", "provider_specific_fields", "list", "text", "flat"])
def test_a_rejected_prompt_however_it_is_wrapped(status: int | None, key: str, inner: str | None, wrapped: str) -> None:
    results: dict[str, Any] = {key: {"hate": HATE, "sexual": {"filtered": False, "severity": "safe"}, "error": None}}
    error: dict[str, Any] = {"message": "no", "status": status, **({inner: results} if inner else results)}
    body: Any = {
        "error": {"error": error},
        "provider_specific_fields": {"error": {"message": "no", "provider_specific_fields": error}},
        "list": [{"error": error}],
        "text": {"error": {"message": f"AzureException - {json.dumps({'error': error})}"}},
        "flat": error,
    }[wrapped]
    found = explain(status, [], json.dumps(body).encode())
    assert found.error.kind is ErrorKind.FILTERED
    assert BLOCKED in found.judged.verdicts
    assert len(found.judged.verdicts) == 2


@pytest.mark.parametrize(
    "results",
    [
        {"hate": HATE},
        [{"hate": HATE}],
        [{"category": "hate", **HATE}],
        {"hate": HATE, "violence": None},
        {"hate": {**HATE, "detected": None, "citation": None, "details": None}},
        {"hate": {"filtered": "true", "severity": "high"}},
    ],
)
def test_results_as_an_object_or_a_list(results: object) -> None:
    for key in ("prompt_filter_results", "promptFilterResults", "prompt_filter_result", "prompt_annotations"):
        assert of_chunk({key: [{"prompt_index": 0, "content_filter_results": results}]}) == [Judged((BLOCKED,))]
    assert choice(results) == [Judged((Verdict("answer", "hate", True, None, "high"),))]


def test_a_choice_is_judged_wherever_the_report_stands() -> None:
    judged = [Judged((Verdict("answer", "hate", True, None, "high"),))]
    for part in ("message", "delta"):
        assert of_choice({part: {"content": "x", "contentFilterResults": {"hate": HATE}}}) == judged
    assert of_choice({"content_filter_results": {}, "content_filter_result": {"hate": HATE}}) == judged


def test_not_run() -> None:
    error = {"error": {"code": "content_filter_error", "message": "x"}}
    safe = {"hate": {"filtered": False, "severity": "safe"}}
    blocked = {"hate": {"filtered": True, "severity": "high"}}
    assert choice(error) == [Judged(not_run="answer")]
    assert of_choice({"content_filter_result": error, "content_filter_results": {}}) == [Judged(not_run="answer")]
    assert choice({**safe, **error})[0].not_run == "answer"
    assert choice({**blocked, **error})[0].not_run is None
    assert of_choice({"finish_reason": "content_filter_error"}) == [Judged(not_run="answer")]
    assert of_chunk({"prompt_filter_results": [{"content_filter_results": error}]}) == [Judged(not_run="prompt")]


@pytest.mark.parametrize("key", ["prompt_filter_results", "prompt_annotations"])
@pytest.mark.parametrize("listed", [True, False])
def test_the_prompt(key: str, listed: bool) -> None:
    entry = {"prompt_index": 0, "content_filter_results": {"hate": {"filtered": True, "severity": "high"}}}
    assert of_chunk({key: [entry] if listed else entry}) == [Judged((Verdict("prompt", "hate", True, None, "high"),))]


def test_content_filters_of_the_responses_api() -> None:
    results = {"hate": {"filtered": True, "severity": "high"}}
    found = of_chunk(
        {
            "content_filters": [
                {"blocked": True, "source_type": "prompt", "content_filter_results": results},
                {"blocked": False, "source_type": "completion", "content_filter_results": results},
            ]
        }
    )
    assert [judged.verdicts[0].source for judged in found] == ["prompt", "answer"]


def guardrail(**result: Any) -> Judged:
    return of_error({"guardrails": {"results": {"g": result}}})


def test_guardrails() -> None:
    decision = {"threshold": 0.1, "score": 0.3, "violated": True}
    detail = {"score": 0.3, "threshold": 0.1}
    assert guardrail(decisions={"pii": decision}, action="block").verdicts == (
        Verdict("prompt", "pii", True, True, detail=detail),
    )
    assert guardrail(decisions={"pii": decision}, action="none").verdicts == (
        Verdict("prompt", "pii", False, True, detail=detail),
    )
    assert guardrail(action="block", error={"message": "x"}).not_run == "prompt"
    passed = of_chunk({"guardrails": [{"g": {"action": "none", "categories": {"pii": 0.01, "hate": False}}}]})
    assert filter_word(passed[0].verdicts, None, blocked=False) == "passed"


def test_reasons_of_gateways() -> None:
    assert of_error({"error": {"metadata": {"reasons": ["hate/threat", 7, None]}}}).verdicts == (
        Verdict("prompt", "hate/threat", True),
    )
    assert of_error({"error": {"metadata": {"patterns": [{"name": "iban"}]}}}).verdicts == (
        Verdict("prompt", "iban", True),
    )
    assert of_error({"error": {"patterns": ["a"], "reasons": ["b"]}}) == Judged()


def test_bedrock() -> None:
    policies = {
        "topicPolicy": {"topics": [{"name": "Loans", "type": "DENY", "action": "BLOCKED"}]},
        "sensitiveInformationPolicy": {"piiEntities": [{"type": "EMAIL", "action": "ANONYMIZED", "match": "a@b"}]},
        "contentPolicy": {"filters": [{"type": "HATE", "confidence": "LOW", "action": "NONE"}]},
    }
    found = of_error({"error": {"message": {"bedrock_guardrail_response": {"assessments": [policies]}}}}).verdicts
    assert [(v.category, v.blocked) for v in found] == [("DENY", True), ("EMAIL", False), ("HATE", False)]
    assert "a@b" not in repr(found)


def test_not_run_yields_to_a_block() -> None:
    verdict = Verdict("answer", "hate", True, None, "high")
    assert filter_word([verdict], "answer", blocked=False) == "blocked"
