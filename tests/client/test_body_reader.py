"""What has arrived of a body is taken at once, in time, and in bounded memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from tui_chat.client.body_reader import AHEAD, AT_ONCE, BodyReader

SOON, LATER = 0.02, 3600.0


class Body:
    """Chunks that come as soon as they are asked for; at `stalls`, none until `goes_on` is set."""

    def __init__(self, *chunks: bytes, problem: Exception | None = None, stalls: bool = False) -> None:
        self.chunks = chunks
        self.problem = problem
        self.stalls = stalls
        self.goes_on = asyncio.Event()
        self.given = 0
        self.closed = False

    async def read(self) -> AsyncGenerator[bytes, None]:
        try:
            for chunk in self.chunks:
                self.given += 1
                yield chunk
            if self.stalls:
                await self.goes_on.wait()
                yield b"late"
            if self.problem is not None:
                raise self.problem
        finally:
            self.closed = True


def due(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def until_the_end(reader: BodyReader) -> AsyncGenerator[bytes, None]:
    while (data := await reader.read(due(LATER))) is not None:
        yield data
        await asyncio.sleep(0)


async def test_all_that_has_arrived_is_taken_at_once_and_then_the_end() -> None:
    async with BodyReader(Body(b"a", b"b", b"c").read()) as reader:
        assert await reader.read(due(LATER)) == b"abc"
        assert await reader.read(due(LATER)) is None
        assert await reader.read(due(LATER)) is None


async def test_what_came_before_a_failure_is_not_lost() -> None:
    async with BodyReader(Body(b"a", b"b", problem=OSError("broken")).read()) as reader:
        assert await reader.read(due(LATER)) == b"ab"
        with pytest.raises(OSError, match="broken"):
            await reader.read(due(LATER))


async def test_nothing_in_time_is_an_error_and_what_comes_later_is_still_there() -> None:
    body = Body(b"a", stalls=True)
    async with BodyReader(body.read()) as reader:
        assert await reader.read(due(LATER)) == b"a"
        with pytest.raises(TimeoutError):
            await reader.read(due(SOON))
        body.goes_on.set()
        assert await reader.read(due(LATER)) == b"late"


async def test_a_moment_that_moves_away_does_not_end_a_later_read_too_early() -> None:
    """One timer serves many reads: where it fires too early, it is set again."""
    body = Body(b"a", stalls=True)
    async with BodyReader(body.read()) as reader:
        assert await reader.read(due(SOON)) == b"a"
        asyncio.get_running_loop().call_later(3 * SOON, body.goes_on.set)
        assert await reader.read(due(LATER)) == b"late"


async def test_a_moment_that_is_over_ends_a_flood() -> None:
    async with BodyReader(Body(*[b"noise"] * 9).read()) as reader:
        assert await reader.read(due(LATER))
        with pytest.raises(TimeoutError):
            await reader.read(due(0.0))


async def test_of_much_that_has_arrived_a_part_is_taken_in_order() -> None:
    chunks = [bytes([number]) * (AT_ONCE // 3) for number in range(9)]
    async with BodyReader(Body(*chunks).read()) as reader:
        taken = [data async for data in until_the_end(reader)]
    assert b"".join(taken) == b"".join(chunks)
    assert max(map(len, taken)) < 2 * AT_ONCE


async def test_a_reader_that_takes_its_time_holds_no_more_than_its_limit() -> None:
    size = AHEAD // 4
    body = Body(*[b"x" * size] * 40)
    taken = 0
    async with BodyReader(body.read()) as reader:
        async for data in until_the_end(reader):
            taken += len(data)
            assert body.given * size <= taken + AHEAD
    assert taken == 40 * size


@pytest.mark.parametrize("body", [Body(b"a", stalls=True), Body(*[b"x" * AHEAD] * 3)], ids=["silent", "full"])
async def test_a_body_that_is_left_is_closed(body: Body) -> None:
    async with BodyReader(body.read()) as reader:
        await reader.read(due(LATER))
    assert body.closed
