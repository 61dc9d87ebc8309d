"""A server on the loopback that says what a test wants: a raw event stream, or a refusal with a chosen sentence."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Say:
    """An answer, sent in the given pieces."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hang:
    """The beginning of an answer that never goes on."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """The beginning of an answer, and the rest once `Talker.go` is set."""

    first: str
    rest: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """HTTP 400 with this message."""

    message: str


@dataclass(slots=True)
class Talker:
    """`requests` holds the body of each request, in the order of their coming; `url` is what `--url` takes."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def talker(answer: Callable[[str], Say | Hang | Pause | Refuse]) -> Iterator[Talker]:
    """Serve until the block is left. `answer` is given the last message of each request."""

    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            found.requests.append(body)
            match answer(body["messages"][-1]["content"]):
                case Say(pieces):
                    self._begin(200, "text/event-stream")
                    self.wfile.write(b"".join(_chunk(piece) for piece in pieces) + _END)
                case Hang(pieces):
                    self._begin(200, "text/event-stream")
                    self.wfile.write(b"".join(_chunk(piece) for piece in pieces))
                    over.wait()
                case Pause(first, rest):
                    self._begin(200, "text/event-stream")
                    self.wfile.write(_chunk(first))
                    found.go.wait()
                    self.wfile.write(_chunk(rest) + _END)
                case Refuse(message):
                    self._begin(400, "application/json")
                    self.wfile.write(json.dumps({"error": {"message": message, "code": "bad"}}).encode())

        def do_GET(self) -> None:
            self._begin(404, "application/json")
            self.wfile.write(b"{}")

        def _begin(self, status: int, content_type: str) -> None:
            self.send_response(status)
            self.send_header("content-type", content_type)
            self.send_header("connection", "close")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Talker(f"http://127.0.0.1:{server.server_port}/v1")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield found
        finally:
            over.set()
            found.go.set()
            server.shutdown()
            thread.join()


_HEAD = b'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":'
_END = _HEAD + b'{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


def _chunk(text: str) -> bytes:
    """One event. ASCII with escapes, so that half a surrogate pair travels as servers send it."""
    return _HEAD + json.dumps({"content": text}).encode() + b',"finish_reason":null}]}\n\n'
