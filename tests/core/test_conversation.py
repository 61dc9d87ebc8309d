"""What is sent of a conversation, over any tree in any state."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.trees import answer, prompt, talk
from tests.support.sent import sent_messages
from tui_chat.core.conversation import Conversation, Node, Version
from tui_chat.core.message import Citation, Message, Outcome, Role, Timing, Turn, is_blank
from tui_chat.core.sent_messages import UNSENDABLE

WHEN = datetime(2026, 1, 2, tzinfo=UTC)


def turn(role: Role, text: str, outcome: Outcome | None = None, sent: bool | None = None) -> Turn:
    return Turn(role=role, text=text, created=WHEN, outcome=outcome, sent=sent)


def chain(*turns: Turn) -> Conversation:
    conversation = Conversation("c", WHEN)
    for number, value in enumerate(turns):
        conversation.add(Node(str(number), conversation.head, value))
    return conversation


def sent(*turns: Turn) -> list[tuple[str, str]]:
    return [(m.role, m.text) for m in sent_messages(chain(*turns))]


@pytest.mark.parametrize("outcome", [Outcome.COMPLETE, Outcome.STOPPED, Outcome.LENGTH, Outcome.INCOMPLETE, None])
def test_an_answer_with_text_goes_with_its_prompt(outcome: Outcome | None) -> None:
    assert sent(turn("user", "a"), turn("assistant", "b", outcome), turn("user", "c")) == [
        ("user", "a"),
        ("assistant", "b"),
        ("user", "c"),
    ]


LEFT_OUT = ("prompt_blocked", "answer_blocked", "refused", "empty", "failed")
"""Spelled out: a test against the rule's own constant would hold whatever stands in it."""


@pytest.mark.parametrize("outcome", [Outcome(word) for word in LEFT_OUT])
def test_a_rejected_or_failed_answer_takes_its_prompt_along(outcome: Outcome) -> None:
    assert sent(turn("user", "a"), turn("assistant", "b", outcome), turn("user", "c")) == [("user", "c")]


def test_an_answer_without_text_takes_its_prompt_along() -> None:
    assert sent(turn("user", "a"), turn("assistant", "", Outcome.STOPPED), turn("user", "c")) == [("user", "c")]


@pytest.mark.parametrize("text", [" ", "\n", "\t\r\n\u00a0\u2003", "\u200b", "\ufeff\n", "\x00"])
@pytest.mark.parametrize("outcome", [*sorted(Outcome), None])
@pytest.mark.parametrize("wanted", [None, True])
def test_a_blank_answer_is_left_out_with_its_prompt(text: str, outcome: Outcome | None, wanted: bool | None) -> None:
    assert sent(turn("user", "a"), turn("assistant", text, outcome, wanted), turn("user", "c")) == [("user", "c")]


def test_sources_are_never_sent_back() -> None:
    answer = replace(turn("assistant", "b", Outcome.COMPLETE), citations=(Citation("https://a.example/1", "First"),))
    assert sent_messages(chain(turn("user", "a"), answer)) == [Message("user", "a"), Message("assistant", "b")]


def test_the_user_can_leave_a_turn_out_and_take_it_back_in() -> None:
    answer = turn("assistant", "b", Outcome.ANSWER_BLOCKED, sent=True)
    assert sent(turn("user", "a"), answer, turn("user", "c"))[0] == ("user", "a")
    assert sent(turn("user", "a", sent=False), turn("assistant", "b"), turn("user", "c")) == [("user", "c")]


def test_every_other_outcome_is_sent() -> None:
    others = set(Outcome) - {Outcome(word) for word in LEFT_OUT}
    assert others == {Outcome.COMPLETE, Outcome.LENGTH, Outcome.INCOMPLETE, Outcome.STOPPED}


@pytest.mark.parametrize("which", [0, 1])
def test_one_part_of_a_continued_answer_that_is_left_out_takes_all_of_it_along(which: int) -> None:
    parts = [turn("assistant", text, Outcome.LENGTH, False if at == which else None) for at, text in enumerate("bc")]
    assert sent(turn("user", "a"), *parts, turn("user", "d")) == [("user", "d")]


def test_a_continued_answer_is_sent_as_one() -> None:
    path = (turn("user", "a"), turn("assistant", "b", Outcome.LENGTH), turn("assistant", "c"), turn("user", "d"))
    assert sent(*path) == [("user", "a"), ("assistant", "bc"), ("user", "d")]


def test_a_retry_sends_the_prompt_without_the_old_answer() -> None:
    conversation = chain(turn("user", "a"), turn("assistant", "b"))
    conversation.add(Node("again", "0", turn("assistant", "", None)))
    assert sent_messages(conversation, "0") == [Message("user", "a")]
    assert conversation.siblings("again") == ["1", "again"]
    assert conversation.leaf("0") == "again"


def test_a_turn_needs_its_parent_and_a_fresh_id() -> None:
    conversation = chain(turn("user", "a"))
    with pytest.raises(ValueError, match="already"):
        conversation.add(Node("0", None, turn("user", "b")))
    with pytest.raises(ValueError, match="unknown parent"):
        conversation.add(Node("x", "nowhere", turn("user", "b")))
    assert [n.id for n in conversation.path()] == ["0"]


@st.composite
def trees(draw: st.DrawFn) -> Conversation:
    """Any tree of turns in any state; each text says which turn it belongs to, so that what is sent can be told."""
    conversation = Conversation("c", WHEN)
    for number in range(draw(st.integers(0, 14))):
        parent = draw(st.sampled_from([None, *conversation.nodes]))
        role = draw(st.sampled_from(["user", "assistant", "assistant", "system"]))
        text = draw(st.sampled_from(["", f"<{number}>"]))
        outcome = draw(st.sampled_from([None, *Outcome])) if role == "assistant" else None
        value = turn(role, text, outcome, draw(st.sampled_from([None, None, True, False])))  # type: ignore[arg-type]
        conversation.add(Node(str(number), parent, value))
    return conversation


