"""Thinking that a model writes into its text, in every way that servers pass on, at every cut."""

from __future__ import annotations

import random

import pytest

from tui_chat.core import event as ev
from tui_chat.core.reply import Reply
from tui_chat.wire import think_tags
from tui_chat.wire.choice_decoder import ChoiceDecoder
from tui_chat.wire.harmony import Harmony
from tui_chat.wire.think_tags import PAIRS, ThinkTagSplitter

# (name, text as the server sends it, thinking, answer)
TAGGED = [
    *((f"pair {start}", f"{start}\nhm{end}\n\nHi", "hm", "Hi") for start, end in PAIRS.items()),
    ("nothing thought", "<think>\n\n</think>\n\nHi", "", "Hi"),
    ("closed at once", "</think>\n\nHi", "", "Hi"),
    ("closed at once after a line", "\n</think>Hi", "", "Hi"),
    ("never opened", "Greet them.\n</think>\n\nHi", "Greet them.", "Hi"),
    ("never opened, on one line", "Greet them.</think>Hi", "Greet them.", "Hi"),
    ("never opened, Mistral", "Greet them.[/THINK]Hi", "Greet them.", "Hi"),
    ("never opened, nothing after", "Greet them.\n</think>", "Greet them.", ""),
    ("two closings", "a</think>b</think>c", "a", "b</think>c"),
    ("thinking with code before", "Use `x`:\n```py\ny\n```\ndone</think>Hi", "Use `x`:\n```py\ny\n```\ndone", "Hi"),
    ("a backtick on an earlier line", "a ` b\nc</think>Hi", "a ` b\nc", "Hi"),
    ("half a tag is text", "1 < 2 </thin", "", "1 < 2 </thin"),
    ("a tag inside a span", "Write `</think>` to end it.", "", "Write `</think>` to end it."),
    ("a tag inside a long span", "``a ` </think>`` ok", "", "``a ` </think>`` ok"),
    ("a tag inside a fence", "So:\n```xml\n<b>\n</think>\n```\nok", "", "So:\n```xml\n<b>\n</think>\n```\nok"),
    ("a tag inside a tilde fence", "~~~\n</think>\n~~~", "", "~~~\n</think>\n~~~"),
    ("a tag inside a fence in a list", "- x\n\n  ```\n  </think>\n  ```", "", "- x\n\n  ```\n  </think>\n  ```"),
    ("a tag in indented code", "So:\n\n    <b>\n    </think>\n\nok", "", "So:\n\n    <b>\n    </think>\n\nok"),
    ("a tag in an answer of indented code", "\tx = `\n\t</think>\nok", "", "\tx = `\n\t</think>\nok"),
    ("thinking below an item", "1. a\n\n    b\n\n    c</think>Hi", "1. a\n\n    b\n\n    c", "Hi"),
    ("an indented line of thinking", "a\n    b</think>Hi", "a\n    b", "Hi"),
    ("an inner fence does not close", "````\n```\n</think>\n````", "", "````\n```\n</think>\n````"),
    ("a pair further on is text", "Then <think>a</think> b", "", "Then <think>a</think> b"),
    ("harmony", "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Hi", "hm", "Hi"),
    ("harmony from its start", "<|start|>assistant<|channel|>final<|message|>Hi<|return|>", "", "Hi"),
    (
        "harmony with a preamble",
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>Wait.<|end|>"
        "<|start|>assistant<|channel|>analysis<|message|>b<|end|><|start|>assistant<|channel|>final<|message|>Hi",
        "a\n\nb",
        "Wait.\n\nHi",
    ),
    ("harmony inside of an answer", "Write <|channel|>final<|message|>.", "", "Write <|channel|>final<|message|>."),
    (
        "harmony in the code of an answer",
        "<|channel|>analysis<|message|>a ` b<|end|><|start|>assistant<|channel|>final<|message|>Write `<|channel|>`:\n"
        "```\n<|channel|>analysis<|message|>x<|end|><|return|>\n```\nok<|return|>",
        "a ` b",
        "Write `<|channel|>`:\n```\n<|channel|>analysis<|message|>x<|end|><|return|>\n```\nok",
    ),
    ("harmony that ends within code", "<|channel|>final<|message|>```\nx<|return|>", "", "```\nx"),
    ("harmony without its markers", "analysisGreet them.assistantfinalHi", "Greet them.", "Hi"),
    ("the word analysis", "analysis: it is fine", "", "analysis: it is fine"),
    ("the words alone", "The assistantfinal token", "", "The assistantfinal token"),
    (
        "an answer between marks of its own",
        "<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>Hi <|b<|END_RESPONSE|>",
        "hm",
        "Hi <|b",
    ),
    (
        "an answer between marks, on lines of their own",
        "<|begin_of_thought|>\n\nhm<|end_of_thought|>\n\n<|begin_of_solution|>Hi<|end_of_solution|>",
        "hm",
        "Hi",
    ),
    ("half a mark of an answer", "<think>hm</think><|START_RESP", "hm", "<|START_RESP"),
    ("an answer that begins like a mark", "<think>hm</think><|x", "hm", "<|x"),
    ("harmony cut off in a header", "<|channel|>final", "", "final"),
]  # fmt: skip


