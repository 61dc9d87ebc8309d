"""`tui-chat models`: what an endpoint offers for chat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.cli.run import tui_chat

KEY = "sk-models-0123456789abcdef"
LISTED = {
    "data": [
        {
            "id": "mistral-small-2506",
            "aliases": ["mistral-small-latest"],
            "max_context_length": 131072,
            "capabilities": {"completion_chat": True, "function_calling": True, "vision": True},
        },
        {"id": "old\u001b[31m", "deprecation": "2026-12-31T00:00:00Z", "deprecation_replacement_model": "new"},
        {"id": "mistral-embed"},
    ]
}


@contextmanager
def serving(status: int, body: object) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = json.dumps(body).encode()
            known = self.path == "/v1/models" and self.headers["authorization"] == f"Bearer {KEY}"
            self.send_response(status if known else 401)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_a_line_each_with_what_is_known(tmp_path: Path) -> None:
    with serving(200, LISTED) as url:
        own = ("models", "--url", url, "--key-env", "K")
        done = tui_chat(tmp_path, *own, env={"K": KEY})
        objects = tui_chat(tmp_path, *own, "--json", env={"K": KEY})
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.split() == "mistral-small-2506 context 131072 tools, vision also mistral-small-latest".split()
    assert second.endswith("until 2026-12-31, then new")
    assert "\x1b" not in done.stdout
    assert json.loads(objects.stdout)[0] == {
        "id": "mistral-small-2506",
        "context": 131072,
        "output": None,
        "capabilities": ["tools", "vision"],
        "aliases": ["mistral-small-latest"],
        "retires": None,
        "replaced_by": None,
        "preview": False,
        "deployed": None,
        "deployable": False,
        "price": None,
    }


def test_why_there_is_no_list(tmp_path: Path) -> None:
    with serving(404, {"error": "no such page"}) as url:
        done = tui_chat(tmp_path, "models", "--url", url, "--key-env", "K", env={"K": KEY})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr
    assert KEY not in done.stderr
    built_in = tui_chat(tmp_path, "models", "--endpoint", "demo")
    assert built_in.returncode == 1
    assert "built in" in built_in.stderr
    assert tui_chat(tmp_path, "models", "--endpoint", "nobody").returncode == 2
