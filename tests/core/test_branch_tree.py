"""The branches of a conversation as the lines of a tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import settings as examples

from tests.store.trees import answer, conversations, prompt, talk
from tui_chat.core.branch_tree import tree_lines
from tui_chat.core.conversation import Conversation, Node


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


def test_a_tree_of_any_depth_is_drawn() -> None:
    deep = talk(*[(f"q{n}", "a") for n in range(2000)])
    for n in range(50):
        deep.add(Node(f"other{n}", f"p{n}", answer("b")))
    assert len(tree_lines(deep)) == 4050
    assert max(len(line.guide) for line in tree_lines(deep)) < 40
    assert tree_lines(talk()) == []


@examples(max_examples=50, deadline=None)
@given(conversations())
def test_every_turn_has_one_line(conversation: Conversation) -> None:
    assert sorted(line.node.id for line in tree_lines(conversation)) == sorted(conversation.nodes)
