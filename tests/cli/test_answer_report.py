"""Exit codes and the JSON object, as scripts rely on them: spelled out here, not taken from the code."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tui_chat.cli.answer_report import as_object, notes
from tui_chat.cli.exit_codes import exit_code
from tui_chat.core.message import Citation, ErrorKind, Outcome, ServerError, Turn, Usage
from tui_chat.core.verdict import Verdict

CODES = {
    "complete": 0,
    "length": 0,
    "prompt_blocked": 3,
    "answer_blocked": 4,
    "refused": 5,
    "empty": 5,
    "incomplete": 1,
    "failed": 1,
    "stopped": 130,
}


def turn(outcome: str | None, text: str = "Hi", **more: Any) -> Turn:
    return Turn(
        "assistant", text, datetime(2026, 1, 2, tzinfo=UTC), outcome=Outcome(outcome) if outcome else None, **more
    )


@pytest.mark.parametrize(("outcome", "code"), CODES.items())
def test_the_exit_code_of_every_outcome(outcome: str, code: int) -> None:
    assert set(CODES) == {word.value for word in Outcome}
    assert exit_code(turn(outcome)) == code


def test_a_configuration_that_cannot_work_is_wrong_use() -> None:
    assert exit_code(turn("failed", error=ServerError(ErrorKind.CONFIGURATION, "no"))) == 2
    assert exit_code(turn("failed", error=ServerError(ErrorKind.AUTH, "no"))) == 1


@pytest.mark.parametrize(
    ("outcome", "kind", "status", "code"),
    [
        ("failed", "rate_limit", 429, 75),
        ("failed", "server", 500, 75),
        ("failed", "server", 529, 75),
        ("failed", "server", 501, 1),
        ("failed", "connection", None, 75),
        ("failed", "timeout", None, 75),
        ("incomplete", "connection", None, 75),
        ("incomplete", "protocol", None, 1),
        ("failed", "quota", 429, 1),
        ("failed", "auth", 401, 1),
        ("failed", "tls", None, 1),
        ("failed", "proxy", 407, 1),
        ("failed", "not_found", 404, 1),
        ("prompt_blocked", "filtered", 400, 3),
    ],
)
def test_what_may_work_later_has_a_code_of_its_own(outcome: str, kind: str, status: int | None, code: int) -> None:
    assert exit_code(turn(outcome, error=ServerError(ErrorKind(kind), "no", status=status))) == code


def test_what_the_filter_let_pass_is_told_all_the_same() -> None:
    noticed = turn("complete", verdicts=(Verdict("answer", "violence", blocked=False, severity="low"),))
    assert list(notes(noticed)) == ["The content filter noticed violence (low), and blocked nothing."]


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_answer_that_never_began_is_none(text: str) -> None:
    cut = turn("length", text, usage=Usage(10, 1000, 1010, reasoning_tokens=1000))
    assert exit_code(cut) == 5
    assert any("max_tokens" in line and "reasoning effort" in line for line in notes(cut))


def test_a_refusal_stands_on_standard_error_and_has_no_key_of_its_own() -> None:
    refused = turn("refused", "", refusal="I cannot help with that.")
    assert "refusal" not in as_object(refused, 1)
    assert "The model refused: I cannot help with that." in list(notes(refused))


def test_sources_are_numbered() -> None:
    cited = turn("complete", citations=(Citation("https://a.example/1", "First"), Citation("https://b.example/")))
    assert as_object(cited, 1)["citations"] == [
        {"url": "https://a.example/1", "title": "First"},
        {"url": "https://b.example/", "title": None},
    ]
    assert list(notes(cited)) == ["[1] First · https://a.example/1", "[2] https://b.example/"]


def test_usage_names_what_went_into_thinking() -> None:
    told = as_object(turn("complete", usage=Usage(10, 20, 30, 5, 7)), 1)["usage"]
    assert told == {
        "prompt_tokens": 10,
        "completion_tokens": 20,
        "total_tokens": 30,
        "reasoning_tokens": 5,
        "cached_tokens": 7,
    }
