"""Stands in for the model's process: takes its options from the pipe, and misbehaves as its first argument says.

Modes: `good` serves; `loading` answers 503 twice before it is healthy; `error` reports one; `told` repeats what it
was told; `garbage`, `silent` and
`slow` never become ready; `dies` serves and ends in the middle of an answer.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODE = sys.argv[1]
CHUNK = (
    'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m",'
    '"choices":[{"index":0,"delta":%s,"finish_reason":%s}]}\n\n'
)


class Handler(BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self) -> None:
        Handler.asked += 1
        self.send_response(503 if MODE == "loading" and Handler.asked <= 2 else 200)
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        sound = self.headers["authorization"] == f"Bearer {OPTIONS['key']}"
        self.send_response(200 if sound else 401)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for word in ("one", " two", " three"):
            self._say(CHUNK % (json.dumps({"content": word}), "null"))
        if MODE == "dies":
            os._exit(9)
        self._say(CHUNK % ("{}", '"stop"') + "data: [DONE]\n\n")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def log_message(self, *args: Any) -> None:
        pass


def watch() -> None:
    while os.read(0, 100):
        pass
    os._exit(0)


OPTIONS = json.loads(sys.stdin.buffer.readline())
threading.Thread(target=watch, daemon=True).start()
match MODE:
    case "error":
        print(json.dumps({"error": "no such thing.", "type": sys.argv[2]}), flush=True)
        sys.exit(1)
    case "told":
        print(json.dumps({"error": f"context {OPTIONS['context']}", "type": "X"}), flush=True)
        sys.exit(1)
    case "garbage":
        print("hello", flush=True)
        sys.exit(3)
    case "silent":
        sys.exit(4)
    case "slow":
        threading.Event().wait()
    case _:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(json.dumps({"port": server.server_port}), flush=True)
        server.serve_forever()
