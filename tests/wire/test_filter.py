"""Verdicts from every shape of a report, and none from what is no report."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.server import data
from tests.support.rows import row
from tui_chat.core.event import Judged
from tui_chat.core.message import ErrorKind
from tui_chat.core.verdict import Source, Verdict, filter_word
from tui_chat.wire.errors.server_error import explain
from tui_chat.wire.filter import of_choice, of_chunk, of_error, thresholds_in
from tui_chat.wire.filter_category import says_something, verdict_of
from tui_chat.wire.stream import StreamDecoder


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
        ("new", {"filtered": "yes", "severity": 3, "detected": 1}, Verdict("answer", "new", True, True, "low")),
        (
            "new",
            {"filtered": "perhaps", "severity": [], "detected": 3},
            Verdict(
                "answer",
                "new",
                None,
                detail={"error": 'not understood: {"filtered": "perhaps", "severity": [], "detected": 3}'},
            ),
        ),
        (
            "new",
            {"filtered": None, "action": "allow"},
            Verdict(
                "answer", "new", None, None, None, {"error": 'not understood: {"filtered": null, "action": "allow"}'}
            ),
        ),
        ("hate", {"filtered": False, "severity": 0}, Verdict("answer", "hate", False, None, "safe")),
        ("hate", {"filtered": False, "severity": 7}, Verdict("answer", "hate", False, None, "high")),
        ("hate", {"filtered": False, "severity": 8}, Verdict("answer", "hate", False, None, "8")),
        # annotated and not blocked: it must not look as if it had passed
        (
            "custom_topics",
            {"filtered": False, "details": [{"id": "a", "detected": True}, {"id": "b", "detected": False}]},
            Verdict("answer", "custom_topics", False, True, detail={"ids": ["a"]}),
        ),
        (
            "custom_topics",
            {"filtered": False, "details": [{"id": "a", "detected": False}]},
            Verdict("answer", "custom_topics", False, False),
        ),
        (
            "custom_topics",
            [{"id": "a", "detected": True}],
            Verdict("answer", "custom_topics", False, True, None, {"ids": ["a"]}),
        ),
        (
            "personally_identifiable_information",
            {
                "filtered": False,
                "detected": True,
                "redacted_text": "call ****",
                "sub_categories": [
                    {"sub_category": "PhoneNumber", "filtered": False, "detected": True, "redacted": True},
                    {"sub_category": "Email", "filtered": False, "detected": True, "redacted": False},
                    {"sub_category": "Person", "filtered": False, "detected": False, "redacted": False},
                ],
            },
            Verdict(
                "answer",
                "personally_identifiable_information",
                False,
                True,
                detail={"ids": ["PhoneNumber", "Email"], "redacted": ["PhoneNumber"], "redacted_text": "call ****"},
            ),
        ),
        (
            "pii",
            {"filtered": False, "detected": False, "redacted": True},
            Verdict("answer", "pii", False, True, detail={"redacted": True}),
        ),
        (
            "ungrounded_material",
            {
                "detected": True,
                "filtered": False,
                "details": [
                    {"completion_start_offset": 4, "completion_end_offset": 9},
                    {"completion_start_offset": 9, "completion_end_offset": 9},
                    {"completion_start_offset": True, "completion_end_offset": 12},
                    {"completion_start_offset": "1", "completion_end_offset": 2},
                ],
            },
            Verdict("answer", "ungrounded_material", False, True, detail={"spans": [[4, 9]]}),
        ),
        # what Azure AI Content Safety says, and words for kinds that nobody has defined yet
        ("prompt_shield", {"attackDetected": True}, Verdict("answer", "prompt_shield", False, True)),
        ("prompt_shield", {"attackDetected": False}, Verdict("answer", "prompt_shield", False, False)),
        (
            "groundedness",
            {
                "ungroundedDetected": True,
                "ungroundedDetails": [{"offset": {"codePoint": 4}, "length": {"codePoint": 5}}],
            },
            Verdict("answer", "groundedness", False, True, detail={"spans": [[4, 9]]}),
        ),
        (
            "custom_blocklists",
            {"filtered": True, "blocklistsMatch": [{"blocklistName": "acme", "blocklistItemText": "x"}]},
            Verdict("answer", "custom_blocklists", True, detail={"ids": ["acme"]}),
        ),
        (
            "sensitive_information",
            {"filtered": True, "detected": True, "categories": ["CreditCard"]},
            Verdict("answer", "sensitive_information", True, True, detail={"ids": ["CreditCard"]}),
        ),
        (
            "sensitive_information",
            {"filtered": False, "detected": False, "categories": ["CreditCard"]},
            Verdict("answer", "sensitive_information", False, False),
        ),
        (
            "custom_categories",
            {"gambling": {"filtered": True, "detected": True}},
            Verdict("answer", "custom_categories", True, True, detail={"ids": ["gambling"]}),
        ),
        ("agent_hijack", {"detected": True, "action": "BLOCK"}, Verdict("answer", "agent_hijack", True, True)),
        ("agent_hijack", {"detected": False, "action": "BLOCK"}, Verdict("answer", "agent_hijack", False, False)),
        (
            "agent_hijack",
            {"detected": True, "filtered": False, "action": "BLOCK"},
            Verdict("answer", "agent_hijack", False, True),
        ),
        (
            "protected_material_text",
            {"detected": True, "filtered": False, "spans": [{"start_offset": 0, "end_offset": 5}]},
            Verdict("answer", "protected_material_text", False, True, detail={"spans": [[0, 5]]}),
        ),
        # by name in place of a list
        (
            "custom_topics",
            {
                "filtered": True,
                "details": {"medical": {"detected": True, "filtered": True}, "law": {"detected": False}},
            },
            Verdict("answer", "custom_topics", True, True, detail={"ids": ["medical"]}),
        ),
        (
            "pii",
            {"filtered": True, "sub_categories": {"Email": {"detected": True, "redacted": True}}},
            Verdict("answer", "pii", True, True, detail={"ids": ["Email"], "redacted": ["Email"]}),
        ),
        (
            "protected_material_code",
            {"detected": True, "citations": [{"url": "u", "license": "l"}, {"URL": "v"}, "x"]},
            Verdict("answer", "protected_material_code", False, True, detail={"url": "u, v", "license": "l"}),
        ),
        (
            "task_adherence",
            {"detected": True, "filtered": True, "reason": " it booked\na flight "},
            Verdict("answer", "task_adherence", True, True, detail={"reason": "it booked a flight"}),
        ),
        (
            "task_adherence",
            {"detected": True, "details": "why"},
            Verdict("answer", "task_adherence", False, True, None, {"reason": "why"}),
        ),
        (
            "task_adherence",
            {"detected": False, "reason": "all is well"},
            Verdict("answer", "task_adherence", False, False),
        ),
        # what could not be checked has not passed, whatever else is said
        (
            "hate",
            {"filtered": False, "severity": "safe", "error": {"code": 500, "message": ""}},
            Verdict("answer", "hate", None, detail={"error": "500"}),
        ),
        (
            "purview",
            {"detected": False, "filtered": False, "details": {"error": {"code": "400", "message": "no"}}},
            Verdict("answer", "purview", None, detail={"error": "400"}),
        ),
        (
            "custom_blocklists",
            [{"id": "b", "error": "gone"}],
            Verdict("answer", "custom_blocklists", None, detail={"error": "gone"}),
        ),
        ("hate", {"filtered": True, "error": {"code": "x"}}, Verdict("answer", "hate", True)),
        ("jailbreak", {"detected": True, "error": {"code": "x"}}, Verdict("answer", "jailbreak", False, True)),
        (
            "new",
            {"verdict": "fine"},
            Verdict("answer", "new", None, detail={"error": 'not understood: {"verdict": "fine"}'}),
        ),
        ("new", ["a", 1], Verdict("answer", "new", None, detail={"error": 'not understood: ["a", 1]'})),
        ("new", 0.25, Verdict("answer", "new", False, detail={"score": 0.25, "threshold": None})),
        ("hate", {"filtered": "true", "severity": "high"}, Verdict("answer", "hate", True, None, "high")),
        ("hate", {"filtered": "False", "severity": None}, Verdict("answer", "hate", False)),
        ("jailbreak", {"filtered": "True", "detected": "true"}, Verdict("answer", "jailbreak", True, True)),
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
    [
        {},
        None,
        [],
        "x",
        7,
        {"hate": None},
        {"hate": {}},
        {"hate": ""},
        {"hate": {"filtered": None, "detected": None}},
        {"error": {}},
        {"error": {"code": "", "message": ""}},
        {"error": None},
    ],
)
def test_no_report(results: object) -> None:
    assert choice(results) == []
    assert of_chunk({"prompt_filter_results": results, "guardrails": results, "content_filters": results}) == []
    assert of_error({"error": {"innererror": {"content_filter_results": results}}}) == Judged()


HATE = {"filtered": True, "severity": "high"}
BLOCKED = Verdict("prompt", "hate", True, None, "high")


STATUSES = (400, 403, 422, 424, 451, 200, 500, None)
RESULTS = (
    "content_filter_result", "content_filter_results", "contentFilterResult", "contentFilterResults",
    "content-filter-results", "ContentFilterResults",
)  # fmt: skip


@pytest.mark.parametrize("inner", ["innererror", "inner_error", "innerError", None])
@pytest.mark.parametrize("wrapped", ["error", "provider_specific_fields", "list", "text", "flat"])
def test_a_rejected_prompt_however_it_is_wrapped(inner: str | None, wrapped: str) -> None:
    for status, key in product(STATUSES, RESULTS):
        with row((status, key)):
            is_explained(status, key, inner, wrapped)


def is_explained(status: int | None, key: str, inner: str | None, wrapped: str) -> None:
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


@pytest.mark.parametrize("value", [{"filtered": False, "severity": "safe"}, {"filtered": False, "detected": False}])
def test_what_is_said_with_every_token_is_read_at_once_and_as_all_else(value: dict[str, Any]) -> None:
    assert verdict_of("answer", "self-harm", value, (2, 4)) == verdict_of(
        "answer", "self-harm", {**value, "other": None}, (2, 4)
    )


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
    assert guardrail(action="block", decisions={}).verdicts == (Verdict("prompt", "unnamed", True),)
    passed = of_chunk({"guardrails": [{"g": {"action": "none", "categories": {"pii": 0.01, "hate": False}}}]})
    assert {verdict.source for verdict in passed[0].verdicts} == {"prompt"}  # they look at nothing else
    assert filter_word(passed[0].verdicts, None, blocked=False) == "passed"


def test_scores_are_told_with_the_thresholds_that_were_asked_for() -> None:
    def guardrails(**result: Any) -> dict[str, Any]:
        return {"guardrails": [{"block_on_error": True, "moderation_llm_v2": result}]}

    asked = guardrails(custom_category_thresholds={"pii": 0.2})
    scores = {"pii": {"score": 0.1, "violated": False}, "law": {"score": 0.3, "violated": True}}
    found = of_chunk(guardrails(action="none", categories=scores), thresholds_in(asked))[0].verdicts
    assert [(v.category, v.blocked, v.detected, v.detail) for v in found] == [
        ("pii", False, False, {"score": 0.1, "threshold": 0.2}),
        ("law", False, True, {"score": 0.3, "threshold": None}),
    ]
    for nonsense in (None, {"g": 3}, {"g": {"custom_category_thresholds": {"a": None, "b": True}}}):
        assert thresholds_in({"guardrails": [nonsense]}) == {}
    moderated = guardrails(action="none", categories={"pii": True}, category_scores={"pii": 0.9})
    detail = {"score": 0.9, "threshold": None}
    assert of_chunk(moderated)[0].verdicts == (Verdict("prompt", "pii", False, True, None, detail),)


@pytest.mark.parametrize(
    "results",
    [
        {"hate": HATE},
        [{"hate": HATE}],
        [{"category": "hate", **HATE}],
        [{"name": "hate", "action": "block", **HATE}],
        {"guardrail": "strict", "controls": [{"category": "hate", **HATE}]},
        [{"source_type": "prompt", "blocked": True, "content_filter_results": {"hate": HATE}}],
    ],
)
def test_guardrail_results_are_read_like_the_old_lists(results: object) -> None:
    for key in ("guardrail_results", "guardrailResults", "guardrail_result"):
        assert of_error({"error": {"code": "content_filter", "innererror": {key: results}}}).verdicts == (BLOCKED,)
        assert of_chunk({"prompt_guardrail_results": [{key: results}]}) == [Judged((BLOCKED,))]
        assert of_chunk({"prompt_filter_results": [{key: results}]}) == [Judged((BLOCKED,))]


def test_a_block_without_a_category_is_a_block() -> None:
    entry = {"blocked": True, "source_type": "completion", "content_filter_results": {}}
    unnamed = [Judged((Verdict("answer", "unnamed", True),))]
    assert of_chunk({"content_filters": [entry]}) == unnamed
    assert of_chunk({"usage": {"content_filters": [entry]}}) == unnamed
    assert of_choice({"message": {"content_filters": [entry]}}) == unnamed
    refused = of_error({"error": {"content_filters": [{**entry, "source_type": "user_input"}]}})
    assert refused.verdicts == (Verdict("prompt", "unnamed", True),)


@pytest.mark.parametrize("side", ["prompt", "Prompt", "user_input", "input", "tool_response"])
def test_the_side_of_a_report(side: str) -> None:
    results = {"hate": {"filtered": False, "severity": "safe"}}
    for key in ("source_type", "intervention_point"):
        (judged,) = of_chunk({"content_filters": [{key: side, "content_filter_results": results}]})
        assert judged.verdicts[0].source == "prompt"
    (judged,) = of_chunk({"content_filters": [{"source_type": "output", "content_filter_results": results}]})
    assert judged.verdicts[0].source == "answer"


@pytest.mark.parametrize(("before", "source"), [("", "prompt"), ("Half an ", "answer")])
def test_an_error_of_the_filter_is_about_the_answer_once_there_is_one(before: str, source: Source) -> None:
    error = {"code": "content_filter", "message": "x", "innererror": {"content_filter_result": {"hate": HATE}}}
    events = StreamDecoder().feed(data({"choices": [{"delta": {"content": before}}]}) + data({"error": error}))
    found = [event for event in events if isinstance(event, Judged)]
    assert found == [Judged((Verdict(source, "hate", True, None, "high"),))]


def test_reasons_of_gateways() -> None:
    assert of_error({"error": {"metadata": {"reasons": ["hate/threat", 7, None]}}}).verdicts == (
        Verdict("prompt", "hate/threat", True),
    )
    assert of_error({"error": {"metadata": {"patterns": [{"name": "iban"}]}}}).verdicts == (
        Verdict("prompt", "iban", True),
    )
    assert of_error({"error": {"patterns": ["a"], "reasons": ["b"]}}) == Judged()


@pytest.mark.parametrize(
    ("mode", "found", "source", "detail"),
    [
        ("pre_call", {"keyword": "dynamite", "description": None}, "prompt", {"ids": ["dynamite"]}),
        ("post_call", {"pattern": "us_ssn"}, "answer", {"ids": ["us_ssn"]}),
        (None, {}, "prompt", None),
    ],
)
def test_a_guardrail_of_litellm_has_its_own_name(
    mode: str | None, found: dict[str, object], source: Source, detail: dict[str, Any] | None
) -> None:
    """As its proxy (1.9x, litellm_content_filter) sends it."""
    fields = {"error": "Content blocked", "guardrail_name": "house-words", "guardrail_mode": mode}
    body = {"error": {"message": "Content blocked", "code": "400", "provider_specific_fields": fields | found}}
    assert of_error(body).verdicts == (Verdict(source, "house_words", True, detail=detail),)
    assert explain(400, (), body).error.kind is ErrorKind.FILTERED


def test_bedrock() -> None:
    policies = {
        "topicPolicy": {"topics": [{"name": "Loans", "type": "DENY", "action": "BLOCKED"}]},
        "sensitiveInformationPolicy": {"piiEntities": [{"type": "EMAIL", "action": "ANONYMIZED", "match": "a@b"}]},
        "contentPolicy": {"filters": [{"type": "HATE", "confidence": "LOW", "action": "NONE"}]},
    }
    found = of_error({"error": {"message": {"bedrock_guardrail_response": {"assessments": [policies]}}}}).verdicts
    assert [(v.category, v.blocked) for v in found] == [("Loans", True), ("EMAIL", False), ("HATE", False)]
    assert found[1].detail == {"redacted": True}
    assert "a@b" not in repr(found)


def test_not_run_yields_to_a_block() -> None:
    verdict = Verdict("answer", "hate", True, None, "high")
    assert filter_word([verdict], "answer", blocked=False) == "blocked"


KEYS = st.sampled_from(
    "filtered blocked detected severity details error score threshold redacted sub_categories citation action hate id "
    "content_filter_results guardrail_results content_filters guardrails prompt_filter_results code message category "
    "source_type decisions completion_start_offset completion_end_offset".split()
)
WORDS = st.sampled_from(["", "true", "safe", "high", "\ud800"])
LEAVES = st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | WORDS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(VALUES)
def test_no_report_raises_whatever_its_shape(value: Any) -> None:
    of_error(value)
    of_chunk({"guardrail_results": value, "content_filters": value, "guardrails": value, "prompt_annotations": value})
    of_choice({"content_filter_results": value, "message": value, "delta": value})


@given(VALUES)
def test_no_category_passes_silently(value: Any) -> None:
    """A verdict of *passed* is only given where the server says so in a word that is known."""
    verdict = verdict_of("answer", "new", value)
    if verdict is None or verdict.noticed or not verdict.checked:
        return
    if isinstance(value, dict):
        assert not says_something(value.get("error"))
        said = {key for key, each in value.items() if each is not None}
        assert said & {"filtered", "blocked", "detected", "severity", "score", "details", "sub_categories", "redacted"}
