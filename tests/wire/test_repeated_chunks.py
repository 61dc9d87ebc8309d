"""A chunk that is like the one before is told as if it were parsed: the same events as with no two chunks alike."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.thorough import some
from tests.wire.fixtures import Case, cases
from tui_chat.core.event import Event, TextDelta
from tui_chat.wire.repeated_chunks import LONGEST_PAUSE, ChunkTemplate
from tui_chat.wire.stream import StreamDecoder

TEXTS = [
    "word", " ", "a", "b", "\n", '"', "\\", '\\"', "\t", "é", "漢", "\ud83d", "\ude00", "</think>", "<think>", "<", "{",
    "}", '","content":"x', "[DONE]", "data: ", "\x00", "\u2028", "null",
]  # fmt: skip


def chunk(delta: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "1", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": None, **more}]}


SAFE = {"hate": {"filtered": False, "severity": "safe"}}
CUT = {"hate": {"filtered": True, "severity": "high"}}
KINDS: list[Callable[[str], dict[str, Any]]] = [
    lambda text: chunk({"content": text}),
    lambda text: chunk({"content": text}),
    lambda text: chunk({"content": text}),
    lambda text: chunk({"role": "assistant", "content": text, "tool_calls": None, "refusal": None}),
    lambda text: chunk({"content": text}, content_filter_results=SAFE),
    lambda text: chunk({"content": text}, content_filter_results=CUT),
    lambda text: chunk({"content": text, "reasoning_content": text}),
    lambda text: chunk({"reasoning_content": text}),
    lambda text: chunk({"content": text}, message={"content": text}),
    lambda text: chunk({"content": text, "tool_calls": [{"index": 0, "function": {"name": "f", "arguments": text}}]}),
    lambda text: chunk({"content": text}, finish_reason="stop"),
    lambda text: {**chunk({"content": text}), "usage": {"prompt_tokens": 1, "completion_tokens": len(text)}},
    lambda text: {**chunk({"content": text}), "model": text},
    lambda text: {"id": "1", "model": "m", "choices": [{"index": 1, "delta": {"content": text}}]},
    lambda text: {**chunk({"content": text}), "error": {"message": text}},
    lambda text: chunk({"content": [{"type": "text", "text": text}]}),
    lambda text: {"content": text},
]


def sequence(seed: int) -> list[dict[str, Any]]:
    """Chunks of which many in a row are alike."""
    rand = random.Random(seed)
    chunks: list[dict[str, Any]] = []
    while len(chunks) < 60:
        kind = rand.choice(KINDS[: rand.choice([3, 5, len(KINDS)])])
        texts = (rand.choice(TEXTS) + rand.choice(["", *TEXTS]) for _ in range(rand.choice([1, 1, 2, 6])))
        chunks.extend(map(kind, texts))
    return chunks


def told(chunks: list[dict[str, Any]], *, alike: bool, ascii_only: bool) -> list[Event]:
    """The events of a stream; `alike` False: each chunk is written with another number of spaces in it."""
    decoder = StreamDecoder()
    events: list[Event] = []
    for index, value in enumerate(chunks):
        text = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))
        text = text if alike else "{" + " " * (index + 1) + text[1:]
        events += decoder.feed(f"data: {text}\n\n".encode("utf-8", "replace"))
    return [*events, *decoder.close()]


@pytest.mark.parametrize("part", range(4))
def test_the_same_events_as_parsed_one_by_one(part: int) -> None:
    for seed in some(range(part, 72, 4), 3):
        chunks = sequence(seed)
        for ascii_only in (True, False):
            ours, one_by_one = (told(chunks, alike=alike, ascii_only=ascii_only) for alike in (True, False))
            assert ours == one_by_one, (seed, ascii_only)


def test_a_verdict_that_came_in_between_is_told_again() -> None:
    """The template must not outlive a chunk that changed what was last said of a category."""
    chunks = [KINDS[4]("a"), KINDS[4]("b"), KINDS[5]("c"), KINDS[4]("d"), KINDS[4]("e")]
    assert told(chunks, alike=True, ascii_only=True) == told(chunks, alike=False, ascii_only=True)


def test_chunks_that_are_alike_are_not_parsed() -> None:
    template = ChunkTemplate()
    first = chunk({"content": "first"})
    template.learn(json.dumps(first), first, [TextDelta("first")])
    for text in ("second", 'with \n and " in it', "é"):
        assert template.text(json.dumps(chunk({"content": text}))) == text
    assert template.text(json.dumps({**chunk({"content": "x"}), "model": "n"})) is None


def test_where_no_chunk_is_like_another_learning_is_given_up() -> None:
    """Some servers pad every chunk: each try to learn would cost as much as parsing once more."""
    template = ChunkTemplate()
    learned = 0
    for number in range(2000):
        value = {**chunk({"content": "x"}), "obfuscation": str(number)}
        data = json.dumps(value)
        assert template.text(data) is None
        template.learn(data, value, [TextDelta("x")])
        learned += template.ready
    assert 0 < learned < 30


def learned(template: ChunkTemplate, value: dict[str, Any]) -> bool:
    template.learn(json.dumps(value), value, [TextDelta("x")])
    return template.ready


def pauses(template: ChunkTemplate, count: int) -> list[int]:
    """How many chunks were not learned from before each that was, where none is like the one before."""
    found: list[int] = []
    for _ in range(count):
        found.append(0)
        while not learned(template, chunk({"content": "x"})):
            found[-1] += 1
        assert template.text("{}") is None
    return found


def test_the_pause_grows_with_each_try_that_was_in_vain() -> None:
    assert pauses(ChunkTemplate(), 11) == [0, 1, 3, 7, 15, 31, 63, 127, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_try_that_was_worth_it_ends_the_pauses() -> None:
    template = ChunkTemplate()
    assert pauses(template, 3) == [0, 1, 3]
    while not learned(template, chunk({"content": "x"})):
        pass
    assert template.text(json.dumps(chunk({"content": "y"}))) == "y"
    template.forget()
    assert pauses(template, 3) == [0, 1, 3]


def test_a_chunk_without_text_is_parsed() -> None:
    template = ChunkTemplate()
    assert learned(template, chunk({"content": "x"}))
    assert template.text(json.dumps(chunk({"content": ""}))) is None


def test_chunks_of_two_answers_are_parsed() -> None:
    """Which of them is shown depends on their numbers, not on their order."""
    value = chunk({"content": "x"})
    value["choices"] = [{**value["choices"][0], "index": 1}, {"index": 0, "delta": {"content": "z"}}]
    assert not learned(ChunkTemplate(), value)


STREAMS = [case for case in cases() if b"data: {" in case.body]


@pytest.mark.parametrize("case", STREAMS, ids=str)
def test_recorded_chunks_again_and_again(case: Case) -> None:
    """Each chunk twenty times over: what is said once and what is said with every chunk stay apart."""
    lines = [line.rstrip() for line in case.body.split(b"\n") if line.startswith(b"data: {")]
    alike, spaced = StreamDecoder(), StreamDecoder()
    one: list[Event] = []
    other: list[Event] = []
    for index in range(20 * len(lines)):
        line = lines[index // 20]
        one += alike.feed(line + b"\n\n")
        other += spaced.feed(line.replace(b"data: {", b"data: {" + b" " * (index + 1), 1) + b"\n\n")
    assert one == other != []
