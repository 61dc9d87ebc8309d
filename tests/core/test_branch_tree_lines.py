"""The branches of a conversation as the lines of a tree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.store.trees import answer, conversations, prompt, talk
from tests.support.pictures import png
from tests.support.thorough import examples
from tui_chat.core.attachment import attachment
from tui_chat.core.branch_tree_lines import tree_lines
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Turn
from tui_chat.core.outcome_wording import said


def test_only_a_fork_indents_and_the_path_is_marked() -> None:
    found = talk(("one", "1"), ("two", "2"), ("three", "3"))
    found.add(Node("other", "p1", answer("2b")))
    found.add(Node("edited", "a0", prompt("two, edited")))
    found.head = "a2"
    lines = [(line.guide, line.node.turn.text, line.shown, line.version) for line in tree_lines(found)]
    assert lines == [
        ("", "one", True, None),
        ("", "1", True, None),
        ("├ ", "two", True, (1, 2)),
        ("│ ├ ", "2", True, (1, 2)),
        ("│ │ ", "three", True, None),
        ("│ │ ", "3", True, None),
        ("│ └ ", "2b", False, (2, 2)),
        ("└ ", "two, edited", False, (2, 2)),
    ]


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (answer("Yes."), "Yes."),
        (answer(" ", outcome=Outcome.PROMPT_BLOCKED), "the content filter blocked the prompt"),
        (answer("Half of", outcome=Outcome.ANSWER_BLOCKED), "Half of"),
        (
            replace(answer("Half of", outcome=Outcome.ANSWER_BLOCKED), withdrawn=True),
            "the content filter blocked the answer",
        ),
        (answer("", outcome=Outcome.STOPPED), "stopped before the first word"),
        (replace(answer("", outcome=Outcome.REFUSED), refusal="I would rather not."), "I would rather not."),
        (
            replace(answer("", outcome=Outcome.FAILED), error=ServerError(ErrorKind.SERVER, "Out of order.")),
            "Out of order.",
        ),
        (answer("", outcome=Outcome.EMPTY), "no text"),
        (replace(prompt(""), attachments=(attachment("owl.png", "image/png", 1, png(8, 8)),)), "@owl.png"),
    ],
)
def test_a_turn_without_text_says_what_happened(turn: Turn, words: str) -> None:
    assert said(turn) == words


def test_a_tree_of_any_depth_is_drawn() -> None:
    deep = talk(*[(f"q{n}", "a") for n in range(2000)])
    for n in range(50):
        deep.add(Node(f"other{n}", f"p{n}", answer("b")))
    assert len(tree_lines(deep)) == 4050
    assert max(len(line.guide) for line in tree_lines(deep)) < 40
    assert tree_lines(talk()) == []


@examples(50)
@given(conversations())
def test_every_turn_has_one_line(conversation: Conversation) -> None:
    assert sorted(line.node.id for line in tree_lines(conversation)) == sorted(conversation.nodes)
