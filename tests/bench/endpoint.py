"""The loopback endpoint of the measurements: streams the answer that the prompt asks for, and says when.

    python tests/bench/endpoint.py

The prompt is `KIND PIECES LENGTH TOKENS_PER_SECOND NUMBER` (see texts.py; 0 tokens per second: all at once). The
first token is a paragraph `Α<NUMBER>Α`, the last word `Ω<NUMBER>Ω`. On standard output stands the port, then a line for
each event with its time of the monotonic clock: `got` (the first byte of a request), `whole` (its last), `first`,
`quarter` 1 to 3, `last`.
It ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.texts import answer

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_NONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

AT_ONCE = 50
"""Tokens between two looks at whether the client keeps up, where all is sent at once."""


def say(event: str, when: float | None = None) -> None:
    print(event, repr(time.monotonic() if when is None else when), flush=True)


def _chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    event = {"id": "bench-1", "object": "chat.completion.chunk", "created": 1, "model": "bench", "choices": [choice]}
    data = f"data: {json.dumps(event)}\n\n".encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


async def _request(reader: asyncio.StreamReader) -> tuple[bytes, bytes, float]:
    """Head and body of a request, and when its first byte was there."""
    first = await reader.readexactly(1)
    begun = time.monotonic()
    head = first + await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return head, await reader.readexactly(int(lengths[0].partition(b":")[2])) if lengths else b"", begun


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head, body, begun = await _request(reader)
            if not head.startswith(b"POST"):
                writer.write(_NONE)
                continue
            say("got", begun)
            say("whole")
            await _stream(writer, json.loads(body)["messages"][-1]["content"])
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _stream(writer: asyncio.StreamWriter, prompt: str) -> None:
    kind, pieces, length, rate, number = prompt.split()
    first = _chunk({"role": "assistant", "content": f"Α{number}Α\n\n"})
    tokens = [_chunk({"content": text}) for text in answer(kind, int(pieces), int(length), f"Ω{number}Ω")]
    writer.write(_HEAD)
    await writer.drain()
    # Whoever waits for the first word is at rest by then, as with a model that thinks for a moment.
    await asyncio.sleep(0.3)
    begun = time.monotonic()
    say("first", begun)
    writer.write(first)
    quarter = max(len(tokens) // 4, 1)
    for index, token in enumerate(tokens, 1):
        if int(rate):
            await asyncio.sleep(max(begun + index / int(rate) - time.monotonic(), 0))
        writer.write(token)
        if int(rate) or not index % AT_ONCE:
            await writer.drain()
        if not index % quarter and index < 4 * quarter:
            say("quarter")
    say("last")
    writer.write(_chunk({}, "stop") + b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
    await writer.drain()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 24)
    print(server.sockets[0].getsockname()[1], flush=True)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), over.set)
    await over.wait()


if __name__ == "__main__":
    asyncio.run(main())
