"""Event streams that bend the rules of framing."""

from __future__ import annotations

from tests.faults.fault import Fault
from tests.faults.server import DONE, HELLO, Script, Wire, once, text
from tui_chat.core.message import ErrorKind, Outcome

JOINED = b"".join(HELLO)
NAME = "framing"


def parts(*parts_: bytes) -> Script:
    return once(*parts_)


async def endless_line(wire: Wire) -> None:
    await wire.request()
    await wire.stream(text("Hi"), end=False)
    block = b"x" * 65536
    while True:
        await wire.chunks([block])


async def endless_event(wire: Wire) -> None:
    await wire.request()
    await wire.stream(text("Hi"), end=False)
    block = b"data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n" * 1000
    while True:
        await wire.chunks([block])


CASES = [
    Fault(NAME, "bom_before_the_text", parts(b"\xef\xbb\xbf" + JOINED), Outcome.COMPLETE, "Hello world"),
    Fault(
        NAME,
        "cr_only",
        parts(*(JOINED.replace(b"\n", b"\r")[i : i + 7] for i in range(0, len(JOINED), 7))),
        Outcome.COMPLETE,
        "Hello world",
    ),
    Fault(
        NAME,
        "mixed_line_ends",
        parts(
            text("Hello").replace(b"\n\n", b"\r\n\r"), b"\n", text(" world", "stop").replace(b"\n\n", b"\n\r\n"), DONE
        ),
        Outcome.COMPLETE,
        "Hello world",
    ),
    Fault(NAME, "no_blank_lines", parts(JOINED.replace(b"\n\n", b"\n")), Outcome.COMPLETE, "Hello world"),
    Fault(
        NAME,
        "bare_json_lines",
        parts(JOINED.replace(b"data: ", b"").replace(b"\n\n", b"\n")),
        Outcome.COMPLETE,
        "Hello world",
    ),
    Fault(
        NAME,
        "bom_in_two_and_comments",
        parts(b"\xef\xbb", b"\xbf: hi\n\n:\n" + text("Hello"), b"id: 3\nretry: 5\n\n", *HELLO[1:]),
        Outcome.COMPLETE,
        "Hello world",
    ),
    Fault(
        NAME,
        "data_over_lines",
        parts(b'data: {"choices":\ndata: [{"delta":{"content":"Hello world"},\ndata:"finish_reason":"stop"}]}\n\n'),
        Outcome.COMPLETE,
        "Hello world",
    ),
    Fault(NAME, "half_event_after_finish", parts(*HELLO[:2], b'data: {"id":"x","cho'), Outcome.COMPLETE, "Hello world"),
    Fault(
        NAME,
        "half_event_before_finish",
        parts(text("Hello"), b'data: {"choices":[{"delta":{"content":" wor'),
        Outcome.INCOMPLETE,
        "Hello",
    ),
    Fault(
        NAME,
        "broken_event_in_the_middle",
        parts(text("Hello"), b'data: {"choices": oops}\n\n', text(" world", "stop"), DONE),
        Outcome.INCOMPLETE,
        "Hello world",
        ErrorKind.PROTOCOL,
    ),
    Fault(NAME, "done_in_odd_clothes", parts(text("Hello"), b"data:  [DONE] \n\n"), Outcome.COMPLETE, "Hello"),
    Fault(NAME, "line_without_end", endless_line, Outcome.INCOMPLETE, "Hi", ErrorKind.TOO_LARGE, within=5),
    Fault(NAME, "event_without_end", endless_event, Outcome.INCOMPLETE, "Hi", ErrorKind.TOO_LARGE, within=5),
]
