"""The pieces that an answer's text goes through: tags, halves of characters, frames. The same result for every cut."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from collections.abc import Sequence
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults import shape
from tests.faults.server import DONE, data, text
from tui_chat.core import event as ev
from tui_chat.core.reply import Reply
from tui_chat.core.surrogates import SurrogateJoiner, repair_surrogates
from tui_chat.wire.inflate import Inflater
from tui_chat.wire.sse import StreamFramer
from tui_chat.wire.stream import Limits, StreamDecoder
from tui_chat.wire.think_tags import PAIRS, ThinkTagSplitter


def split(pieces: Sequence[str]) -> tuple[str, str]:
    splitter = ThinkTagSplitter()
    reasoning = text = ""
    for kind, part in (*chain.from_iterable(map(splitter.feed, pieces)), *splitter.flush()):
        match kind:
            case "text":
                text += part
            case "relabel":
                reasoning, text = reasoning + text, ""
            case _:
                reasoning += part
    return reasoning, text


@pytest.mark.parametrize(
    ("said", "reasoning", "answer"),
    [
        ("<think>a</think>b", "a", "b"),
        (" \n<think>\na\n</think>\n\nb\n", "a\n", "b\n"),
        ("[THINK]a[/THINK]b", "a", "b"),
        ("<thinking>a</think></thinking>b", "a</think>", "b"),
        ("<think></think>b", "", "b"),
        ("<think>a", "a", ""),
        ("<think>a</thi", "a</thi", ""),
        ("<thin", "", "<thin"),
        ("b<think>a</think>", "", "b<think>a</think>"),
        ("  b", "", "  b"),
        ("", "", ""),
        (" ", "", " "),
        ("<think>a</think>", "a", ""),
        ("<think>a</think>b<think>c</think>", "a", "b<think>c</think>"),
    ],
)
def test_think_tags_at_every_cut(said: str, reasoning: str, answer: str) -> None:
    assert split([said]) == (reasoning, answer)
    assert split(list(said)) == (reasoning, answer)
    for cut in range(len(said)):
        assert split([said[:cut], said[cut:]]) == (reasoning, answer)


@given(st.lists(st.sampled_from([*PAIRS, *PAIRS.values(), "Q", "\n", " ", "<", "</", "think>", "🎉"])), st.data())
def test_tags_lose_nothing_and_do_not_depend_on_the_cut(words: list[str], data_: st.DataObject) -> None:
    said = "".join(words)
    cuts = sorted(data_.draw(st.lists(st.integers(0, len(said)), max_size=5)))
    pieces = [said[a:b] for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True)]
    once = split([said])
    assert split(pieces) == once
    assert "".join(once).count("Q") == said.count("Q")


@given(st.text(st.characters(codec=None), max_size=20), st.integers(0, 20))
def test_halves_of_characters(said: str, cut: int) -> None:
    joiner = SurrogateJoiner()
    assert joiner.feed(said[:cut]) + joiner.feed(said[cut:]) + joiner.flush() == repair_surrogates(said)
    repair_surrogates(said).encode()


def frames(parts: Sequence[bytes]) -> list[tuple[str, str]]:
    framer = StreamFramer()
    found = [frame for part in parts for frame in framer.feed(part)] + framer.close()
    return [(frame.event, frame.data) for frame in found]


LINES = [
    b"data: {}",
    b"data",
    b"data:x",
    b": c",
    b"event: e",
    b"id: 1",
    b"{",
    b"}",
    b'{"a":1}',
    b"[DONE]",
    b"error: x",
    b"",
    b"\xef\xbb\xbf",
    b"\xff",
]


@given(st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=12), st.data())
def test_frames_do_not_depend_on_the_cut(lines: list[tuple[bytes, bytes]], data_: st.DataObject) -> None:
    raw = b"".join(a + b for a, b in lines)
    cuts = sorted(data_.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    parts = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    assert frames(parts) == frames([raw]) == frames([raw[i : i + 1] for i in range(len(raw))])


@given(
    st.lists(st.binary(max_size=60), max_size=8),
    st.sampled_from(["", "text/event-stream", "application/json", "text/html"]),
)
def test_any_bytes_end_in_closed(parts: list[bytes], content_type: str) -> None:
    decoder = StreamDecoder(content_type)
    events = [event for part in parts for event in decoder.feed(part)] + decoder.close()
    assert isinstance(events[-1], ev.Closed)
    reply = Reply()
    for event in events:
        reply.feed(event)
    assert reply.outcome is not None


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["stop", "error", "thinking", "null"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "delta",
                    "message",
                    "content",
                    "index",
                    "finish_reason",
                    "tool_calls",
                    "function",
                    "name",
                    "arguments",
                    "usage",
                    "error",
                    "code",
                    "id",
                    "model",
                    "reasoning",
                    "refusal",
                    "type",
                    "text",
                    "content_filter_results",
                    "prompt_filter_results",
                    "function_call",
                    "thinking",
                    "prompt_tokens",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@given(st.lists(VALUES, max_size=4), st.booleans())
def test_any_json_ends_in_closed(chunks: list[object], streamed: bool) -> None:
    decoder = StreamDecoder("text/event-stream" if streamed else "application/json")
    raw = [data(chunk) for chunk in chunks] if streamed else [json.dumps(chunks[:1]).encode()]
    events = [event for part in raw for event in decoder.feed(part)] + decoder.close()
    reply = Reply()
    for event in events:
        reply.feed(event)
    assert reply.outcome is not None
    reply.text.encode()


def test_reasoning_in_a_field_leaves_tags_in_the_text_alone() -> None:
    decoder = StreamDecoder()
    raw = data({"choices": [{"delta": {"reasoning": "hm"}}]}) + text("<think>literal") + DONE
    events = [e for e in decoder.feed(raw) + decoder.close() if isinstance(e, (ev.TextDelta, ev.ReasoningDelta))]
    assert events == [ev.ReasoningDelta("hm"), ev.TextDelta("<think>literal")]


def test_nothing_counts_after_done() -> None:
    decoder = StreamDecoder()
    assert [e for e in decoder.feed(text("a") + DONE + text("b")) if isinstance(e, ev.TextDelta)] == [ev.TextDelta("a")]
    assert decoder.over
    assert decoder.feed(text("c")) == []
    assert decoder.close() == [ev.Closed(done=True)]


def test_limits_keep_what_came() -> None:
    decoder = StreamDecoder(limits=Limits(event=1000, text=50, silence=10_000))
    events = decoder.feed(text("a" * 40)) + decoder.feed(text("b" * 40))
    assert [type(e).__name__ for e in events][-1] == "Failed"
    assert decoder.over
    assert sum(len(e.text) for e in events if isinstance(e, ev.TextDelta)) == 80


@pytest.mark.parametrize("piece", [text("token "), b": keep-alive\n\n", b"data: {}\n\n", b'{"choices":[]}\n', b"x"])
def test_time_is_linear_in_bytes(piece: bytes) -> None:
    """Twice the bytes must not take four times as long; one long line and many short ones alike."""

    def seconds(times: int) -> float:
        decoder = StreamDecoder()
        start = time.process_time()
        for _ in range(times):
            decoder.feed(piece)
        decoder.close()
        return time.process_time() - start

    seconds(100)
    short = min(seconds(600) for _ in range(3))
    assert min(seconds(2_400) for _ in range(2)) < 12 * short + 0.02


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "", "identity", "br"]))
def test_any_compressed_bytes(raw: bytes, encoding: str) -> None:
    inflater = Inflater(encoding)
    assert all(len(piece) <= 1 << 16 for piece in inflater.feed(raw))
    assert inflater.problem is None or inflater.problem.startswith("The server")


def test_shapes_are_kept_apart() -> None:
    assert len({case.name for case in shape.CASES}) == len(shape.CASES)


def test_a_bare_deflate_stream_is_read_as_well() -> None:
    pack = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    inflater = Inflater("deflate")
    assert b"".join(inflater.feed(pack.compress(b"hello") + pack.flush())) == b"hello"
    assert inflater.problem is None


def test_an_error_that_is_only_a_sentence_ends_the_answer() -> None:
    found = StreamDecoder().feed(b'data: {"error": "overloaded"}\n\n')
    assert [(type(event), event.error.message) for event in found if isinstance(event, ev.Failed)] == [
        (ev.Failed, "overloaded")
    ]


@pytest.mark.parametrize("name", ["refusal", "text"])
def test_a_part_that_refuses(name: str) -> None:
    chunk = {"choices": [{"index": 0, "delta": {"content": [{"type": "refusal", name: "No."}]}}]}
    assert StreamDecoder().feed(f"data: {json.dumps(chunk)}\n\n".encode()) == [ev.RefusalDelta("No.")]


def test_compressed_bytes_come_in_bounded_pieces() -> None:
    pieces = list(Inflater("gzip").feed(gzip.compress(bytes(10 << 20))))
    assert sum(map(len, pieces)) == 10 << 20
    assert max(map(len, pieces)) <= 1 << 16
