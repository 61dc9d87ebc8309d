"""What `ask` and `chat` say of a request that failed: status, code, request id, and with `--verbose` the response."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from tests.cli.chatting import talk
from tests.cli.run import tui_chat
from tests.faults.server import Wire, serve
from tests.scripted import answered
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core import event as ev
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind, ServerError

KEY = "sk-errors-0123456789abcdef"
ID = "4bf92f3577b34da6a3ce929d0e0e4736"
"""Random like a key, as many ids are."""


async def refusing(wire: Wire) -> None:
    while (request := await wire.request()) is not None:
        key = request.headers["authorization"]
        body = {"error": {"message": f"No {key}. Request id: {ID}", "code": "invalid_api_key", "type": "auth"}}
        await wire.reply(401, json.dumps(body).encode(), x_request_id=ID, x_echo=key, x_region="westus")


@pytest.mark.parametrize("verbose", [False, True])
async def test_ask_tells_status_and_request_id_and_with_verbose_the_response(tmp_path: Path, verbose: bool) -> None:
    async with serve(refusing) as server:
        argv = ["ask", "hi", "--url", server.url, "--key-env", "K", *(["--verbose"] if verbose else [])]
        done = await asyncio.to_thread(tui_chat, tmp_path, *argv, env={"K": KEY})
    assert (done.returncode, done.stdout) == (1, "")
    assert f"No Bearer ***. Request id: {ID}" in done.stderr
    assert f"tui-chat: status 401, code invalid_api_key, request id {ID}\n" in done.stderr
    response = ("status 401\n", f"x-request-id: {ID}\n", "x-region: westus\n", '"type": "auth"')
    assert [each in done.stderr for each in response] == [verbose] * 4
    assert KEY not in done.stderr


def test_chat_tells_the_same(tmp_path: Path) -> None:
    failed = ServerError(ErrorKind.SERVER, "The server has a problem.", 503, request_id=ID)
    script: list[ev.Event | Exception] = [ev.Sent(1), ev.Failed(failed), ev.Closed(done=False)]
    heard = talk(tmp_path, ["hi"], [script])
    assert f"status 503, request id {ID}" in heard.err


def test_nothing_is_added_where_nothing_failed(tmp_path: Path) -> None:
    heard = talk(tmp_path, ["hi"], [answered("Hello.")], verbose=True)
    assert "status" not in heard.err + heard.out


def test_the_response_is_that_of_the_failed_request_alone(tmp_path: Path) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        key = request.headers["authorization"]
        body = httpx.ByteStream(f"No {key}".encode())
        return httpx.Response(401, headers={"x-region": "westus", "x-echo": key}, stream=body)

    backend = HttpBackend(EndpointConfig("e", "https://h.test"), KEY, httpx.MockTransport(refuse), environ={})
    heard = talk(tmp_path, ["hi"], backend, verbose=True)
    shown = backend.traces[-1].received()
    assert shown in heard.err
    assert "x-region: westus" in shown
    assert "No Bearer ***" in shown
    assert "POST" not in shown
    assert KEY not in heard.err + heard.out
    quiet = talk(tmp_path / "quiet", ["hi"], backend)
    assert "status 401" in quiet.err
    assert "westus" not in quiet.err
