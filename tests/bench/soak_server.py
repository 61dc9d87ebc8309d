"""The loopback server of the soak: answers by the prompt's kind, and remembers what it sent for each number.

A prompt is `soak NUMBER KIND`, and the words of its answer are made from the number alone, so that whoever reads the
library afterwards knows what must stand in it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KINDS = ("whole", "stop", "reject", "withdraw", "error", "drop", "long", "think")
"""`whole` and `long` end well, `stop` never ends, `reject` and `withdraw` are the content filter's, `error` is a 500,
`drop` breaks the connection in the middle, `think` reasons first."""

WORDS = {"whole": 400, "long": 3000, "stop": 100_000, "withdraw": 40, "drop": 120, "think": 200}
PACE_S = 0.004
"""Between two words, so that a `whole` takes about two seconds."""


def word(number: int, index: int) -> str:
    """One word of an answer; every 40th ends a paragraph, and now and then there is code."""
    if index % 120 == 60:
        return f"\n\n```python\nx_{number} = {index}\n```\n\n"
    return (
        f"**w{number}**.{index} " if index % 10 == 3 else f"w{number}.{index} " + ("\n\n" if index % 40 == 39 else "")
    )


def answer(number: int, kind: str) -> Iterator[str]:
    """The pieces of the answer; the last of a complete one is `end NUMBER`."""
    for index in range(WORDS[kind]):
        yield word(number, index)
    yield f"end{number}"


@dataclass(slots=True)
class Sent:
    """What went out for one prompt. `text` is what was written to the socket so far."""

    kind: str
    requests: int = 0
    text: str = ""
    reasoning: str = ""
    over: bool = False


@dataclass(slots=True)
class Log:
    """Everything the server was asked, by the prompt's number."""

    url: str
    sent: dict[int, Sent] = field(default_factory=dict)
    requests: int = 0


_SAFE = {"severity": "safe", "filtered": False}
_VIOLENT = {"violence": {"severity": "high", "filtered": True}, "hate": _SAFE}


@contextmanager
def serving() -> Iterator[Log]:  # noqa: C901 - a handler made inside knows the log
    """Answer on a loopback port until the block is left."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            _, number, kind = body["messages"][-1]["content"].split()
            log.requests += 1
            sent = log.sent.setdefault(int(number), Sent(kind))
            sent.requests += 1
            try:
                self._answer(int(number), kind, sent)
            except OSError:
                pass  # the client has hung up: what was sent is what counts
            finally:
                sent.over = True

        def do_GET(self) -> None:
            self._plain(404, {})

        def _answer(self, number: int, kind: str, sent: Sent) -> None:
            if kind == "error":
                self._plain(500, {"error": {"message": f"out of order {number}", "code": "internal"}})
                return
            if kind == "reject":
                inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": _VIOLENT}
                said = {"message": "The response was filtered.", "code": "content_filter", "innererror": inner}
                self._plain(400, {"error": {**said, "param": "prompt", "status": 400}})
                return
            self._head(200, "text/event-stream")
            if kind == "think":
                for index in range(100):
                    self._delta({"reasoning_content": f"t{number}.{index} "})
                    sent.reasoning += f"t{number}.{index} "
            for piece in answer(number, kind):
                if over.is_set() or (kind == "drop" and piece.startswith("end")):
                    self.close_connection = True
                    return
                self._delta({"content": piece})
                sent.text += piece
                time.sleep(PACE_S)
            finish = "content_filter" if kind == "withdraw" else "stop"
            more = {"content_filter_results": _VIOLENT} if kind == "withdraw" else {}
            self._delta({}, finish, **more)
            self.wfile.write(b"data: [DONE]\n\n")

        def _delta(self, delta: dict[str, str], finish: str | None = None, **more: Any) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish, **more}
            event = {
                "id": "soak",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "soak",
                "choices": [choice],
            }
            self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")

        def _plain(self, status: int, value: object) -> None:
            data = json.dumps(value).encode()
            self._head(status, "application/json", len(data))
            self.wfile.write(data)

        def _head(self, status: int, content_type: str, length: int | None = None) -> None:
            self.send_response(status)
            self.send_header("content-type", content_type)
            if length is not None:
                self.send_header("content-length", str(length))
            self.send_header("connection", "close")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    over = threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        log = Log(f"http://127.0.0.1:{server.server_port}/v1")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield log
        finally:
            over.set()
            server.shutdown()
            thread.join()
