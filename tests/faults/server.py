"""A server on raw sockets that does exactly what a script says, byte by byte, on 127.0.0.1."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it came. Header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


@dataclass
class Wire:
    """One connection, as a script sees it. `number` counts the connections, `asked` the requests of the server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int
    server: Server

    async def request(self) -> Received | None:
        """The next request; None where the client has hung up."""
        try:
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            headers = {n.strip().lower(): v.strip() for n, _, v in (line.partition(":") for line in lines if line)}
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        method, target, _ = first.split(" ", 2)
        received = Received(method, target, headers, body)
        self.server.requests.append(received)
        return received

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self, status: int = 200, **headers: str) -> None:
        """A status line and headers; `_` in a name stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in named.items()), "", ""]
        await self.send("\r\n".join(lines).encode())

    async def reply(self, status: int, body: bytes, **headers: str) -> None:
        """A whole answer with its length."""
        await self.head(status, content_length=str(len(body)), **headers)
        await self.send(body)

    async def stream(self, *parts: bytes, end: bool = True, status: int = 200, **headers: str) -> None:
        """A chunked answer, one chunk for each part. Without `end` it stays open."""
        head = {"content_type": "text/event-stream", **headers}
        await self.head(status, transfer_encoding="chunked", **head)
        await self.chunks(parts)
        if end:
            await self.send(b"0\r\n\r\n")

    async def chunks(self, parts: Iterable[bytes]) -> None:
        self.writer.write(b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts if part))
        await self.writer.drain()

    async def gone(self) -> None:
        """Wait until the client has closed the connection. Whatever it still sends is noted."""
        while data := await self.reader.read(65536):
            self.server.afterwards += data

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        sock: socket.socket = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Script = Callable[[Wire], Awaitable[None]]


@dataclass
class Server:
    """What a test asks afterwards."""

    port: int = 0
    scheme: str = "http"
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    afterwards: bytes = b""
    seen: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the client's side when it has shown some text."""
    problems: list[BaseException] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/v1/chat/completions"


@asynccontextmanager
async def serve(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """A server that runs the script for each connection, until the block ends."""
    server = Server(scheme="https" if tls else "http")
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        server.connections += 1
        server.open += 1
        try:
            await script(Wire(reader, writer, server.connections, server))
        except (ConnectionError, asyncio.CancelledError):
            pass
        except Exception as problem:
            server.problems.append(problem)
        finally:
            server.open -= 1
            tasks.discard(task)
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls, limit=1 << 22)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert not server.problems, server.problems


def once(*parts: bytes) -> Script:
    """The usual server: every request is answered with the same stream, and connections are kept."""

    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.stream(*parts)

    return script


def data(value: object) -> bytes:
    """One event."""
    return b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n"


def text(piece: str, finish: str | None = None, **more: object) -> bytes:
    """One event with a piece of the answer."""
    choice = {"index": 0, "delta": {"content": piece}, "finish_reason": finish}
    return data({"id": "c1", "model": "m", "choices": [choice], **more})


DONE = b"data: [DONE]\n\n"
HELLO = (text("Hello"), text(" world", "stop"), DONE)
