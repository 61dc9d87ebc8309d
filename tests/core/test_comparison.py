"""How a comparison is typed, and what its answers are told apart by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tui_chat.core.comparison import (
    COMPARABLE,
    Choices,
    Variant,
    distinct,
    example,
    heads,
    is_answer_to,
    newest,
    read_comparison,
    read_versions,
    shared,
    version_heads,
)
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.settings import Settings

BASE = Variant(Settings(temperature=0.7, max_tokens=200), "azure")
CHOICES = Choices(
    BASE,
    ("azure", "mistral", "demo"),
    {"precise": Settings(temperature=0.1), "wild": Settings(temperature=1.5, top_p=1.0)},
    ("mistral-large", "mistral-small"),
    ("demo",),
)


def settings(**values: object) -> Variant:
    return Variant(Settings(**{"temperature": 0.7, "max_tokens": 200} | values), "azure")  # type: ignore[arg-type]


BODY5, BODY9 = (settings(extra_body=body) for body in ('{"top_k": 5}', '{"top_k": 9, "a": [1]}'))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("temperature 0 0.5 1.0", [settings(temperature=value) for value in (0.0, 0.5, 1.0)]),
        ("temperature=0,1", [settings(temperature=value) for value in (0.0, 1.0)]),
        ("Temperature none 1", [settings(temperature=value) for value in (None, 1.0)]),
        ("max-tokens 64, 128", [settings(max_tokens=value) for value in (64, 128)]),
        ("seed 1 2 3 4", [settings(seed=value) for value in (1, 2, 3, 4)]),
        ('system none "Be brief."', [settings(), settings(system="Be brief.")]),
        ('stop ["a", "b"] none', [settings(stop=("a", "b")), settings()]),
        ('extra_body {"top_k": 5} {"top_k": 9, "a": [1]}', [BODY5, BODY9]),
        ('extra_body none {"top_k": 5}', [settings(), BODY5]),
        ("stop none ###", [settings(), settings(stop=("###",))]),
        ("safe_prompt on off", [settings(safe_prompt=True), settings(safe_prompt=False)]),
        ("preset precise wild", [settings(temperature=0.1), settings(temperature=1.5, top_p=1.0)]),
        ("endpoint azure mistral", [Variant(BASE.settings, "azure"), Variant(BASE.settings, "mistral")]),
        ("endpoint azure/a mistral/b/c", [replace(BASE, model="a"), Variant(BASE.settings, "mistral", "b/c")]),
        ("model x/a y:b", [Variant(BASE.settings, "azure", "x/a"), Variant(BASE.settings, "azure", "y:b")]),
    ],
)
def test_a_sweep_is_one_line(typed: str, expected: list[Variant]) -> None:
    assert read_comparison(typed, CHOICES) == tuple(expected)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "There is nothing to compare by the name"),
        ("nothing 1 2", "model, endpoint, preset, versions."),
        ("0.2 1", "put the setting before its values, as in /compare temperature 0.2 1."),
        ("temprature 0 1", "did you mean temperature?"),
        ("temp 0 1", "did you mean temperature?"),
        ("temperature", "expected two to four values, such as /compare temperature 0.2 1"),
        ("model a", "expected two to four values, such as /compare model mistral-large mistral-small."),
        ("temperature 0.5", "expected two to four values"),
        ("temperature 0 1 2 0.5 0.7", "5 values are more than fit"),
        ("temperature 0 hot", "temperature: expected a number from 0 to 2, or none; found hot."),
        ("temperature 0 7", "expected a number from 0 to 2"),
        ("temperature 0.5 0.50", "0.50 is there twice"),
        ("max_tokens 0 5", "expected a whole number from 1"),
        ('system "Be brief', "a quotation mark is open"),
        ('extra_body none {"top_k": 5', "extra_body: expected"),
        ("endpoint azure nowhere", "There is no endpoint nowhere"),
        ("endpoint azure mistrl", "did you mean mistral?"),
        ("endpoint azure nowhere/a", "There is no endpoint nowhere"),
        ("endpoint azure demo/a", "The endpoint demo is built in and has one model."),
        ("endpoint azure mistral/sk-proj-abcdefghijklmnop0123456789", "looks like a key"),
        ("preset precise none", "There is no preset none"),
        ("model a sk-proj-abcdefghijklmnop0123456789", "looks like a key"),
    ],
)
def test_what_is_wrong_is_said(typed: str, said: str) -> None:
    sentence = read_comparison(typed, CHOICES)
    assert isinstance(sentence, str)
    assert said in sentence


def test_a_built_in_endpoint_has_one_model() -> None:
    said = read_comparison("model a b", Choices(Variant(Settings(), "demo"), ("demo",), fixed=("demo",)))
    assert said == "The endpoint demo is built in and has one model. /compare endpoint takes others."


@pytest.mark.parametrize("name", COMPARABLE)
def test_every_example_is_a_comparison(name: str) -> None:
    assert isinstance(read_comparison(f"{name} {example(name, CHOICES)}", CHOICES), tuple)


def test_where_nothing_is_known_there_is_no_example() -> None:
    nothing = Choices(BASE, ("azure",))
    assert read_comparison("model a", nothing) == "/compare model: expected two to four values."
    assert [example(name, nothing) for name in ("model", "endpoint", "preset")] == ["", "", ""]


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ([settings(temperature=0.2), settings(temperature=1.0)], ("temperature 0.2", "temperature 1")),
        ([settings(temperature=None), settings()], ("temperature not sent", "temperature 0.7")),
        (
            [settings(temperature=0.1), settings(temperature=1.5, top_p=1.0)],
            ("temperature 0.1 · top_p not sent", "temperature 1.5 · top_p 1"),
        ),
        ([Variant(Settings(), "a", "m1"), Variant(Settings(), "a", "m2")], ("m1", "m2")),
        ([Variant(Settings(), "a", "m1"), Variant(Settings(), "b", "m2")], ("a", "b")),
        (
            [Variant(Settings(), "a", "m1"), Variant(Settings(), "a", "m2"), Variant(Settings(), "b", "m1")],
            ("m1 · a", "m2 · a", "m1 · b"),
        ),
        ([Variant(Settings(), "a", "m1"), Variant(Settings(), "a")], ("1", "2")),
        ([settings(), settings()], ("1", "2")),
        ([settings(), settings(), settings(seed=1)], ("1 · seed not sent", "2 · seed not sent", "3 · seed 1")),
    ],
)
def test_an_answer_is_headed_by_what_differs(variants: list[Variant], expected: tuple[str, ...]) -> None:
    assert heads(variants) == expected


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ([settings(temperature=0.2), settings(temperature=1.0)], "azure · max 200"),
        ([Variant(Settings(), "a", "m1"), Variant(Settings(), "a", "m2")], "a"),
        ([Variant(Settings(seed=1), "a", "m1"), Variant(Settings(seed=1), "b", "m1")], "m1 · seed 1"),
        ([Variant(Settings(seed=1), "demo", "demo"), Variant(Settings(seed=2), "demo", "demo")], "demo"),
    ],
)
def test_what_all_have_in_common_is_said_once(variants: list[Variant], expected: str) -> None:
    assert shared(variants) == expected


SIX, EDITED = tuple("123456"), ("1.1", "1.2", "2")


@pytest.mark.parametrize(
    ("typed", "names", "numbers", "problem"),
    [
        ("versions", SIX, (), ""),
        ("Versions 6, 1 3", SIX, (6, 1, 3), ""),
        ("versions 2 1.2", EDITED, (3, 2), ""),
        ("versions", "1", (), "There are no versions to compare yet: this prompt was answered once at most, and not"),
        ("versions 06 1", SIX, (1,), "There is no version 06. There are 1 to 6."),
        ("versions 1", SIX, (1,), "One more number, from 1 to 6"),
        ("versions 0 2", SIX, (2,), "There is no version 0. There are 1 to 6."),
        ("versions 1 2", EDITED, (3,), "There is no version 1. There are 1.1, 1.2, 2."),
        ("versions 2 2", SIX, (2, 2), "Version 2 is there twice"),
        ("versions 2 x", SIX, (2,), "There is no version x. There are 1 to 6."),
        ("versions 1 2 3 4 5", SIX, (1, 2, 3, 4, 5), "5 versions are more than fit"),
    ],
)
def test_versions_are_chosen_by_their_names(
    typed: str, names: Sequence[str], numbers: tuple[int, ...], problem: str
) -> None:
    found = read_versions(typed, names)
    assert found is not None
    assert found.numbers == numbers
    assert found.problem.startswith(problem)
    assert bool(found.problem) == bool(problem)
    assert read_versions("temperature 0 1", names) is None


NOON = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)
ALIKE = "You are a geographer who has seen every river of the world."


def turn(back: timedelta, model: str = "small", **values: float | str) -> Turn:
    return Turn("assistant", "A.", NOON - back, settings=Settings(**values), model=model, endpoint="azure")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([turn(timedelta(minutes=2)), turn(timedelta(minutes=1))], ["11:58", "11:59"]),
        ([turn(timedelta(seconds=2)), turn(timedelta(seconds=1))], ["11:59:58", "11:59:59"]),
        ([turn(timedelta(days=1)), turn(timedelta())], ["Tue 12:00", "12:00"]),
        (
            [turn(timedelta(1), temperature=0.2), turn(timedelta())],
            ["temperature 0.2 · Tue 12:00", "temperature not sent · 12:00"],
        ),
        ([turn(timedelta(1), "large"), turn(timedelta())], ["large · Tue 12:00", "small · 12:00"]),
        (
            [turn(timedelta(1), system=f"{ALIKE} Be brief."), turn(timedelta(), system=f"{ALIKE} Be kind.")],
            ["system …brief. · Tue 12:00", "system …kind. · 12:00"],
        ),
    ],
)
def test_answers_are_told_apart_by_what_made_them_and_when(turns: list[Turn], expected: list[str]) -> None:
    assert list(version_heads(turns, NOON)) == expected


def test_versions_without_text_are_not_proposed_where_two_have_some() -> None:
    told, failed = turn(timedelta()), replace(turn(timedelta()), text="")
    cases: list[list[Turn]] = [[failed, told, told], [told, told, failed], [failed, told], [told], []]
    assert [newest(turns, 2) for turns in cases] == [[2, 3], [1, 2], [1, 2], [1], []]
    assert newest([told, failed, told, told, told], 4) == [1, 3, 4, 5]


ASKED = Variant(Settings(temperature=0.2), "azure")


@pytest.mark.parametrize(
    ("asked", "model", "changes", "same"),
    [
        (ASKED, "small", {}, True),
        (ASKED, None, {}, True),
        (ASKED, "small", {"model": "small-2024-08-06"}, True),
        (ASKED, "small", {"model": "small-code"}, False),
        (ASKED, "large", {}, False),
        (ASKED, "small", {"model": None}, False),
        (replace(ASKED, model="large"), "small", {}, False),
        (replace(ASKED, model="large"), "small", {"model": "large"}, True),
        (replace(ASKED, endpoint="demo"), "small", {}, False),
        (replace(ASKED, settings=Settings()), "small", {}, False),
        (ASKED, "small", {"outcome": Outcome.LENGTH}, True),
        (ASKED, "small", {"outcome": Outcome.STOPPED}, False),
        (ASKED, "small", {"outcome": Outcome.ANSWER_BLOCKED}, False),
        (ASKED, "small", {"text": ""}, False),
        (ASKED, "small", {"settings": None}, False),
    ],
)
def test_an_answer_counts_as_the_one_asked_for_if_all_was_the_same_and_it_is_whole(
    asked: Variant, model: str | None, changes: dict[str, Any], same: bool
) -> None:
    there = replace(turn(timedelta(), temperature=0.2), **{"outcome": Outcome.COMPLETE, **changes})
    assert is_answer_to(asked, there, model) is same


def test_what_texts_begin_with_alike_is_cut_off_where_it_is_long() -> None:
    start = "How would I write an iterator class"
    assert distinct([f"{start} with a test?", f"{start}, in short?"]) == ["…class with a test?", "…class, in short?"]
    assert distinct([start, start]) == [start, start]
    assert distinct(["Name one.", "Name two."]) == ["Name one.", "Name two."]