def expected(path: list[Node]) -> list[str]:
    """What is sent of the turns above an open prompt, said the other way round: exchange by exchange, from the end."""
    out: list[str] = []
    answers: list[Turn] = []
    for node in reversed(path):
        if node.turn.role == "assistant":
            answers.insert(0, node.turn)
        elif node.turn.role == "user":
            good = [a.text for a in answers if a.text and (a.sent or a.outcome not in UNSENDABLE)]
            refused = node.turn.sent is False or any(a.sent is False for a in answers)
            out[:0] = [node.turn.text, "".join(good)] if good and not refused else []
            answers = []
    return out


@given(trees(), st.data())
def test_whatever_the_tree_what_is_sent_alternates_and_holds_nothing_blocked(
    conversation: Conversation, data: st.DataObject
) -> None:
    parent = data.draw(st.sampled_from([None, *conversation.nodes]))
    above = [] if parent is None else conversation.path(parent)
    conversation.add(Node("prompt", parent, turn("user", "the prompt")))
    messages = sent_messages(conversation, "prompt")
    assert messages[-1] == Message("user", "the prompt")
    assert [m.role for m in messages] == ["user", "assistant"] * (len(messages) // 2) + ["user"]
    assert all(message.text for message in messages if message.role == "assistant")
    assert [message.text for message in messages[:-1]] == expected(above)
    said = " ".join(message.text for message in messages)
    for node in above:
        blocked = node.turn.outcome in (Outcome.PROMPT_BLOCKED, Outcome.ANSWER_BLOCKED)
        if node.turn.text and ((blocked and not node.turn.sent) or node.turn.sent is False):
            assert node.turn.text not in said


@given(trees())
def test_what_is_sent_of_any_branch_begins_with_a_prompt_and_alternates(conversation: Conversation) -> None:
    for head in conversation.nodes:
        roles = [message.role for message in sent_messages(conversation, head)]
        assert roles == (["user", "assistant"] * len(roles))[: len(roles)]
        if conversation.nodes[head].turn.role == "user":
            assert roles[-1:] == ["user"], "never empty after a prompt"


def test_turns_that_somebody_else_added_go_below_the_end_or_beside_what_is_shown() -> None:
    made = talk(("q", "a"))
    beside, below = Node("x", "p0", answer("x")), Node("y", "a0", prompt("y"))
    assert made.take_in([beside, below, Node("z", "y", answer("z")), Node("lost", "nowhere", answer("?"))]) == [
        below,
        made.nodes["z"],
    ]
    assert (made.head, [node.id for node in made.path()]) == ("z", ["p0", "a0", "y", "z"])
    assert made.siblings("a0") == ["a0", "x"]
    assert made.take_in([below]) == []


@pytest.mark.parametrize(
    ("sent_at", "shown", "elsewhere"),
    [
        (5.0, "mine", 2),  # while mine was being answered
        (5.0, "theirs", 1),
        (10.9, "mine", 2),  # before this program looked at the library again
        (60.0, "mine", 0),  # edited, and the older version is shown
        (60.0, "theirs", 0),  # edited, and the newer one is
    ],
)
def test_prompts_of_another_program_are_those_sent_while_an_answer_was_coming(
    sent_at: float, shown: str, elsewhere: int
) -> None:
    made = talk(("q", "a"))
    at = made.nodes["a0"].turn.created + timedelta(minutes=1)

    def add(name: str, parent: str, seconds: float) -> None:
        then = at + timedelta(seconds=seconds)
        made.add(Node(name, parent, Turn("user", name, then)))
        made.add(Node(f"{name}!", name, replace(answer(name), created=then, timing=Timing(100.0, 10_000.0))))

    add("mine", "a0", 0)
    add("theirs", "a0", sent_at)
    add("on", "theirs!", sent_at + 20)
    made.head = made.leaf(shown)
    assert made.prompts_elsewhere() == elsewhere


def test_what_is_blank_is_told_without_a_copy() -> None:
    for text, blank in (("", True), (" \n" * 2_000, True), (" " * 3_000 + "x", False), ("x" + " " * 3_000, False)):
        assert is_blank(text) is blank
    assert is_blank("\u3164\u2800 \uffa0\u115f\u1160")
    assert not is_blank("\u3164x")
    text = "word " * 2_000_000
    tracemalloc.start()
    try:
        assert not is_blank(text)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_versions_are_those_of_the_shown_path() -> None:
    conversation = chain(turn("user", "a"), turn("assistant", "b"), turn("user", "c"))
    assert conversation.versions() == {}
    conversation.add(Node("other", "0", turn("assistant", "b again")))
    conversation.add(Node("below", "other", turn("user", "d")))
    assert conversation.versions() == {"other": Version(2, 2)}
    conversation.head = "2"
    assert conversation.versions() == {"1": Version(1, 2)}
    assert [node.id for node in conversation.upward()] == ["2", "1", "0"]


def test_the_state_tells_that_something_has_changed() -> None:
    conversation = chain(turn("user", "a"), turn("assistant", "b"))
    states = [conversation.state]
    conversation.put("1", turn("assistant", "b and more"))
    states.append(conversation.state)
    conversation.take_in([Node("2", "0", turn("assistant", "another"))])
    states.append(conversation.state)
    conversation.head = "2"
    states.append(conversation.state)
    assert len(set(states)) == 4
