"""Notices and marks on messages, without a screen."""

from __future__ import annotations

import pytest

from tests.ui.transcript.harness import answer, path, user
from tests.ui.transcript.parts import Parts
from tui_chat.core.conversation import Node, Version
from tui_chat.core.message import Outcome
from tui_chat.core.settings import Settings

NODES = path(user("first"), answer("one"), user("second"), answer("two"))


def test_a_notice_is_there_once_and_an_unknown_message_has_none() -> None:
    parts = Parts(NODES)
    for _ in range(2):
        parts.entries.notice("sent without seed", after="n1")
    assert parts.entries["n1"].notices == ("sent without seed",)
    before = parts.pictures
    parts.entries.notice("lost", after="unknown")
    assert parts.pictures == before
    assert sum("sent without seed" in text for text in parts.texts()) == 1


def test_the_moving_mark_is_in_one_place() -> None:
    parts = Parts(NODES)
    for after in ("n1", "n3", "n1"):
        parts.entries.mark("sent from here", after)
        assert [entry.id for entry in parts.viewport.entries if entry.notices] == [after]
    parts.entries.mark("", None)
    assert not any(entry.notices for entry in parts.viewport.entries)


def test_unsaved_messages_stay_marked_when_they_are_shown_again() -> None:
    parts = Parts(NODES)
    parts.entries.mark_unsaved({"n3"})
    parts.entries.fill(parts.entries.prepared(NODES))
    assert [entry.id for entry in parts.viewport.entries if entry.unsaved] == ["n3"]
    parts.entries.mark_unsaved(set())
    assert not any(entry.unsaved for entry in parts.viewport.entries)


def test_only_what_changes_is_painted() -> None:
    parts = Parts(NODES)
    before = parts.pictures
    parts.entries.mark_unsaved(set())
    parts.entries.mark_versions({})
    parts.entries.mark("", None)
    assert parts.pictures == before
    parts.entries.mark_versions({"n1": Version(1, 2)})
    assert parts.pictures == before + 1
    assert parts.entries["n1"].version == Version(1, 2)


@pytest.mark.parametrize(
    ("versions", "turned"),
    [({}, ""), ({"n3"}, "n3"), ({"n2"}, "n2"), ({"n2", "n3"}, "n3"), ({"n0", "n1"}, "")],
)
def test_the_keys_for_versions_stand_at_the_message_that_they_turn(versions: set[str], turned: str) -> None:
    parts = Parts(NODES)
    parts.entries.mark_versions(dict.fromkeys(versions, Version(2, 2)))
    assert "".join(entry.id for entry in parts.viewport.entries if entry.turns_by_key) == turned
    parts.entries.fill(parts.entries.prepared(NODES, dict.fromkeys(versions, Version(2, 2))))
    assert "".join(entry.id for entry in parts.viewport.entries if entry.turns_by_key) == turned
    parts.entries.add(Node("p", "n3", user("third")))
    assert not any(entry.turns_by_key for entry in parts.viewport.entries)


def test_a_prompt_is_marked_as_not_sent_once_its_answer_is_rejected() -> None:
    parts = Parts(path(user("Go"), answer("", outcome=None)))
    parts.entries.change("n1", answer("", outcome=Outcome.PROMPT_BLOCKED))
    assert parts.entries["n0"].unsent
    parts.entries.change("n1", answer("fine"))
    assert not parts.entries["n0"].unsent


def test_another_model_is_noted_above_its_prompt_once_it_is_known() -> None:
    warm, cool = Settings(temperature=1.0), Settings(temperature=0.2)
    parts = Parts(path(user("a"), answer("1", model="large", settings=warm)))
    parts.entries.add(Node("p", "n1", user("b")))
    parts.entries.add(Node("a", "p", answer("", model=None, outcome=None, settings=cool)))
    assert parts.entries["n1"].notices == ("temperature 1 → 0.2",)
    parts.entries.change("a", answer("2", model="small", settings=cool))
    assert parts.entries["n1"].notices == ("large → small · temperature 1 → 0.2",)
    parts.entries.fill(parts.entries.prepared(path(*(entry.turn for entry in parts.viewport.entries))))
    assert parts.entries["n1"].notices == ("large → small · temperature 1 → 0.2",)


@pytest.mark.parametrize(("said", "outcome"), [("demo", Outcome.COMPLETE), (None, Outcome.PROMPT_BLOCKED)])
def test_another_endpoint_is_noted_in_the_same_words_from_sending_to_the_end_and_later(
    said: str | None, outcome: Outcome
) -> None:
    settings = Settings()
    there = answer("1", model="mistral-large-2407", endpoint="work", settings=settings)
    parts = Parts(path(user("a"), there))
    parts.entries.add(Node("p", "n1", user("b")))
    parts.entries.add(Node("a", "p", answer("", model=None, endpoint="demo", outcome=None, settings=settings)))
    assert parts.entries["n1"].notices == ("work → demo",)
    parts.entries.change("a", answer("2", model=said, endpoint="demo", outcome=outcome, settings=settings))
    assert parts.entries["n1"].notices == ("work → demo",)
    parts.entries.fill(parts.entries.prepared(path(*(entry.turn for entry in parts.viewport.entries))))
    assert parts.entries["n1"].notices == ("work → demo",)


def test_view_options_are_kept_for_the_next_time() -> None:
    parts = Parts(NODES)
    parts.entries.see("n1", raw=True)
    parts.entries.fill(parts.entries.prepared(path(user("another"))))
    assert "n1" not in parts.entries
    with pytest.raises(KeyError):
        parts.entries["n1"]
    parts.entries.fill(parts.entries.prepared(NODES))
    assert parts.entries["n1"].view.raw


def test_keys_differ_from_those_of_messages_added_since_they_were_prepared() -> None:
    parts = Parts(NODES)
    prepared = parts.entries.prepared(NODES)
    parts.entries.add(Node("late", "n3", user("late")))
    late = parts.entries["late"].key
    parts.entries.fill(prepared)
    assert late not in [entry.key for entry in parts.viewport.entries]
    assert parts.viewport.position(parts.entries["n2"].key) == 2
