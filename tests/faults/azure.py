"""Azure: the filter at every place, wrappers, and keys that are wanted in another form."""

from __future__ import annotations

import json

from tests.faults.fault import Fault
from tests.faults.server import DONE, Script, Wire, data, once, text
from tui_chat.core.message import ErrorKind, Outcome

NAME = "azure"
HIGH = {"violence": {"filtered": True, "severity": "high"}}
SAFE = {"violence": {"filtered": False, "severity": "safe"}, "jailbreak": {"filtered": False, "detected": False}}


def verdict(results: object, finish: str | None = None, **more: object) -> bytes:
    return data(
        {"id": "", "choices": [{"index": 0, "finish_reason": finish, "content_filter_results": results}], **more}
    )


def answered(status: int, body: bytes, **headers: str) -> Script:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(status, body, content_type="application/json", **headers)

    return script


def wants(header: str, value: str) -> Script:
    """A server that takes the key in one way only."""

    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.headers.get(header) == value:
                await wire.stream(text("Hello", "stop"), DONE)
            else:
                await wire.reply(401, b'{"statusCode":401,"message":"Unauthorized. Access token is missing"}')

    return script


async def late_verdict(wire: Wire) -> None:
    """The verdict comes after the finish reason, when a client in a hurry has left."""
    await wire.request()
    await wire.stream(text("Hello", "stop"), end=False)
    await wire.server.seen.wait()
    await wire.chunks([verdict(HIGH), DONE])
    await wire.send(b"0\r\n\r\n")


INNER = {
    "code": "ResponsibleAIPolicyViolation",
    "content_filter_result": {"sexual": {"filtered": True, "severity": "medium"}},
}
WRAPPED = json.dumps(
    {"error": {"message": "The model said no.", "code": "content_filter", "status": 400, "innererror": INNER}}
).encode()
SERVERLESS = {"dialect": "azure-serverless"}
CASES = [
    Fault(
        NAME,
        "prompt_block_in_a_424",
        answered(424, WRAPPED),
        Outcome.PROMPT_BLOCKED,
        kind=ErrorKind.FILTERED,
        also=lambda r, _: r.verdicts[0].category == "sexual",
    ),
    Fault(
        NAME,
        "prompt_block_as_event",
        once(data(WRAPPED)),
        Outcome.PROMPT_BLOCKED,
        kind=ErrorKind.FILTERED,
        also=lambda r, _: r.filter == "blocked",
    ),
    Fault(
        NAME,
        "cut_in_the_text",
        once(text("Hello"), verdict(HIGH, "content_filter"), DONE),
        Outcome.ANSWER_BLOCKED,
        "Hello",
    ),
    Fault(
        NAME,
        "withdrawn_after_stop",
        late_verdict,
        Outcome.ANSWER_BLOCKED,
        "Hello",
        also=lambda r, _: r.finish_reason == "stop",
    ),
    Fault(
        NAME,
        "withdrawn_then_safe",
        once(text("Hello"), verdict(HIGH), verdict(SAFE), text("", "stop"), DONE),
        Outcome.ANSWER_BLOCKED,
        "Hello",
    ),
    Fault(
        NAME,
        "nothing_said_but_cut",
        once(text("Hello", "content_filter"), DONE),
        Outcome.ANSWER_BLOCKED,
        "Hello",
        also=lambda r, _: not r.verdicts,
    ),
    Fault(
        NAME,
        "not_run_then_block",
        once(text("Hi"), verdict({"error": {"code": "content_filter_error"}}), verdict(HIGH, "content_filter"), DONE),
        Outcome.ANSWER_BLOCKED,
        "Hi",
        also=lambda r, _: r.filter == "blocked",
    ),
    Fault(
        NAME,
        "word_error_in_good_answer",
        once(
            text("content_filter error"),
            verdict({"error": {"code": "", "message": ""}, **SAFE}),
            text("", "stop"),
            DONE,
        ),
        Outcome.COMPLETE,
        "content_filter error",
        also=lambda r, _: r.filter == "passed",
    ),
    Fault(
        NAME,
        "raw_then_bearer",
        wants("authorization", "Bearer k1234"),
        Outcome.COMPLETE,
        "Hello",
        attempts=2,
        key="k1234",
        config=SERVERLESS,
        also=lambda r, _: "bearer" in r.notes[0],
    ),
    Fault(
        NAME,
        "api_key_then_bearer",
        wants("authorization", "Bearer k1234"),
        Outcome.COMPLETE,
        "Hello",
        attempts=2,
        key="k1234",
        config={"dialect": "azure-openai"},
    ),
    Fault(
        NAME,
        "key_wrong_in_every_form",
        wants("authorization", "no"),
        Outcome.FAILED,
        kind=ErrorKind.AUTH,
        attempts=2,
        key="k1234",
        config=SERVERLESS,
        also=lambda r, _: r.error is not None and "k1234" not in str(r.error),
    ),
    Fault(
        NAME,
        "auth_said_is_not_changed",
        wants("authorization", "no"),
        Outcome.FAILED,
        kind=ErrorKind.AUTH,
        key="k1234",
        config={**SERVERLESS, "auth": "bearer"},
    ),
]
