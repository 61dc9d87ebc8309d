"""Keywords work as they are written in the table, and ordinary prompts set nothing off."""

from __future__ import annotations

import pytest

from tui_chat.core.continuation import CONTINUE_PROMPT
from tui_chat.demo import scenarios
from tui_chat.demo.answers import answer
from tui_chat.demo.request import ReceivedRequest
from tui_chat.demo.scenarios import DEFAULT, SCENARIOS, Scenario, category, choose

WAYS = (
    "{}",
    "{}.",
    "  {}!  ",
    "show me {}",
    "Show {} please",
    "please try the {}",
    "Demo: {}",
    "{}: tell me about rivers",
    "{}\n\nand here comes a file\nwith two lines?",
    "a pasted page\nwith some lines\n\n{}",
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.keyword)
@pytest.mark.parametrize("way", WAYS)
def test_every_name_of_a_scenario_asks_for_it(scenario: Scenario, way: str) -> None:
    for name in (scenario.keyword, *scenario.also):
        assert choose(way.format(name)) is scenario
        assert choose(way.format(name.upper())) is scenario


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.keyword)
def test_every_phrase_is_found_in_a_short_line(scenario: Scenario) -> None:
    for phrase in scenario.phrases:
        words = phrase.split()
        assert choose(f"Now please {words[0]} the {' '.join(words[1:])} for me") is scenario


@pytest.mark.parametrize(
    ("prompt", "keyword"),
    [
        ("block this prompt", "block prompt"),
        ("Please block my prompt now, because I want to see the modal", "block prompt"),
        ("a blocked prompt", "block prompt"),
        ("block the prompt, self-harm", "block prompt"),
        ("hate: block prompt", "block prompt"),
        ("Block the answer", "block answer"),
        ("block answer jailbreak", "block answer"),
        ("withdraw the answer late", "withdraw answer"),
        ("Give me a long answer about rivers", "long answer"),
        ("help", "help"),
        ("What can you do?", "help"),
        ("Help me, please!", "help"),
        ("Who are you?", "help"),
        ("rate-limit", "rate limit"),
    ],
)
def test_natural_wordings(prompt: str, keyword: str) -> None:
    assert choose(prompt).keyword == keyword


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "   \n ",
        "Hello",
        "What is the capital of France? Answer in one sentence.",
        "And of Italy?",
        "What is a rate limit?",
        "Explain rate limits to a child",
        "Can you help me with my homework?",
        "help me write a letter",
        "I had my hair cut short today",
        "Why did the server error happen?",
        "What would you do to block the answer of a model?",
        "Describe reasoning models",
        "Which markdown features do you know?",
        "My car is slow.",
        "nothing",
        "violence",
        "How does Azure block a prompt? And an answer?",
        "This is a much longer line in which somebody explains how one can block the prompt of a user with a filter",
        "import x\nblock prompt\nthe middle of a file is no keyword",
        "漢字かな交じり文",
        "\ud800",
    ],
)
def test_ordinary_prompts_set_nothing_off(prompt: str) -> None:
    assert choose(prompt) is DEFAULT


def test_no_name_is_out_of_reach() -> None:
    """Words that matching takes away first must not be part of a name, and names must be told apart."""
    names = [name for s in SCENARIOS for name in (s.keyword, *s.also)]
    assert len(set(names)) == len(names)
    for name in [*names, *(phrase for s in SCENARIOS for phrase in s.phrases)]:
        assert not set(name.split()) & scenarios._FILLERS, name


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [("block prompt", "violence"), ("block prompt: self-harm", "self_harm"), ("Block the prompt, HATE", "hate")],
)
def test_the_category_is_the_one_that_is_named(prompt: str, expected: str) -> None:
    assert category(prompt) == expected


@pytest.mark.parametrize("prompt", ["long answer", "hello"])
@pytest.mark.parametrize("at", [20, 40, 150])
def test_an_answer_that_broke_off_is_continued(at: int, prompt: str) -> None:
    whole = answer(ReceivedRequest((("user", prompt),))).text
    asked = (("user", prompt), ("assistant", whole[:at]), ("user", CONTINUE_PROMPT))
    assert whole[:at] + answer(ReceivedRequest(asked)).text == whole


def test_what_is_cut_on_purpose_ends_when_it_is_continued() -> None:
    cut = answer(ReceivedRequest((("user", "cut short"),)))
    asked = (("user", "cut short"), ("assistant", cut.text), ("user", CONTINUE_PROMPT))
    rest = answer(ReceivedRequest(asked))
    assert rest.text.startswith(" ")
    assert rest.finish == "stop"
