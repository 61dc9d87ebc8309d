"""The filter's findings in words."""

from __future__ import annotations

import pytest

from tui_chat.core.filter_words import category_words, details, finding, in_short, severity_steps
from tui_chat.core.verdict import Verdict


@pytest.mark.parametrize(
    ("verdict", "short", "long"),
    [
        (Verdict("prompt", "violence", blocked=True, severity="medium"), "violence (medium)", "medium, blocked"),
        (Verdict("prompt", "self_harm", blocked=False, severity="safe"), "self-harm (safe)", "safe"),
        (Verdict("answer", "hate", blocked=False, severity="low"), "hate (low)", "low, not blocked"),
        (Verdict("prompt", "jailbreak", blocked=True, detected=True), "jailbreak attempt", "detected, blocked"),
        (Verdict("answer", "profanity", blocked=False, detected=True), "profanity", "detected, not blocked"),
        (Verdict("answer", "profanity", blocked=False, detected=False), "profanity", "not detected"),
        (
            Verdict("answer", "custom_blocklists", blocked=True, detail={"ids": ["words", "more"]}),
            "blocklist (words, more)",
            "blocked",
        ),
        (
            Verdict("prompt", "dangerous_content", blocked=True, detail={"score": 0.91, "threshold": 0.5}),
            "dangerous content (score 0.91, blocked from 0.5)",
            "blocked",
        ),
        (Verdict("prompt", "VIOLENCE", blocked=True, severity="HIGH"), "violence (HIGH)", "high, blocked"),
    ],
)
def test_a_verdict_in_words(verdict: Verdict, short: str, long: str) -> None:
    assert in_short(verdict) == short
    assert finding(verdict) == long


def test_the_scale_has_four_steps_and_unknown_words_have_none() -> None:
    assert [severity_steps(s) for s in ("safe", "low", "medium", "high")] == [1, 2, 3, 4]
    assert severity_steps("HIGH") == 4
    assert severity_steps("dreadful") is None
    assert severity_steps(None) is None


def test_a_citation_and_an_unknown_category() -> None:
    cited = Verdict(
        "answer", "protected_material_code", blocked=False, detected=True, detail={"url": "u", "license": "MIT"}
    )
    assert details(cited) == "u · MIT"
    assert category_words("brand_new_thing") == "brand new thing"
