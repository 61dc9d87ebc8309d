"""The fault server: whatever a server does, the outcome is the true one, in time, and nothing is left behind."""

from __future__ import annotations

import asyncio
from collections import Counter
from time import process_time

import pytest

from tests.client.asking import PATIENT, PROMPT, Asked
from tests.faults import azure, connection, encoding, error, framing, load, redirect, shape, time
from tests.faults.fault import Fault
from tests.faults.server import Server, serve
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core import event as ev
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings

GROUPS = (framing, connection, encoding, azure, shape, error, time, load, redirect)
ALL = [case for group in GROUPS for case in group.CASES]


def test_there_are_enough_of_each() -> None:
    assert min(Counter(case.group for case in ALL).values()) >= 3
    assert len({str(case) for case in ALL}) == len(ALL)


CPU_S = 3.0
"""Seconds of the processor that any case may take, client and server together: four times what the dearest one does."""


BUSY = 8
"""Times as long as on idle cores is in time, too: what does not end by itself takes much longer."""


async def asked_of(server: Server, case: Fault) -> Asked:
    config = EndpointConfig(name="test", url=server.url, **{"timeouts": PATIENT, **case.config})
    client = HttpBackend(config, case.key, environ={}, first_pause=0.05)
    await client.warm()  # loading a library is no part of what is measured
    asked = Asked(start=asyncio.get_running_loop().time())
    try:
        async for event in client.answer(PROMPT, Settings(), stream=case.stream):
            asked.events.append(event)
            asked.reply.feed(event)
            if isinstance(event, ev.TextDelta):
                server.seen.set()
    finally:
        await client.aclose()
    return asked


@pytest.mark.parametrize("case", ALL, ids=str)
async def test_fault(case: Fault) -> None:
    loop = asyncio.get_running_loop()
    async with serve(case.script) as server:
        begun = process_time()
        asked = await asked_of(server, case)
        spent = process_time() - begun
        took = loop.time() - asked.start
        reply = asked.reply
        assert isinstance(asked.events[-1], ev.Closed)
        assert reply.outcome is case.outcome, reply.error
        if case.text or case.outcome not in (case.outcome.COMPLETE, case.outcome.INCOMPLETE):
            assert reply.text == case.text
        assert (reply.error.kind if reply.error else None) is case.kind or case.outcome is case.outcome.INCOMPLETE
        assert case.kind is None or (reply.error is not None and reply.error.kind is case.kind)
        assert case.attempts is None or reply.attempts == case.attempts
        assert case.also(reply, server)
        assert took < case.within * BUSY
        assert spent < CPU_S
