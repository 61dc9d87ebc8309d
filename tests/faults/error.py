"""Errors in every dress, before and in the answer."""

from __future__ import annotations

import asyncio
import json

from tests.faults.fault import Fault
from tests.faults.server import DONE, Received, Script, Wire, data, once, text
from tui_chat.core.message import ErrorKind, Outcome

NAME = "error"
KEY = "sk-verysecret-0123456789"


def answered(status: int, body: object, **headers: str) -> Script:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(status, raw, **headers)

    return script


def strict(*allowed: str) -> Script:
    """Every field but these is refused, one at a time, as pydantic does."""

    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            extra = [name for name in request.json if name not in allowed]
            if not extra:
                await wire.stream(text("Hello", "stop"), DONE)
                continue
            detail = [{"type": "extra_forbidden", "loc": ["body", extra[0]], "msg": "Extra inputs are not permitted"}]
            await wire.reply(422, json.dumps({"detail": detail}).encode())

    return script


def once_then(status: int, body: object, **headers: str) -> Script:
    """One failure, then a good answer."""

    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            if len(wire.server.requests) == 1:
                await wire.reply(status, json.dumps(body).encode(), **headers)
            else:
                await wire.stream(text("Hello", "stop"), DONE)

    return script


async def dripping(wire: Wire) -> None:
    await wire.request()
    await wire.head(500, content_type="application/json", x_should_retry="false")
    for byte in b'{"error": {"message": "slow"}, "padding": "' + b"x" * 100_000:
        await wire.send(bytes([byte]))
        await asyncio.sleep(0.05)


async def endless(wire: Wire) -> None:
    await wire.request()
    await wire.head(400, content_type="text/plain", transfer_encoding="chunked")
    while True:
        await wire.chunks([b"no " * 20_000])


def longer(request: Received) -> bool:
    return "max_tokens" in request.json


async def new_model(wire: Wire) -> None:
    """OpenAI's reasoning models want the token limit under another name."""
    while (request := await wire.request()) is not None:
        if longer(request):
            said = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            error = {
                "message": f"Unsupported parameter: {said}",
                "param": "max_tokens",
                "code": "unsupported_parameter",
            }
            await wire.reply(400, json.dumps({"error": error}).encode())
        else:
            await wire.stream(text("Hello", "stop"), DONE)


CONTEXT = {
    "error": {
        "code": 400,
        "type": "exceed_context_size_error",
        "message": "the request exceeds the available context size",
        "n_prompt_tokens": 5000,
        "n_ctx": 4096,
    }
}


async def broken_and_silent(wire: Wire) -> None:
    """An error in the answer, and then nothing, not even an end."""
    await wire.request()
    await wire.stream(text("Hi"), data({"error": {"message": "oops"}}), end=False)
    await wire.gone()


