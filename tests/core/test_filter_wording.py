"""The filter's findings in words."""

from __future__ import annotations

import pytest

from tui_chat.core.filter_categories import category_words
from tui_chat.core.filter_details import details
from tui_chat.core.filter_wording import finding, in_full, in_short, not_checked, severity_bar, severity_steps
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
        (
            Verdict("answer", "hate", blocked=True, severity="very_low", detail={"spans": [[3, 9]]}),
            "hate (very low · 1 passage)",
            "very low, blocked",
        ),
        (
            Verdict("answer", "hate", blocked=None, detail={"error": "content_filter_error"}),
            "hate (the check failed)",
            "not checked",
        ),
        (Verdict("prompt", "VIOLENCE", blocked=True, severity="HIGH"), "violence (high)", "high, blocked"),
    ],
)
def test_a_verdict_in_words(verdict: Verdict, short: str, long: str) -> None:
    assert in_short(verdict) == short
    assert finding(verdict) == long


def test_the_scale_has_four_steps_and_unknown_words_have_none() -> None:
    assert [severity_steps(s) for s in ("safe", "low", "medium", "high")] == [0, 1, 2, 3]
    assert severity_steps("HIGH") == 3
    assert severity_steps("dreadful") is None
    assert severity_steps(None) is None


def test_a_citation_and_an_unknown_category() -> None:
    cited = Verdict(
        "answer", "protected_material_code", blocked=False, detected=True, detail={"url": "u", "license": "MIT"}
    )
    assert details(cited) == "u · license MIT"
    assert category_words("brand_new_thing") == "brand new thing"


def test_scores_are_said_in_three_digits_whatever_they_are() -> None:
    def said(score: object, threshold: object, blocked: bool = False) -> str | None:
        return details(Verdict("prompt", "pii", blocked, detail={"score": score, "threshold": threshold}))

    assert said(0.30000000000000004, 0.1, blocked=True) == "score 0.3, blocked from 0.1"
    assert said(0.05, 0.1) == "score 0.05, flagged from 0.1"
    assert said(0.5, None) == "score 0.5"
    assert said(10**400, None) == "score a very large number"
    assert said(None, 0.1) is None


def test_a_bar_is_told_by_its_shape() -> None:
    assert [severity_bar(word) for word in ("safe", "Low", "medium", "HIGH", "very-low", "x", None)] == [
        "□□□", "■□□", "■■□", "■■■", "■□□", None, None,
    ]  # fmt: skip


def test_a_verdict_on_a_line_of_its_own() -> None:
    listed = Verdict("answer", "custom_blocklists", blocked=True, detail={"ids": ["words"]})
    assert in_full(listed) == "blocklist (answer): blocked · words"
    assert in_full(Verdict("prompt", "hate", blocked=False, severity="low")) == "hate (prompt): low, not blocked"
    assert not_checked("answer") == "answer not checked by the filter"
