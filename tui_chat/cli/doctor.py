"""`tui-chat doctor`: checks an endpoint and prints each step as it completes, never a key."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from tui_chat.cli import output
from tui_chat.cli.exit_codes import CONFIGURATION
from tui_chat.cli.options import Options
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.render.sanitize import safe_line

if TYPE_CHECKING:
    from tui_chat.cli.wiring import Wired
    from tui_chat.client.doctor import CheckStep

PASSED, FAILED = 0, 1
MARKS = {True: "ok", False: "FAILED", None: "-"}


def run_doctor(options: Options) -> int:
    """Check the chosen endpoint; returns the exit code."""
    from tui_chat.cli.wiring import wire

    output.prepare()
    wired = wire(options)
    if isinstance(wired, ServerError):
        _tell(wired)
        return CONFIGURATION
    for problem in (*wired.configuration.problems, *wired.notes):
        output.note(str(problem))
    return asyncio.run(_checked(wired))


async def _checked(wired: Wired) -> int:
    from tui_chat.engine.endpoint_check import check

    name = wired.choice.name
    unwritten = output.write([f"Checking the endpoint {safe_line(name)}\n"])
    last: CheckStep | None = None
    advice: list[str] = []
    try:
        async with aclosing(check(wired.backends, name)) as steps:
            async for last in steps:
                unwritten |= output.write([line(last)])
                advice += [last.advice] if last.advice else []
    finally:
        await wired.backends.aclose()
    if last is None or last.ok is not False:
        unwritten |= output.write([f"It works, with a reservation. {advice[0]}\n" if advice else "All is well.\n"])
        return FAILED if unwritten else PASSED
    if last.error is not None and last.error.hint:
        output.write([f"Next step: {safe_line(last.error.hint)}\n"])
    configured = last.error is not None and last.error.kind is ErrorKind.CONFIGURATION
    return CONFIGURATION if configured else FAILED


def line(step: CheckStep) -> str:
    """`ok      TCP               12 ms  port 443`."""
    from tui_chat.client.doctor import SLOW
    from tui_chat.engine.endpoint_check import NAMES

    mark = MARKS[step.ok] if not step.ok or not step.advice else "slow" if step.advice == SLOW else "check"
    return f"{mark:<7} {NAMES[step.name]:<15} {step.took:>8}  {safe_line(step.detail)}\n"


def _tell(error: ServerError) -> None:
    output.note(error.message)
    if error.hint:
        output.note(error.hint)