CASES = [
    Fault(
        NAME,
        "error_without_end",
        broken_and_silent,
        Outcome.FAILED,
        "Hi",
        ErrorKind.SERVER,
        within=2.5,
    ),
    Fault(
        NAME,
        "page_502",
        answered(502, b"<html><head><title>502 Bad Gateway</title>", x_should_retry="false"),
        Outcome.FAILED,
        kind=ErrorKind.SERVER,
        also=lambda r, _: r.error is not None and "<" not in r.error.message,
    ),
    Fault(
        NAME,
        "no_body",
        answered(404, b""),
        Outcome.FAILED,
        kind=ErrorKind.NOT_FOUND,
        also=lambda r, _: r.error is not None and "404" in r.error.message,
    ),
    Fault(NAME, "binary", answered(400, bytes(range(256)) * 20), Outcome.FAILED, kind=ErrorKind.BAD_REQUEST),
    Fault(
        NAME,
        "json_in_json_in_json",
        answered(400, {"error": json.dumps({"message": json.dumps({"detail": "deep down"})})}),
        Outcome.FAILED,
        kind=ErrorKind.BAD_REQUEST,
        also=lambda r, _: r.error is not None and r.error.message == "deep down",
    ),
    Fault(NAME, "nested_too_deep", answered(400, b"[" * 200_000), Outcome.FAILED, kind=ErrorKind.BAD_REQUEST),
    Fault(
        NAME,
        "error_as_stream",
        answered(
            503, b'data: {"error": {"message": "busy"}}\n\n', content_type="text/event-stream", x_should_retry="false"
        ),
        Outcome.FAILED,
        kind=ErrorKind.SERVER,
        also=lambda r, _: r.error is not None and r.error.message == "busy",
    ),
    Fault(NAME, "dripping", dripping, Outcome.FAILED, kind=ErrorKind.SERVER, within=3.5),
    Fault(NAME, "endless", endless, Outcome.FAILED, kind=ErrorKind.BAD_REQUEST, within=3),
    Fault(
        NAME,
        "echoes_the_key",
        answered(401, {"error": {"message": f"Incorrect API key provided: {KEY}."}}),
        Outcome.FAILED,
        kind=ErrorKind.AUTH,
        key=KEY,
        also=lambda r, _: r.error is not None and KEY not in repr(r.error),
    ),
    Fault(
        NAME,
        "context_with_numbers",
        answered(400, CONTEXT),
        Outcome.FAILED,
        kind=ErrorKind.CONTEXT_LENGTH,
        also=lambda r, _: r.error is not None and "904 tokens too long" in (r.error.hint or ""),
    ),
    Fault(
        NAME,
        "quota_as_429",
        answered(429, {"error": {"code": "insufficient_quota", "message": "You exceeded your current quota"}}),
        Outcome.FAILED,
        kind=ErrorKind.QUOTA,
    ),
    Fault(
        NAME,
        "long_wait_is_told",
        answered(429, {"message": "Rate limit. Try again in 6m0s."}),
        Outcome.FAILED,
        kind=ErrorKind.RATE_LIMIT,
        also=lambda r, _: r.error is not None and r.error.retry_after_s == 360,
    ),
    Fault(
        NAME,
        "short_wait_is_waited",
        once_then(429, {"message": "slow down"}, retry_after_ms="200"),
        Outcome.COMPLETE,
        "Hello",
        attempts=2,
    ),
    Fault(NAME, "server_recovers", once_then(500, {"error": "oops"}), Outcome.COMPLETE, "Hello", attempts=2),
    Fault(
        NAME,
        "told_not_to_retry",
        once_then(500, {"error": "oops"}, x_should_retry="false"),
        Outcome.FAILED,
        kind=ErrorKind.SERVER,
    ),
    Fault(
        NAME,
        "never_recovers",
        answered(503, {"error": {"message": "Loading model", "code": 503}}),
        Outcome.FAILED,
        kind=ErrorKind.SERVER,
        attempts=3,
        within=4,
    ),
    Fault(NAME, "not_implemented", answered(501, b"no"), Outcome.FAILED, kind=ErrorKind.SERVER),
    Fault(
        NAME,
        "refuses_fields_in_turn",
        strict("messages", "stream"),
        Outcome.COMPLETE,
        "Hello",
        attempts=5,
        config={"body": {"user": "me", "store": False, "safe_prompt": True}},
        also=lambda r, _: len(r.notes) == 3,
    ),
    Fault(
        NAME,
        "refuses_too_many",
        strict("messages", "stream"),
        Outcome.FAILED,
        kind=ErrorKind.BAD_REQUEST,
        attempts=5,
        config={"body": dict.fromkeys(("a", "b", "c", "d", "e"), 1)},
    ),
    Fault(NAME, "refuses_what_is_needed", strict("stream"), Outcome.FAILED, kind=ErrorKind.BAD_REQUEST),
    Fault(NAME, "refuses_to_stream", strict("messages"), Outcome.COMPLETE, "Hello", attempts=2),
    Fault(
        NAME,
        "limit_by_another_name",
        new_model,
        Outcome.COMPLETE,
        "Hello",
        attempts=2,
        config={"body": {"max_tokens": 5}},
    ),
    Fault(
        NAME,
        "event_error_in_words",
        once(text("Hi"), b"event: error\ndata: out of memory\n\n"),
        Outcome.FAILED,
        "Hi",
        ErrorKind.SERVER,
        also=lambda r, _: r.error is not None and r.error.message == "out of memory",
    ),
    Fault(
        NAME,
        "flat_error_event",
        once(text("Hi"), data({"object": "error", "message": "EngineDead", "code": 500})),
        Outcome.FAILED,
        "Hi",
        ErrorKind.SERVER,
    ),
    Fault(
        NAME,
        "error_after_finish",
        once(text("Hi", "stop"), data({"error": {"message": "late"}}), DONE),
        Outcome.FAILED,
        "Hi",
        ErrorKind.SERVER,
    ),
    Fault(
        NAME,
        "words_instead_of_events",
        once(b"Internal Server Error\n"),
        Outcome.FAILED,
        kind=ErrorKind.PROTOCOL,
        also=lambda r, _: r.error is not None and "Internal Server Error" in r.error.message,
    ),
]
