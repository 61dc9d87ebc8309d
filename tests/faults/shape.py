"""Answers whose JSON is valid and whose shape is not what the examples show."""

from __future__ import annotations

import json

from tests.faults.fault import Fault
from tests.faults.server import DONE, Script, Wire, data, once, text
from tui_chat.core.message import ErrorKind, Outcome

NAME = "shape"


def deltas(*deltas_: object, finish: str = "stop") -> Script:
    chunks = [data({"choices": [{"index": 0, "delta": delta}]}) for delta in deltas_]
    return once(*chunks, data({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}), DONE)


def whole(body: object, content_type: str = "application/json") -> Script:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(200, raw, content_type=content_type)

    return script


def call(**entry: object) -> dict[str, object]:
    return {"tool_calls": [entry]}


THOUGHT = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}, {"type": "text", "text": "Yes"}]
CASES = [
    Fault(
        NAME,
        "parts",
        deltas({"content": THOUGHT}, {"content": {"type": "text", "text": "!"}}, {"content": None}, {"content": []}),
        Outcome.COMPLETE,
        "Yes!",
        also=lambda r, _: r.reasoning == "Hm.",
    ),
    Fault(
        NAME,
        "unknown_parts",
        deltas(
            {
                "content": [
                    {"type": "reference", "reference_ids": [1]},
                    {"type": "new", "text": "Hi"},
                    7,
                    None,
                    {"type": "image_url", "image_url": {"url": "https://e.test/i.png"}},
                ]
            }
        ),
        Outcome.COMPLETE,
        "Hi![image](https://e.test/i.png)",
    ),
    Fault(
        NAME,
        "reasoning_in_every_field",
        deltas(
            *({name: "a", "content": None} for name in ("reasoning", "reasoning_content", "thinking")),
            {"reasoning_details": [{"type": "reasoning.text", "text": "b"}]},
            {"content": "Hi"},
        ),
        Outcome.COMPLETE,
        "Hi",
        also=lambda r, _: r.reasoning == "aaab",
    ),
    Fault(
        NAME,
        "think_tags_in_pieces",
        deltas(*({"content": c} for c in "\n<think>\nso <b> it </is</think>\n\n<think> is text")),
        Outcome.COMPLETE,
        "<think> is text",
        also=lambda r, _: r.reasoning == "so <b> it </is",
    ),
    Fault(
        NAME,
        "tool_calls",
        deltas(
            call(index=0, id="a", function={"name": "look", "arguments": ""}),
            call(index=0, id="null", function={"name": "", "arguments": '{"q": '}),
            call(index=0, function={"arguments": "1}"}),
            call(index=1, id="b", function={"name": "go", "arguments": {"x": 2}}),
            finish="tool_calls",
        ),
        Outcome.COMPLETE,
        also=lambda r, _: '"look"' in r.text and '"q": 1' in r.text and '"x": 2' in r.text,
    ),
    Fault(
        NAME,
        "tool_calls_all_numbered_0",
        deltas(
            call(index=0, id="a", function={"name": "one", "arguments": "{}"}),
            call(index=0, id="b", function={"name": "two", "arguments": "{}"}),
        ),
        Outcome.COMPLETE,
        also=lambda r, _: '"one"' in r.text and '"two"' in r.text,
    ),
    Fault(
        NAME,
        "two_answers",
        once(
            data({"choices": [{"index": 1, "delta": {"content": "B"}}, {"index": 0, "delta": {"content": "A"}}]}),
            data({"choices": [{"index": 1, "delta": {"content": "b"}, "finish_reason": "length"}]}),
            data({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
            DONE,
        ),
        Outcome.COMPLETE,
        "A",
        also=lambda r, _: len(r.notes) == 1,
    ),
    Fault(
        NAME,
        "unknown_finish",
        deltas({"content": "Hi"}, finish="eos_token"),
        Outcome.COMPLETE,
        "Hi",
        also=lambda r, _: r.finish_reason == "eos_token",
    ),
    Fault(
        NAME,
        "finish_empty_until_done",
        once(text("Hi", ""), text("!", ""), DONE),
        Outcome.COMPLETE,
        "Hi!",
        also=lambda r, _: r.finish_reason is None,
    ),
    Fault(NAME, "safety_in_upper_case", deltas({"content": "Hi"}, finish="SAFETY"), Outcome.ANSWER_BLOCKED, "Hi"),
    Fault(
        NAME, "finish_error_alone", deltas({"content": "Hi"}, finish="error"), Outcome.FAILED, "Hi", ErrorKind.SERVER
    ),
    Fault(
        NAME,
        "nulls_everywhere",
        once(
            data({"choices": None, "usage": None, "error": None, "model": None}),
            data({"choices": [None, {"delta": None, "finish_reason": None}]}),
            data(b"null"),
            data(b"[]"),
            data(b"7"),
            text("Hi", "stop"),
            DONE,
        ),
        Outcome.COMPLETE,
        "Hi",
    ),
    Fault(
        NAME,
        "deep_and_huge",
        once(
            text("Hi"),
            data(b'{"choices":' + b"[" * 100_000),
            data(b'{"id":' + b"9" * 5000 + b"}"),
            text("!", "stop"),
            DONE,
        ),
        Outcome.INCOMPLETE,
        "Hi!",
        ErrorKind.PROTOCOL,
    ),
    Fault(
        NAME,
        "usage_in_odd_places",
        once(text("Hi", "stop", x_groq={"usage": {"prompt_tokens": 3.0, "completion_tokens": "?"}}), DONE),
        Outcome.COMPLETE,
        "Hi",
        also=lambda r, _: r.usage is not None and r.usage.prompt_tokens == 3 and r.usage.completion_tokens is None,
    ),
    Fault(
        NAME,
        "legacy_text",
        once(
            data({"choices": [{"text": "Hi", "finish_reason": None}]}),
            data({"choices": [{"text": "!", "finish_reason": "stop"}]}),
            DONE,
        ),
        Outcome.COMPLETE,
        "Hi!",
    ),
    Fault(
        NAME,
        "delta_and_all_so_far",
        once(
            *(
                data({"choices": [{"delta": {"content": d}, "message": {"content": m}}]})
                for d, m in (("He", "He"), ("y", "Hey"))
            ),
            data({"choices": [{"message": {"content": "Hey"}, "finish_reason": "stop"}]}),
            DONE,
        ),
        Outcome.COMPLETE,
        "Hey",
    ),
    Fault(
        NAME,
        "json_for_a_stream",
        whole({"choices": [{"message": {"content": "Hi"}, "finish_reason": "length"}]}, "text/plain"),
        Outcome.LENGTH,
        "Hi",
    ),
    Fault(NAME, "stream_labelled_json", whole(text("Hi", "stop") + DONE), Outcome.COMPLETE, "Hi"),
    Fault(NAME, "no_label_at_all", whole(text("Hi", "stop") + DONE, ""), Outcome.COMPLETE, "Hi"),
    Fault(
        NAME,
        "pretty_json_labelled_stream",
        whole(
            json.dumps({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}, indent=2).encode(),
            "text/event-stream",
        ),
        Outcome.COMPLETE,
        "Hi",
    ),
    Fault(
        NAME,
        "a_web_page",
        whole(b"<!DOCTYPE html><html><title>Log in</title></html>", "text/html"),
        Outcome.FAILED,
        kind=ErrorKind.PROTOCOL,
        also=lambda r, _: r.error is not None and "Log in" in r.error.message,
    ),
    Fault(
        NAME,
        "a_page_labelled_stream",
        whole(b"<html>\n<title>Log in</title>\n</html>", "text/event-stream"),
        Outcome.FAILED,
        kind=ErrorKind.PROTOCOL,
    ),
    Fault(NAME, "nothing", whole(b""), Outcome.FAILED, kind=ErrorKind.PROTOCOL),
    Fault(
        NAME,
        "cut_json",
        whole(b'{"choices":[{"message":{"role":"assistant","content":"One \\"two\\" thr'),
        Outcome.INCOMPLETE,
        'One "two" thr',
    ),
    Fault(NAME, "empty_answer", deltas({"role": "assistant", "content": ""}), Outcome.EMPTY),
    Fault(
        NAME,
        "refusal_in_pieces",
        deltas({"refusal": "I can"}, {"refusal": "not."}),
        Outcome.REFUSED,
        also=lambda r, _: r.refusal == "I cannot.",
    ),
    Fault(
        NAME,
        "reasoning_without_end",
        deltas({"content": "<think>hm"}, finish="length"),
        Outcome.LENGTH,
        also=lambda r, _: r.reasoning == "hm",
    ),
]
