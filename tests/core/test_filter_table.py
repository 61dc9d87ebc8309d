"""The verdicts of a conversation as rows, and what they come to."""

from __future__ import annotations

from dataclasses import replace

from tests.core.test_conversation import WHEN, chain, turn
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.filter_table import FilterRow, Total, rows, totals
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.verdict import Verdict

HATE = Verdict("prompt", "hate", blocked=False, severity="safe")
HARM = Verdict("answer", "violence", blocked=True, severity="medium")
MILD = Verdict("answer", "violence", blocked=False, severity="low")
ODD = Verdict("answer", "violence", blocked=False, severity="dreadful")


def judged(*verdicts: Verdict, outcome: Outcome = Outcome.COMPLETE, **more: object) -> Turn:
    return replace(turn("assistant", "text", outcome), verdicts=verdicts, **more)  # type: ignore[arg-type]


def short(row: FilterRow) -> tuple[int, str, str | None, str]:
    return row.turn, row.source, row.category, row.finding


def test_rows_are_counted_by_prompt_and_say_what_was_found() -> None:
    conversation = chain(
        turn("user", "a"), judged(HATE, MILD),
        turn("user", "b"), judged(HARM, outcome=Outcome.ANSWER_BLOCKED),
        turn("user", "c"), judged(outcome=Outcome.PROMPT_BLOCKED),
        turn("user", "d"), judged(HATE, outcome=Outcome.PROMPT_BLOCKED),
        turn("user", "e"), judged(not_run="answer"),
        turn("user", "f"), judged(),
    )  # fmt: skip
    assert [short(row) for row in rows(conversation)] == [
        (1, "prompt", "hate", "passed"),
        (1, "answer", "violence", "detected"),
        (2, "answer", "violence", "blocked"),
        (3, "prompt", None, "blocked"),
        (4, "prompt", "hate", "passed"),
        (4, "prompt", None, "blocked"),
        (5, "answer", None, "not_checked"),
    ]
    assert all(row.shown and row.when == WHEN for row in rows(conversation))


def test_other_branches_are_there_and_told_apart() -> None:
    conversation = chain(turn("user", "a"), judged(MILD), turn("user", "b"), judged(MILD))
    conversation.add(Node("again", "0", judged(HARM)))
    assert [(row.turn, row.turn_id, row.shown) for row in rows(conversation)] == [
        (1, "1", False),
        (1, "again", True),
        (2, "3", False),
    ]


def test_totals() -> None:
    table = rows(
        chain(
            turn("user", "a"), judged(MILD, HATE, not_run="prompt"),
            turn("user", "b"), judged(HARM, HATE),
            turn("user", "c"), judged(ODD),
        )
    )  # fmt: skip
    sums = totals(table)
    assert (sums.answers, sums.blocked, sums.detected, sums.unchecked) == (3, 1, 2, 1)
    assert sums.by_category == (
        Total("prompt", "hate", 0, 0, 2, 0, "safe"),
        Total("prompt", None, 0, 0, 0, 1, None),
        Total("answer", "violence", 1, 2, 0, 0, "medium"),
    )
    assert totals([]).by_category == ()


def test_a_conversation_of_many_thousand_turns() -> None:
    conversation = Conversation("c", WHEN)
    for number in range(10_000):
        value = turn("user", "a") if number % 2 == 0 else judged(MILD)
        conversation.add(Node(str(number), conversation.head, value))
    assert [row.turn for row in rows(conversation)] == list(range(1, 5001))
