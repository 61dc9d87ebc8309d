"""A server as strict as Mistral's on Azure, in a thread: 422 for every field that it does not know."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KNOWN = {"model", "messages", "temperature", "max_tokens", "top_p", "stream", "safe_prompt", "random_seed"}


@dataclass
class Strict:
    """`asked` are the bodies as they came."""

    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    gets: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.base}/v1/chat/completions"


@contextmanager
def strict_server(key: str = "", prefix: str = "You said: ") -> Iterator[Strict]:
    """Answers `You said: …` (or the prompt behind another `prefix`) to who has the key (raw, Bearer or api-key); ""
    lets everybody in."""
    strict = Strict()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            strict.gets.append(self.path)
            self._json(200, {"object": "list", "data": [{"id": "strict-1"}, {"id": "strict-2"}]})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            strict.asked.append(body)
            given = self.headers.get("authorization", self.headers.get("api-key", "")).removeprefix("Bearer ")
            unknown = sorted(set(body) - KNOWN)
            if key and given != key:
                self._json(401, {"error": {"message": f"Incorrect API key provided: {given}", "code": "401"}})
            elif unknown:
                errors = [
                    {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"}
                    for name in unknown
                ]
                self._json(422, {"object": "error", "message": {"detail": errors}, "type": "invalid_request_error"})
            elif body.get("stream"):
                self._stream(f"{prefix}{body['messages'][-1]['content']}")
            else:
                said = {"role": "assistant", "content": f"{prefix}{body['messages'][-1]['content']}"}
                self._json(200, {"model": "strict", "choices": [{"message": said, "finish_reason": "stop"}]})

        def _json(self, status: int, value: object) -> None:
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _stream(self, text: str) -> None:
            chunks = [
                {"choices": [{"index": 0, "delta": {"content": text[i : i + 4]}}]} for i in range(0, len(text), 4)
            ]
            chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
            data = "".join([*lines, "data: [DONE]\n\n"]).encode()
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    strict.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield strict
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