def reply(pieces: list[str]) -> Reply:
    decoder, made = ChoiceDecoder(), Reply()
    for piece in pieces:
        for event in decoder.feed([{"index": 0, "delta": {"content": piece}}]):
            made.feed(event)
    for event in decoder.flush():
        made.feed(event)
    return made


@pytest.mark.parametrize(("name", "text", "thinking", "answer"), TAGGED, ids=[case[0] for case in TAGGED])
def test_thinking_and_answer_at_every_cut(name: str, text: str, thinking: str, answer: str) -> None:
    cuts = [[text], list(text), *([text[:at], text[at:]] for at in range(1, len(text)))]
    for seed in range(10):
        at = sorted(random.Random(seed).choices(range(len(text)), k=5))
        cuts.append([text[a:b] for a, b in zip([0, *at], [*at, len(text)], strict=True)])
    for pieces in cuts:
        found = reply(pieces)
        assert (found.reasoning.strip(), found.text) == (thinking, answer), pieces


def test_a_tool_call_in_harmony_is_a_call() -> None:
    head = "<|start|>assistant<|channel|>commentary to=functions.weather <|constrain|>json<|message|>"
    found = reply(list(head + '{"at": 1}<|call|>'))
    assert found.tool_calls == [("weather", '{"at": 1}')]
    assert found.text == ""


def test_a_call_that_is_written_out_is_none_of_the_servers_own() -> None:
    head = "<|start|>assistant<|channel|>commentary to=functions.weather <|constrain|>json<|message|>"
    first = {"index": 0, "id": "a", "function": {"name": "now", "arguments": "{}"}}
    second = {"index": 1, "id": "b", "function": {"name": "time", "arguments": '{"in'}}
    rest = {"index": 1, "function": {"arguments": '": 2}'}}
    decoder, made = ChoiceDecoder(), Reply()
    for delta in ({"tool_calls": [first, second]}, {"content": head + '{"at": 1}<|call|>'}, {"tool_calls": [rest]}):
        for event in decoder.feed([{"index": 0, "delta": delta}]):
            made.feed(event)
    assert sorted(made.tool_calls) == [("now", "{}"), ("time", '{"in": 2}'), ("weather", '{"at": 1}')]


def test_a_message_in_place_of_pieces_is_read_once() -> None:
    decoder = ChoiceDecoder()
    for told in ([ev.TextDelta("Hi")], []):
        assert list(decoder.feed([{"index": 0, "message": {"content": "Hi"}}])) == told


