"""The user's word on what is sent: in the conversation, in the library, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.test_conversation import chain, turn
from tests.store.faults import full
from tests.support.sent import sent_messages
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome
from tui_chat.engine.excluded_messages import goes_out, may_go_out, send
from tui_chat.engine.unsaved_writes import UnsavedWrites
from tui_chat.store.library import Library


def texts(conversation: Conversation) -> list[str]:
    return [message.text for message in sent_messages(conversation)]


@pytest.mark.parametrize(
    ("outcome", "by_rule"), [(Outcome.COMPLETE, True), (Outcome.STOPPED, True), (Outcome.ANSWER_BLOCKED, False)]
)
async def test_an_answer_is_left_out_and_taken_back_in(tmp_path: Path, outcome: Outcome, by_rule: bool) -> None:
    conversation = chain(turn("user", "a"), turn("assistant", "b", outcome), turn("user", "c"))
    library = Library(tmp_path)
    await library.open()
    await library.create(conversation)
    assert goes_out(conversation, "1") is by_rule
    unsaved = UnsavedWrites(library)
    for wanted in (not by_rule, by_rule, not by_rule):
        send(unsaved, conversation, "1", wanted)
        assert goes_out(conversation, "1") is wanted
        assert texts(conversation) == (["a", "b", "c"] if wanted else ["c"])
        assert conversation.nodes["1"].turn.sent is (None if wanted is by_rule else wanted)
        assert (await library.load("c")).nodes["1"].turn == conversation.nodes["1"].turn
    await library.close()


async def test_a_prompt_that_was_left_out_comes_back_with_its_answer(tmp_path: Path) -> None:
    conversation = chain(turn("user", "a", sent=False), turn("assistant", "b"), turn("user", "c"))
    library = Library(tmp_path)
    await library.open()
    await library.create(conversation)
    assert not goes_out(conversation, "1")
    send(UnsavedWrites(library), conversation, "1", True)
    assert texts(conversation) == ["a", "b", "c"]
    assert [node.turn.sent for node in (await library.load("c")).path()] == [None, None, None]
    await library.close()


def test_what_the_word_makes_no_difference_for() -> None:
    conversation = chain(turn("user", "a"), turn("assistant", "", Outcome.PROMPT_BLOCKED), turn("user", "b"))
    assert not may_go_out(conversation, "1")
    assert not may_go_out(conversation, "0")
    assert not goes_out(conversation, "2"), "an open prompt is sent, but it is no answer"
    orphan = chain(turn("assistant", "hello"))
    assert not may_go_out(orphan, "0")
    assert orphan.last_prompt("0") is None


async def test_a_word_that_cannot_be_kept_holds_for_this_run_and_is_kept_later(tmp_path: Path) -> None:
    conversation = chain(turn("user", "a", sent=False), turn("assistant", "b", sent=False), turn("user", "c"))
    library = Library(tmp_path)
    await library.open()
    await library.create(conversation)
    unsaved = UnsavedWrites(library)
    with full(tmp_path):
        send(unsaved, conversation, "1", True)
        await unsaved.settled()
        assert goes_out(conversation, "1")
        assert unsaved.problem() is not None
        assert [node.turn.sent for node in (await library.load("c")).path()] == [False, False, None]
    assert await unsaved.flush() == ()
    assert [node.turn.sent for node in (await library.load("c")).path()] == [None, None, None], "both, or none"
    await library.close()
