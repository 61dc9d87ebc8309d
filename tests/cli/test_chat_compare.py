"""`/compare` of the linear mode: each variant is answered in turn, and one can be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.chatting import talk
from tests.scripted import ScriptedBackend, answered
from tui_chat.core import event as ev
from tui_chat.core.settings import Settings

ANSWERS = ["The Rhine.", "The Po.", "The Amazon."]


def scripts(*texts: str) -> list[list[ev.Event | Exception]]:
    return [answered(text) for text in texts]


def test_each_is_answered_under_its_head_and_a_number_keeps_one(tmp_path: Path) -> None:
    backend = ScriptedBackend(scripts(*ANSWERS, "Yes."))
    heard = talk(tmp_path, ["A river?", "/compare temperature 0.2 1", "2", "Really?"], backend, typed=True)
    assert [settings for _, settings in backend.asked[1:3]] == [Settings(temperature=0.2), Settings(temperature=1.0)]
    said = heard.out + heard.err
    for words in (
        "1 of 2: temperature 0.2",
        "2 of 2: temperature 1",
        "In all: 2 answers · no price set · ~",
        "A number from 1 to 2",
        "Kept: the",
    ):
        assert words in said
    assert [text for _, text in heard.texts] == ["A river?", "The Amazon.", "Really?", "Yes."]
    assert {node.turn.text for node in heard.kept[0].nodes.values()} >= {*ANSWERS}


def test_what_was_answered_before_is_read_out_and_not_asked_again(tmp_path: Path) -> None:
    backend = ScriptedBackend(scripts(*ANSWERS, "The Elbe."), name="it")
    lines = ["A river?", "/compare temperature 0.2 1", "", "/compare temperature 1 1.5", "1"]
    heard = talk(tmp_path, lines, backend, typed=True)
    assert [settings.temperature for _, settings in backend.asked] == [None, 0.2, 1.0, 1.5]
    assert "1 of 2: temperature 1, answered before, " in heard.out + heard.err
    assert (heard.out + heard.err).count("The Amazon.") == 2
    assert [text for _, text in heard.texts] == ["A river?", "The Amazon."]


def test_answers_that_are_there_are_read_out_and_one_is_kept(tmp_path: Path) -> None:
    backend = ScriptedBackend(scripts(*ANSWERS))
    lines = ["A river?", "/retry", "/set temperature 0.2", "/retry", "/compare versions 1 3", "1", "/compare versions"]
    heard = talk(tmp_path, lines, backend, typed=True)
    read = (heard.out + heard.err).partition("1 of 2: version 1, ")[2].partition("1 of 3: version 1, ")[0]
    assert "The Rhine." in read
    assert "2 of 2: version 3, temperature 0.2, " in read
    assert "The Amazon." in read
    assert "The Po." not in read
    assert [text for _, text in heard.texts] == ["A river?", "The Rhine."]
    assert len(backend.asked) == 3, "nothing is sent for it"


@pytest.mark.parametrize(
    ("said", "then", "texts"),
    [
        ("", [], ["A river?", "The Rhine."]),
        ("Really?", ["Yes."], ["A river?", "The Rhine.", "Really?", "Yes."]),
        ("/compare keep 1", [], ["A river?", "The Po."]),
        ("7", [], ["A river?", "The Rhine."]),
    ],
)
def test_what_is_no_number_keeps_none_and_is_not_lost(
    tmp_path: Path, said: str, then: list[str], texts: list[str]
) -> None:
    lines = ["A river?", "/compare temperature 0.2 1", said]
    heard = talk(tmp_path, lines, ScriptedBackend(scripts(*ANSWERS, *then)), typed=True)
    assert [text for _, text in heard.texts] == texts


def test_a_pipe_is_told_how_and_its_next_line_is_a_prompt(tmp_path: Path) -> None:
    lines = ["A river?", "/compare temperature 0.2 1", "/compare keep 1", "2"]
    heard = talk(tmp_path, lines, ScriptedBackend(scripts(*ANSWERS, "Two.")))
    assert "/compare keep NUMBER, from 1 to 2, continues with one." in heard.err
    assert [text for _, text in heard.texts] == ["A river?", "The Po.", "2", "Two."]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/compare", "/compare NAME VALUE VALUE…"),
        ("/compare temperature 0 9", "expected a number from 0 to 2, or none; found 9. Nothing was sent."),
        ("/compare model a b", "is built in and has one model"),
        ("/compare keep 1", "There are no answers of a comparison"),
        ("/compare versions", "There are no versions to compare yet"),
    ],
)
def test_what_cannot_be_compared_is_said_and_nothing_is_sent(tmp_path: Path, line: str, words: str) -> None:
    backend = ScriptedBackend(scripts("The Rhine."))
    heard = talk(tmp_path, ["A river?", line], backend)
    assert words in heard.err
    assert len(backend.asked) == 1
    assert "There is no prompt to compare" in talk(tmp_path / "new", ["/compare seed 1 2"]).err
