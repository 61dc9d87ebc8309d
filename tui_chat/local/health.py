"""Asks a local llama.cpp server whether it is ready, in a few lines of plain HTTP so that nothing heavy is loaded."""

from __future__ import annotations

import asyncio

POLL_S = 0.05
_LONGEST_WAIT_S = 2.0


async def wait_until_healthy(port: int) -> None:
    """Return once `GET /health` on the loopback port says 200. The caller sets a deadline."""
    while not await healthy(port):  # noqa: ASYNC110  (nothing could set an event)
        await asyncio.sleep(POLL_S)


async def healthy(port: int) -> bool:
    """Send one request. False for 503 ("Loading model"), for any other response, and for none."""
    try:
        async with asyncio.timeout(_LONGEST_WAIT_S):
            status = await _ask(port)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        return False
    return status.split()[1:2] == [b"200"]


async def _ask(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return await reader.readuntil(b"\r\n")
    finally:
        writer.close()
