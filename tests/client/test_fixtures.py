"""Every fixture through the real client over a real socket: whole, byte by byte, and in random cuts. What each cut does
to the decoder is a matter of tests/wire."""

from __future__ import annotations

import random
from http import HTTPStatus

import pytest

from tests.client.asking import ask, backend
from tests.faults.server import Wire, serve
from tests.support.thorough import some
from tests.wire.fixtures import Case, cases, check

NO_RETRY = {"x_should_retry": "false"}


def parts_of(body: bytes, how: int | str) -> list[bytes]:
    if how == "whole":
        return [body]
    if how == "bytes":
        return [body[at : at + 1] for at in range(len(body))]
    cuts = sorted(random.Random(how).choices(range(len(body)), k=10))
    return [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]


NOT_OURS = "mistral_422_message_is_object"
"""It refuses `stream_options`, which a gateway adds to streams: asked without it, and once more in one piece."""


@pytest.mark.parametrize("case", cases(), ids=str)
async def test_fixture(case: Case) -> None:
    hows = some(["whole", "bytes", *range(3)], 3)
    todo = iter(["whole", "whole", *hows] if case.name == NOT_OURS else hows)
    headers = {name: value for name, value in case.headers.items() if not name.startswith("retry-after")}
    headers |= {"x-should-retry": "false"} | {n: v for n, v in case.headers.items() if n.startswith("retry-after")}

    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.head(case.status, transfer_encoding="chunked", **headers)
            await wire.chunks(parts_of(case.body, next(todo)))
            await wire.send(b"0\r\n\r\n")

    async with serve(script) as server:
        client = backend(server.url)
        for how in hows:
            asked = await ask(client)
            check(asked.events, asked.reply, case.expect)
            assert asked.reply.attempts == (3 if case.name == NOT_OURS and how == "whole" else 1), how
            if case.status != HTTPStatus.OK:
                assert asked.reply.error is not None
                assert asked.reply.error.status == case.status
        await client.aclose()
        assert server.connections == 1
