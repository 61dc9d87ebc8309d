"""What a server adds to a finding, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tui_chat.core.filter_details import briefly, details, kind_words, spans_in
from tui_chat.core.filter_rows import category_row, filter_sides
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.verdict import Verdict

TEXT = "The moon is near. It is made of cheese. It is round."


def found(category: str = "new", **detail: Any) -> Verdict:
    return Verdict("answer", category, False, True, detail=detail or None)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (found(), None),
        (found("custom_topics", ids=["elections", "PhoneNumber"]), "elections, PhoneNumber"),
        (
            found("personally_identifiable_information", ids=["PhoneNumber", "USSocialSecurityNumber"]),
            "phone number, US social security number",
        ),
        (found("pii", ids=["Email", "PhoneNumber"], redacted=["Email"]), "email, phone number; redacted: email"),
        (found("pii", ids=["Email"], redacted=["Email"]), "email (redacted)"),
        (found("pii", redacted=True), "redacted"),
        (
            found("pii", redacted=True, redacted_text="call\n***"),
            "redacted · redacted text: “call ***”",
        ),
        (found(url="https://example.org/a", license="MIT"), "https://example.org/a · license MIT"),
        (found(reason="it booked a flight"), "it booked a flight"),
        (found(spans=[[18, 39]]), "“It is made of cheese.”"),
        (found(spans=[[18, 39], [40, 999]], url="u"), "u · “It is made of cheese.”, “It is round.”"),
        (found(spans=[[0, 3], [4, 8], [9, 11], [12, 16]]), "“The”, “moon”, “is” and 1 more"),
        (found(spans=[[60, 70], [5, 5], [9, 2], ["a", 3], 7]), None),
        (Verdict("prompt", "new", False, True, detail={"spans": [[1, 4]]}), "characters 1 to 4"),
        (found(score=0.123456, threshold=0.5), "score 0.123, flagged from 0.5"),
        (Verdict("prompt", "law", False, False, detail={"score": 0.0, "threshold": 1.0}), "score 0, switched off"),
        (Verdict("prompt", "law", True, True, detail={"score": 1.0, "threshold": 1.0}), "score 1, blocked from 1"),
        (Verdict("prompt", "hate", None, detail={"error": "500"}), "500"),
        (found(spans="x", ids=3, redacted=7, score=[]), "score []"),
    ],
)
def test_all_that_a_server_adds(verdict: Verdict, words: str | None) -> None:
    assert details(verdict, TEXT) == words


def test_a_long_passage_is_quoted_without_its_middle() -> None:
    text = f"begin {'word ' * 90}end"
    assert details(found(spans=[[0, len(text)]]), text) == f"“begin{' word' * 7} …{' word' * 7} end”"
    assert details(found(spans=[[0, 4000]]), "x" * 500) == f"“{'x' * 40} … {'x' * 40}”"
    assert details(found(spans=[[0, 30]]), "**It is** `made`") == "“It is made”"


def test_a_few_words_quote_nothing() -> None:
    assert briefly(found(spans=[[0, 3], [4, 8]], reason="because")) == "2 passages"
    assert briefly(found(spans=[[0, 3]], url="u", license="MIT")) == "u · license MIT · 1 passage"
    assert briefly(found("pii", ids=["Email"], redacted=["Email"], redacted_text="x")) == "email (redacted)"
    assert briefly(found(redacted_text="x")) is None


def test_passages_beyond_the_text_are_none() -> None:
    assert spans_in(found(spans=[[40, 999], [52, 60]]), TEXT) == [(40, 52)]
    assert spans_in(Verdict("prompt", "x", True, detail={"spans": [[0, 3]]}), TEXT) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Email", "email"),
        ("IPAddress", "IP address"),
        ("phone_number", "phone number"),
        ("ABARoutingNumber", "ABA routing number"),
        ("#", "#"),
        ("", ""),
    ],
)
def test_a_kind_of_personal_data(kind: str, words: str) -> None:
    assert kind_words(kind) == words


def test_a_row_quotes_what_it_is_about() -> None:
    row = category_row(found("ungrounded_material", spans=[[18, 39]]), TEXT)
    assert row.notes == ("a claim that the given documents do not support", "“It is made of cheese.”")


def test_an_answer_that_was_taken_back_is_not_quoted() -> None:
    blocked = Verdict("answer", "protected_material_text", True, True, detail={"spans": [[18, 39]]})
    turn = Turn("assistant", TEXT, datetime.now(UTC), outcome=Outcome.ANSWER_BLOCKED, verdicts=(blocked,))
    for taken_back, said in ((False, "“It is made of cheese.”"), (True, "characters 18 to 39")):
        (side,) = filter_sides(replace(turn, withdrawn=taken_back))
        assert side.rows[0].extra == said
