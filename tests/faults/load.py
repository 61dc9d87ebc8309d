"""Too much of everything."""

from __future__ import annotations

from tests.faults.fault import Fault
from tests.faults.server import DONE, Script, Wire, data, once, text
from tui_chat.core.endpoint import Timeouts
from tui_chat.core.message import ErrorKind, Outcome

NAME = "load"


def flood(block: bytes, times: int) -> Script:
    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.stream(text("Hi"), end=False)
        for _ in range(times):
            await wire.chunks([block])
        await wire.chunks([text("", "stop"), DONE])
        await wire.send(b"0\r\n\r\n")

    return script


PATIENT = Timeouts(connect=2.0, first_token=60.0, idle=60.0, whole=60.0)
"""Where the size ends the answer: on busy cores so much is no text for longer than the others wait for one."""

QUIET = b"data: " + b" " * (1 << 20) + b"{}\n\n"
LOUD = text("x" * (1 << 20))
CASES = [
    Fault(
        NAME,
        "twenty_thousand_events",
        once(b"".join([text("ab")] * 20_000), text("", "stop"), DONE),
        Outcome.COMPLETE,
        "ab" * 20_000,
        within=8,
    ),
    Fault(
        NAME,
        "one_event_of_8_mib",
        once(text("y" * (8 << 20), "stop"), DONE),
        Outcome.COMPLETE,
        "y" * (8 << 20),
        within=60,
        config={"timeouts": PATIENT},
    ),
    Fault(
        NAME,
        "one_event_of_17_mib",
        once(text("Hi"), text("y" * (17 << 20), "stop"), DONE),
        Outcome.INCOMPLETE,
        "Hi",
        ErrorKind.TOO_LARGE,
        within=60,
        config={"timeouts": PATIENT},
    ),
    Fault(
        NAME,
        "text_of_65_mib",
        flood(LOUD, 66),
        Outcome.INCOMPLETE,
        kind=ErrorKind.TOO_LARGE,
        within=60,
        config={"timeouts": PATIENT},
        also=lambda r, _: len(r.text) > 64 << 20,
    ),
    Fault(
        NAME,
        "101_mib_without_text",
        flood(QUIET, 102),
        Outcome.INCOMPLETE,
        "Hi",
        ErrorKind.TOO_LARGE,
        within=60,
        config={"timeouts": PATIENT},
    ),
    Fault(
        NAME,
        "thousands_of_verdicts",
        once(
            b"".join(
                data(
                    {
                        "choices": [
                            {
                                "index": 0,
                                "content_filter_results": {f"c{i % 50}": {"filtered": False, "severity": "safe"}},
                            }
                        ]
                    }
                )
                for i in range(5000)
            ),
            text("Hi", "stop"),
            DONE,
        ),
        Outcome.COMPLETE,
        "Hi",
        within=4,
        also=lambda r, _: len(r.verdicts) == 50,
    ),
]
