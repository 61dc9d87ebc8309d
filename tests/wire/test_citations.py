"""Sources of an answer in every shape, each once, in their order; nothing but http(s) becomes one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tui_chat.core.message import Citation
from tui_chat.core.reply import Reply
from tui_chat.wire.stream import StreamDecoder

A, B = Citation("https://a.example/1", "First"), Citation("https://b.example/2", "Second")
FLAT = [{"url": A.url, "title": A.title}, {"url": B.url, "title": B.title}]


def chunk(delta: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"id": "c", "model": "m", "choices": [{"index": 0, "delta": delta or {"content": "Hi"}}], **more}


SHAPES: list[tuple[str, list[dict[str, Any]], list[Citation]]] = [
    (
        "OpenAI's annotations",
        [chunk({"annotations": [{"type": "url_citation", "url_citation": dict(f, start_index=0)} for f in FLAT]})],
        [A, B],
    ),
    ("flat annotations", [chunk({"annotations": [{"type": "url_citation", **f} for f in FLAT]})], [A, B]),
    (
        "Mistral's references among the text",
        [chunk({"content": [{"type": "text", "text": "Hi"}, *({"type": "tool_reference", **f} for f in FLAT)]})],
        [A, B],
    ),
    (
        "Mistral's references without an address",
        [chunk({"content": [{"type": "reference", "reference_ids": [1]}]})],
        [],
    ),
    ("a list of addresses", [chunk(citations=[A.url, B.url])], [Citation(A.url), Citation(B.url)]),
    ("addresses, and their titles beside them", [chunk(citations=[A.url, B.url], search_results=FLAT)], [A, B]),
    ("repeated with each chunk", [chunk(citations=[A.url])] * 3, [Citation(A.url)]),
    ("a title that comes later", [chunk(citations=[A.url]), chunk(search_results=FLAT)], [A, B]),
    (
        "Azure on your data",
        [
            chunk(
                {"role": "assistant", "context": {"citations": [{"content": "x", **f, "filepath": "f"} for f in FLAT]}}
            )
        ],
        [A, B],
    ),
    (
        "Azure on your data, older",
        [chunk({"context": {"messages": [{"role": "tool", "content": json.dumps({"citations": FLAT})}]}})],
        [A, B],
    ),
    (
        "Azure on your data, a file without an address",
        [chunk({"context": {"citations": [{"title": "Plan", "url": None, "filepath": "plan.pdf"}]}})],
        [],
    ),
    (
        "Gemini's grounding",
        [
            chunk(
                grounding_metadata={"grounding_chunks": [{"web": {"uri": f["url"], "title": f["title"]}} for f in FLAT]}
            )
        ],
        [A, B],
    ),
    ("Open WebUI's", [chunk(sources=[{"source": {"name": f["title"], "url": f["url"]}} for f in FLAT])], [A, B]),
    (
        "other schemes",
        [chunk(citations=["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://x/y"])],
        [],
    ),
    ("no addresses at all", [chunk(citations=["1", "", None, 3, {"url": "http://"}, {"url": "https://a b"}])], []),
    ("an address with a control character", [chunk(citations=["https://a.example/\x1b]0;x\x07"])], []),
    ("senseless", [chunk(citations="x"), chunk({"annotations": 7}), chunk({"context": [[[[[[[[["a"]]]]]]]]]})], []),
]


@pytest.mark.parametrize(("name", "chunks", "expected"), SHAPES, ids=[shape[0] for shape in SHAPES])
def test_citations(name: str, chunks: list[dict[str, Any]], expected: list[Citation]) -> None:
    decoder, reply = StreamDecoder(), Reply()
    body = b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in chunks)
    for event in (*decoder.feed(body), *decoder.close()):
        reply.feed(event)
    assert list(reply.citations) == expected


def test_an_answer_in_one_piece() -> None:
    message = {"role": "assistant", "content": "Hi", "annotations": [{"type": "url_citation", "url_citation": FLAT[0]}]}
    body = json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "citations": [B.url]})
    decoder, reply = StreamDecoder("application/json"), Reply()
    for event in (*decoder.feed(body.encode()), *decoder.close()):
        reply.feed(event)
    assert list(reply.citations) == [A, Citation(B.url)]


def test_a_title_that_is_no_title_is_cut() -> None:
    decoder = StreamDecoder("application/json")
    body = {"choices": [{"message": {"content": "Hi"}}], "search_results": [{"url": A.url, "title": "x" * 600}]}
    reply = Reply()
    for event in (*decoder.feed(json.dumps(body).encode()), *decoder.close()):
        reply.feed(event)
    assert [citation.title for citation in reply.citations] == ["x" * 500]
