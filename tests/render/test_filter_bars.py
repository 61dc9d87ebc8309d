"""The filter's findings as a table of aligned bars: one function for the window, the transcript and every width."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.thorough import examples
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.verdict import Source, Verdict
from tui_chat.render.filter_bars import FilterLine, Piece, filter_lines
from tui_chat.render.line import cells_of

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def prompt(category: str, blocked: bool | None = False, **rest: Any) -> Verdict:
    return Verdict("prompt", category, blocked, **rest)


def answer(category: str, blocked: bool | None = False, **rest: Any) -> Verdict:
    return Verdict("answer", category, blocked, **rest)


def turn(outcome: Outcome, *verdicts: Verdict, not_run: Source | None = None) -> Turn:
    return Turn("assistant", "", NOON, outcome=outcome, verdicts=verdicts, not_run=not_run)


def text(lines: list[FilterLine]) -> str:
    return "\n".join("".join(piece for piece, _ in line).rstrip() for line in lines)


def table(given: Turn, width: int = 76) -> str:
    return text(filter_lines(given, width))


SAFE = [prompt(name, severity="safe") for name in ("hate", "self_harm", "sexual")]
REJECTED = turn(
    Outcome.PROMPT_BLOCKED,
    SAFE[0],
    prompt("violence", True, severity="medium"),
    *SAFE[1:],
    prompt("jailbreak", detected=False),
)


def test_bars_stand_below_each_other_and_the_finding_comes_first() -> None:
    assert table(REJECTED) == (
        "violence           ■■□  medium        blocked\n"
        "                   weapons, injury or killing\n"
        "hate               □□□  safe    sexual             □□□  safe\n"
        "self-harm          □□□  safe    jailbreak attempt       not detected"
    )


def test_a_narrow_table_has_one_category_a_line_and_a_very_narrow_one_no_columns() -> None:
    assert table(REJECTED, 50).splitlines()[2:] == [
        "hate               □□□  safe",
        "self-harm          □□□  safe",
        "sexual             □□□  safe",
        "jailbreak attempt       not detected",
    ]
    assert table(REJECTED, 26).splitlines()[:3] == ["violence", "  ■■□  medium  blocked", "  weapons, injury or"]


def test_both_sides_have_a_title_and_the_one_that_was_stopped_comes_first() -> None:
    found = table(turn(Outcome.ANSWER_BLOCKED, SAFE[0], answer("violence", True, severity="high")))
    assert found.splitlines() == [
        "The answer",
        "violence  ■■■  high  blocked",
        "          weapons, injury or killing",
        "",
        "Your message",
        "hate      □□□  safe",
    ]


def test_what_passed_stands_below_each_other_on_both_sides() -> None:
    judged = [*(prompt(name, severity="safe") for name in ("hate", "sexual", "violence"))]
    other = [answer(name, severity=grade) for name, grade in (("hate", "safe"), ("law", "safe"), ("self_harm", "safe"))]
    found = table(turn(Outcome.COMPLETE, *judged, *other[:2], answer("jailbreak", detected=False), other[2]))
    rows = [line for line in found.splitlines() if line.startswith(("hate", "sexual", "law"))]
    first, second = (line for line in rows if line.startswith("hate"))
    assert first.index("violence") == second.index("jailbreak"), found
    assert first.rindex("□□□") == next(line for line in rows if line.startswith("law")).rindex("□□□"), found


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (prompt("custom_blocklists", True, detail={"ids": ["words", "more"]}), "blocklist  ✖    blocked"),
        (prompt("house_rules_7", True, detected=True), "house rules 7  ✖    detected  blocked"),
        (prompt("violence", None, detail={"error": "timeout"}), "violence  ?    not checked  timeout"),
        (prompt("law", detected=True, detail={"score": 0.6, "threshold": 0.5}), "law  ■■□  detected  not blocked"),
        (prompt("law", detail={"score": 0.02, "threshold": 0.5}), "law  □□□  passed"),
        (prompt("law", detail={"score": 17}), "law       passed"),
        (prompt("law", True, severity="extreme"), "law  ✖    extreme  blocked"),
        (prompt("hate", severity="very_low"), "hate  ■□□  very low  not blocked"),
    ],
)
def test_every_kind_of_finding_has_its_row(verdict: Verdict, line: str) -> None:
    assert table(turn(Outcome.PROMPT_BLOCKED, prompt("z", True, severity="high"), verdict)).count("\n") >= 1
    alone = turn(Outcome.COMPLETE, verdict)
    assert table(alone).splitlines()[:2] == ["Your message", line]


def test_what_the_server_adds_is_below_its_row() -> None:
    score = prompt("law", detected=True, detail={"score": 0.61, "threshold": 0.5})
    lists = prompt("custom_blocklists", True, detail={"ids": ["words", "more"]})
    failed = prompt("violence", None, detail={"error": "the checker timed out"})
    for verdict, words in (
        (score, "score 0.61, flagged from 0.5"),
        (lists, "words, more"),
        (failed, "the checker timed out"),
    ):
        assert words in [line.strip() for line in table(turn(Outcome.COMPLETE, verdict)).splitlines()]


def test_what_was_not_said_is_said() -> None:
    assert table(turn(Outcome.PROMPT_BLOCKED)) == "The server did not say which category was the reason."
    assert table(turn(Outcome.COMPLETE)) == "The filter said nothing about it."
    unchecked = table(turn(Outcome.COMPLETE, not_run="answer"))
    assert unchecked == "The answer\nThe answer was not checked by the filter."


def bar_of(severity: str) -> list[Piece]:
    (line, *_) = filter_lines(turn(Outcome.PROMPT_BLOCKED, prompt("hate", True, severity=severity)), 76)
    return [piece for piece in line if piece[0][0] in "■□"]


def test_severity_is_a_length_and_a_colour() -> None:
    assert bar_of("medium") == [("■■", "medium"), ("□", "empty")]
    assert bar_of("high") == [("■■■", "high")]
    passed = filter_lines(REJECTED, 76)[-1]
    assert {tone for _, tone in passed} <= {"quiet", "empty", "plain"}


def test_a_hostile_name_moves_nothing_and_drives_nothing() -> None:
    name = "\x1b]52;c;aGk=\x07\u202egnp\n[red]" + "x" * 90
    given = turn(Outcome.PROMPT_BLOCKED, prompt(name, True, severity="low"), prompt("hate", True, severity="high"))
    found = table(given, 60)
    assert not any(char in found for char in "\x1b\x07\u202e")
    assert "hate  ■■■  high  blocked" in found, "its column is no wider for that"


WORDS = st.text(st.characters(codec="utf-8"), max_size=30)
VERDICTS = st.builds(
    Verdict,
    st.sampled_from(["prompt", "answer"]),
    WORDS | st.sampled_from(["hate", "jailbreak", "custom_blocklists"]),
    st.sampled_from([True, False, None]),
    st.sampled_from([True, False, None]),
    st.sampled_from([None, "safe", "low", "medium", "high", "odd"]),
    st.none() | st.fixed_dictionaries({"score": st.floats()}) | st.fixed_dictionaries({"ids": st.lists(WORDS)}),
)


def test_an_empty_bar_goes_to_the_next_line_as_a_whole() -> None:
    blocked, safe = Verdict("prompt", "", True, True), Verdict("prompt", "", False, False, "safe")
    lines = filter_lines(turn(Outcome.COMPLETE, blocked, safe), 17)
    assert ["".join(piece for piece, _ in line) for line in lines[-2:]] == ["unnamed category", "□□□  safe"]


@examples(40)
@given(st.lists(VERDICTS, max_size=6), st.integers(14, 90), st.sampled_from(Outcome))
def test_no_line_is_wider_than_it_may_be_and_each_category_is_there(
    verdicts: list[Verdict], width: int, outcome: Outcome
) -> None:
    lines = filter_lines(turn(outcome, *verdicts), width)
    assert all(sum(cells_of(piece) for piece, _ in line) <= width for line in lines)
    assert text(lines).count("not checked") >= sum(verdict.blocked is None for verdict in verdicts)
