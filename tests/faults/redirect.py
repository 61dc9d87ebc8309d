"""Redirects: followed where nothing new learns the key, and nowhere else."""

from __future__ import annotations

from tests.faults.fault import Fault
from tests.faults.server import DONE, Script, Wire, text
from tui_chat.core.message import ErrorKind, Outcome

NAME = "redirect"


def to(location: str | None, status: int = 307) -> Script:
    """Every request for the usual path is sent on; every other one is answered."""

    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.target == "/v1/chat/completions":
                headers = {} if location is None else {"location": location.replace("PORT", str(wire.server.port))}
                await wire.reply(status, b"moved", **headers)
            else:
                await wire.stream(text("Hello", "stop"), DONE)

    return script


async def round_and_round(wire: Wire) -> None:
    while (request := await wire.request()) is not None:
        await wire.reply(308, b"", location=f"{request.target}x")


CASES = [
    Fault(NAME, "see_other", to("/v2/chat", 303), Outcome.FAILED, kind=ErrorKind.REDIRECT),
    Fault(
        NAME,
        "same_host",
        to("/v2/chat"),
        Outcome.COMPLETE,
        "Hello",
        attempts=2,
        key="k1234",
        also=lambda _, s: (
            s.requests[1].headers["authorization"] == "Bearer k1234"
            and s.requests[1].method == "POST"
            and s.requests[1].body == s.requests[0].body
        ),
    ),
    Fault(NAME, "same_host_301", to("http://127.0.0.1:PORT/v2/chat", 301), Outcome.COMPLETE, "Hello", attempts=2),
    Fault(
        NAME,
        "other_port",
        to("http://127.0.0.1:9/v1/chat/completions"),
        Outcome.FAILED,
        kind=ErrorKind.REDIRECT,
        also=lambda r, _: r.error is not None and "127.0.0.1:9" in r.error.message,
    ),
    Fault(
        NAME,
        "other_name_of_this_host",
        to("http://localhost:PORT/v2/chat"),
        Outcome.FAILED,
        kind=ErrorKind.REDIRECT,
        also=lambda _, s: len(s.requests) == 1,
    ),
    Fault(
        NAME,
        "other_scheme",
        to("https://127.0.0.1:PORT/v1/chat/completions", 308),
        Outcome.FAILED,
        kind=ErrorKind.REDIRECT,
    ),
    Fault(NAME, "loop", round_and_round, Outcome.FAILED, kind=ErrorKind.REDIRECT, attempts=4),
    Fault(NAME, "nowhere", to(None, 302), Outcome.FAILED, kind=ErrorKind.REDIRECT),
    Fault(NAME, "to_nonsense", to("http://[oops"), Outcome.FAILED, kind=ErrorKind.REDIRECT),
]
