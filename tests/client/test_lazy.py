"""The first request must not hold up the screen: httpx is imported in a thread, whoever asks first."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import asyncio, sys, threading
from importlib.abc import MetaPathFinder
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import Message
from tui_chat.core.settings import Settings
from tui_chat.engine.backends import Backends

where = {}
class Finder(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in (
            "httpx", "httpcore", "httpcore._async.http11", "h11", "anyio._backends._asyncio", "httpx_sse", "truststore",
        ):
            where[name] = threading.current_thread() is threading.main_thread()
        return None
sys.meta_path.insert(0, Finder())
backends = Backends({"e": EndpointConfig("e", "http://127.0.0.1:9/v1", auth="none")})

async def main(name, what, prompt):
    backend = backends.get(name)
    if what == "answer":
        async for _ in backend.answer([Message("user", sys.argv[3])], Settings()):
            pass
    elif what == "check":
        from tui_chat.engine.endpoint_check import check
        async for _ in check(backends, name):
            pass
    else:
        await getattr(backend, what)()
    await backends.aclose()

asyncio.run(main(*sys.argv[1:]))
assert "httpx" in where and not any(where.values()), where
"""


@pytest.mark.parametrize(
    ("name", "what", "prompt"),
    [("e", "answer", "hello"), ("e", "warm", ""), ("e", "check", ""), ("demo", "answer", "block prompt")],
)
def test_httpx_is_imported_beside_the_event_loop(name: str, what: str, prompt: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, name, what, prompt], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