def test_a_reader_of_the_pieces_is_told_to_begin_again() -> None:
    made, decoder = Reply(), ChoiceDecoder()
    for piece in ("Greet them.", "\n</think>"):
        assert made.relabeled == 0
        for event in decoder.feed([{"index": 0, "delta": {"content": piece}}]):
            made.feed(event)
    assert (made.text, made.reasoning, made.relabeled) == ("", "Greet them.", 1)


def test_text_without_a_mark_is_told_at_once() -> None:
    decoder = ChoiceDecoder()
    for piece in ("Hel", "lo", " `a`", "\n```\nx = 1\n", "é", "日本"):
        assert list(decoder.feed([{"index": 0, "delta": {"content": piece}}])) == [ev.TextDelta(piece)]


def test_a_closing_tag_left_behind_a_field_of_its_own() -> None:
    decoder, made = ChoiceDecoder(), Reply()
    deltas = ({"reasoning_content": "hm"}, {"content": "\n</thi"}, {"content": "nk>\n\nHi"}, {"content": " </think>"})
    for delta in deltas:
        for event in decoder.feed([{"index": 0, "delta": delta}]):
            made.feed(event)
    assert (made.reasoning, made.text) == ("hm", "Hi </think>")


def test_markers_of_harmony_left_behind_a_field_of_its_own() -> None:
    said = "\n<|channel|>final<|message|>Hi<|return|>"
    for pieces in ([said], list(said)):
        decoder, made = ChoiceDecoder(), Reply()
        for delta in ({"reasoning_content": "hm"}, *({"content": piece} for piece in pieces)):
            for event in decoder.feed([{"index": 0, "delta": delta}]):
                made.feed(event)
        for event in decoder.flush():
            made.feed(event)
        assert (made.reasoning, made.text) == ("hm", "Hi")


def test_many_tags_in_code_cost_no_more_than_their_length() -> None:
    # Each look at whether a tag stands in code must not begin at the start: 60,000 would take a minute then.
    text = "```\n" + "</think>" * 60_000
    found = reply([text[at : at + 4096] for at in range(0, len(text), 4096)])
    assert found.text == text


def test_a_second_message_of_a_channel_is_one_paragraph_however_it_is_cut() -> None:
    begin = "<|channel|>final<|message|>"
    said = f"{begin}One.<|end|><|start|>assistant{begin}Two, three."
    for cut in range(len(said)):
        harmony = Harmony()
        parts = harmony.feed(said[:cut]) + harmony.feed(said[cut:]) + harmony.flush()
        assert {kind for kind, _ in parts} == {"text"}
        assert "".join(text for _, text in parts) == "One.\n\nTwo, three.", cut


def test_only_the_lines_before_a_thought_are_left_out() -> None:
    for pieces in (["<think>\n  - a</think>Hi"], list("<think>\n  - a</think>Hi")):
        assert reply(pieces).reasoning == "  - a"


@pytest.mark.parametrize("field", [False, True], ids=["at the start", "behind a field"])
def test_white_space_waits_for_a_tag_no_longer_than_a_page(field: bool) -> None:
    splitter = ThinkTagSplitter()
    if field:
        assert splitter.reasoning_field() == []
    assert splitter.feed(" " * 4095) == []
    assert splitter.held() == [("text", " " * 4095)]
    assert splitter.feed(" ") == [("text", " " * 4096)]
    assert splitter.held() == []


def test_a_thought_may_be_as_long_as_the_limit_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(think_tags, "LONGEST_THOUGHT", 20)
    for length, thought in ((20, "x" * 20), (21, "")):
        found = reply(["x" * length, "</think>Hi"])
        assert (found.reasoning, found.text) == (thought, "Hi" if thought else "x" * length + "</think>Hi")


def test_a_pair_far_before_keeps_every_later_mark() -> None:
    """An opening tag that was once part of the answer makes each closing one part of it too."""
    text = "Then <think>a</think> and b</think> c"
    assert reply([text]).text == reply(list(text)).text == text
