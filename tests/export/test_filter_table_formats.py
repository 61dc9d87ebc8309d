"""The filter's verdicts as CSV, JSON and text: everything is in there, and nothing that was sent does harm."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.core.test_conversation import chain, turn
from tests.core.test_filter_table import HARM, HATE, MILD, judged
from tests.export.hostile import TEXTS
from tui_chat.core.conversation import Conversation
from tui_chat.core.filter_table import rows
from tui_chat.core.message import Outcome
from tui_chat.core.verdict import Verdict
from tui_chat.export.filter_table_formats import COLUMNS, NOTHING, as_csv, as_json, as_text

LISTED = Verdict("answer", "custom_blocklists", blocked=True, detail={"ids": ["swearwords", "names"]})
SCORED = Verdict("prompt", "PII", blocked=True, detected=True, detail={"score": 0.25, "threshold": 0.1})
CITED = Verdict(
    "answer",
    "protected_material_code",
    blocked=False,
    detected=True,
    detail={"url": "https://x.invalid/r", "license": "MIT"},
)


def conversation() -> Conversation:
    return chain(
        turn("user", "a"), judged(HATE, MILD, CITED, model="m", request_id="r-1"),
        turn("user", "b"), judged(HARM, LISTED, outcome=Outcome.ANSWER_BLOCKED),
        turn("user", "c"), judged(SCORED, outcome=Outcome.PROMPT_BLOCKED),
        turn("user", "d"), judged(outcome=Outcome.PROMPT_BLOCKED),
        turn("user", "e"), judged(not_run="answer"),
    )  # fmt: skip


def test_csv() -> None:
    read = list(csv.DictReader(io.StringIO(as_csv(rows(conversation())))))
    assert tuple(read[0]) == COLUMNS
    assert [(r["turn"], r["source"], r["category"], r["finding"], r["severity"]) for r in read] == [
        ("1", "prompt", "hate", "passed", "safe"),
        ("1", "answer", "violence", "detected", "low"),
        ("1", "answer", "protected_material_code", "detected", ""),
        ("2", "answer", "violence", "blocked", "medium"),
        ("2", "answer", "custom_blocklists", "blocked", ""),
        ("3", "prompt", "PII", "blocked", ""),
        ("4", "prompt", "", "blocked", ""),
        ("5", "answer", "", "not_checked", ""),
    ]
    assert (read[2]["url"], read[2]["license"], read[2]["model"], read[2]["request_id"]) == (
        "https://x.invalid/r", "MIT", "m", "r-1",
    )  # fmt: skip
    assert read[4]["ids"] == "swearwords names"
    assert (read[5]["score"], read[5]["threshold"], read[5]["blocked"], read[5]["detected"]) == (
        "0.25", "0.1", "true", "true",
    )  # fmt: skip


def test_json() -> None:
    data = json.loads(as_json(rows(conversation())))
    assert data["format"] == "tui-chat-filter/1"
    assert {name: data["totals"][name] for name in ("answers", "blocked", "detected", "unchecked")} == {
        "answers": 5, "blocked": 3, "detected": 1, "unchecked": 1,
    }  # fmt: skip
    assert data["rows"][5]["detail"] == {"score": 0.25, "threshold": 0.1}
    assert data["rows"][6] | {"turn": 4, "category": None, "finding": "blocked", "blocked": True} == data["rows"][6]


def test_text() -> None:
    assert as_text(rows(conversation()), 100).splitlines() == [
        "Turn 1",
        "  prompt · passed: hate",
        "  answer · violence: ■□□ low, not blocked",
        "  answer · protected code: detected, not blocked · https://x.invalid/r · license MIT",
        "Turn 2",
        "  answer · violence: ■■□ medium, blocked",
        "  answer · blocklist: blocked · swearwords, names",
        "Turn 3",
        "  prompt · personal data: detected, blocked · score 0.25, blocked from 0.1",
        "Turn 4",
        "  prompt · no category given: blocked",
        "Turn 5",
        "  answer not checked by the filter",
        "Totals",
        "  5 answers judged · 3 blocked · 1 with findings that blocked nothing · 1 not checked",
        "  personal data (prompt): 1 blocked",
        "  violence (answer): 1 blocked, 1 detected only, highest medium",
        "  protected code (answer): 1 detected only",
        "  blocklist (answer): 1 blocked",
    ]
    assert as_text([], 80) == NOTHING


@pytest.mark.parametrize("width", [1, 5, 12, 20, 40, 80])
def test_text_fits_and_loses_nothing(width: int) -> None:
    wide = as_text(rows(conversation()), 1000)
    text = as_text(rows(conversation()), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "".join(text.split()) == "".join(wide.split())


@pytest.mark.parametrize("words", [*TEXTS, "=1+1", "@x", "-2", "\ud800"])
def test_hostile_words_stay_words(words: str) -> None:
    odd = Verdict("answer", words or "x", True, severity=words or None, detail={"ids": [words], "source": words})
    own = rows(chain(turn("user", "a"), judged(odd, model=words, request_id=words)))
    text = as_text(own, 60)
    assert all(ch.isprintable() or ch == "\n" for ch in text)
    read = list(csv.DictReader(io.StringIO(as_csv(own), newline="")))
    assert len(read) == 1
    assert read[0]["source"] == "answer"
    assert not any((cell or "").startswith(("=", "+", "-", "@")) for cell in read[0].values())
    assert json.loads(as_json(own))["rows"][0]["blocked"] is True


def test_a_number_beyond_all_bounds() -> None:
    own = rows(chain(turn("user", "a"), judged(replace(SCORED, detail={"score": 10**400, "threshold": True}))))
    assert "a very large number" in as_text(own, 200)
    assert json.loads(as_json(own))
