"""The server over HTTP: the real one on loopback, with a small program in place of the app."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import environment, tui_chat
from tests.waiting import until
from tests.web.serving import serving
from tui_chat.cli.options import parse
from tui_chat.cli.serve import app_arguments, colours, run_serve
from tui_chat.cli.serve import environment as app_environment
from tui_chat.web.access import Access

MISSING = importlib.util.find_spec("textual_serve") is None or sys.platform == "win32"
pytestmark = pytest.mark.skipif(MISSING, reason="the extra web is not installed")

ECHO = """
import os, signal, sys, tty
signal.signal(signal.SIGWINCH, lambda *_: os.write(1, b"size %dx%d\\n" % os.get_terminal_size()))
tty.setraw(0)
os.write(1, b"\\x1b[?1049hpid %d size %dx%d\\n" % (os.getpid(), *os.get_terminal_size()))
while True:
    try:
        data = os.read(0, 65536)
    except InterruptedError:
        continue
    if not data or data == b"q":
        break
    os.write(1, b"got %d " % len(data) + data[:20] + b"\\n")
"""
NAME = "0123456789abcdef" * 2


@dataclass
class Served:
    access: Access
    client: Any
    server: Any

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.access.port}"

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"{self.access.cookie}={self.access.pass_}"}

    def window(self, name: str = NAME, **headers: str) -> Any:
        sent = {**self.cookie, "Origin": self.base, **headers}
        return self.client.ws_connect(f"{self.base}/session/{name}?width=100&height=30", headers=sent)


@asynccontextmanager
async def served() -> AsyncIterator[Served]:
    import aiohttp

    from tui_chat.web.server import AppServer, listen

    made: list[Any] = []

    def server_of(port: int) -> AppServer:
        access = Access("127.0.0.1", port)
        made.extend((access, AppServer(access, [sys.executable, "-c", ECHO], {"TERM": "xterm"}, {"ground": "#123456"})))
        server: AppServer = made[1]
        return server

    runner, _ = await listen(server_of, "127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
            yield Served(made[0], client, made[1])
    finally:
        await runner.cleanup()


async def said(window: Any, words: bytes) -> bytes:
    """All that comes until these words do."""
    got = b""
    async with asyncio.timeout(60):
        while words not in got:
            message = await window.receive()
            assert isinstance(message.data, bytes), (message, got)
            got += message.data
    return got


async def closed(window: Any) -> int:
    """The code with which the connection is closed."""
    from aiohttp import WSMsgType

    async with asyncio.timeout(60):
        while (message := await window.receive()).type is not WSMsgType.CLOSE:
            pass
    code: int = message.data
    return code


async def test_the_token_becomes_a_cookie_and_leaves_the_address() -> None:
    async with served() as it:
        answer = await it.client.get(it.access.address, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        cookie = answer.cookies[it.access.cookie]
        assert cookie.value == it.access.pass_
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
        page = await it.client.get(it.base, headers=it.cookie)
        assert page.status == 200
        text = await page.text()
        assert it.access.token not in text
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
        for name in ("page.js", "page.css", "textual.js", "xterm.css", "RobotoMono-VariableFont_wght.ttf"):
            got = await it.client.get(f"{it.base}/static/{name}", headers=it.cookie)
            assert (got.status, len(await got.read()) > 100) == (200, True)
        assert "--ground:#123456" in await (await it.client.get(f"{it.base}/theme.css", headers=it.cookie)).text()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 403),
        ("/?token=wrong", {"cookie": True}, 403),
        ("/alive", {}, 403),
        ("/static/page.js", {}, 403),
        ("/alive", {"cookie": True}, 204),
        ("/alive", {"cookie": True, "Host": "evil.example"}, 403),
        ("/?token=", {"Host": "evil.example"}, 403),
        ("/alive", {"cookie": True, "Origin": "http://evil.example"}, 403),
        ("/static/server.py", {"cookie": True}, 404),
        ("/static/..%2f..%2fserver.py", {"cookie": True}, 404),
        ("/session/short", {"cookie": True, "Origin": "own"}, 404),
        ("/nowhere", {"cookie": True}, 404),
    ],
)
async def test_a_request_that_may_not_is_refused(path: str, headers: dict[str, Any], status: int) -> None:
    async with served() as it:
        sent = {name: it.base if value == "own" else value for name, value in headers.items() if name != "cookie"}
        sent |= it.cookie if "cookie" in headers else {}
        answer = await it.client.get(f"{it.base}{path}", headers=sent, allow_redirects=False)
        assert answer.status == status
        assert it.access.token not in await answer.text()


@pytest.mark.parametrize("headers", [{"Cookie": ""}, {"Origin": "http://evil.example"}, {"Host": "evil.example"}])
async def test_a_websocket_that_may_not_starts_nothing(headers: dict[str, str]) -> None:
    import aiohttp

    async with served() as it:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await it.window(**headers)
        assert refused.value.status == 403
        assert it.server._sessions == {}


async def test_a_window_has_a_process_that_outlives_a_reload_and_ends_with_it() -> None:
    async with served() as it:
        async with it.window() as window:
            first = await said(window, b"size 100x30")
            await window.send_str(json.dumps(["stdin", "grüße"]))
            await said(window, b"got 7 gr\xc3\xbc\xc3\x9fe")
            await window.send_str(json.dumps(["resize", {"width": 90, "height": 20}]))
            await said(window, b"size 90x20")
            for nonsense in ("", "{", "[]", "[1]", '["stdin", 5]', '["resize", {"width": "x"}]', '["other", {}]'):
                await window.send_str(nonsense)
            await window.send_str(json.dumps(["stdin", "x" * 200_000]))
            await said(window, b"xxx")
        async with it.window() as window:  # the same session: a reload
            again = await said(window, b"size 100x30")
            assert b"\x1b[?1049h" in again  # the new terminal is in the state of the one before
            assert b"pid" not in again
            pid = int(first.split(b"pid ")[1].split()[0])
            async with it.window() as other:  # and another window takes it over
                await said(other, b"size 100x30")
                assert await closed(window) == 4001
                await other.send_str(json.dumps(["stdin", "q"]))
                assert await closed(other) == 4000
        await until(lambda: not Path(f"/proc/{pid}").exists() or sys.platform != "linux")
        assert it.server._sessions == {}


async def test_a_window_that_does_not_come_back_ends_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui_chat.web import server

    monkeypatch.setattr(server, "GRACE_S", 0.05)
    async with served() as it:
        async with it.window() as window:
            pid = int((await said(window, b"size")).split(b"pid ")[1].split()[0])
        await until(lambda: it.server._sessions == {})
        await until(lambda: not Path(f"/proc/{pid}").exists() or sys.platform != "linux")


async def test_there_are_so_many_windows_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui_chat.web import server

    monkeypatch.setattr(server, "MOST_SESSIONS", 1)
    async with served() as it, it.window() as window:
        await said(window, b"size")
        async with it.window("f" * 32) as other:
            assert await closed(other) == 4002


async def test_the_address_stands_alone_and_what_another_one_exposes_is_said(tmp_path: Path) -> None:
    async with serving(tmp_path, "--host", "0.0.0.0") as server:
        assert server.address.startswith("http://")
        assert "?token=" in server.address
        await until(lambda: "Ctrl-C" in server.said())
        assert "Other machines can reach this address" in server.said()
        port = server.base.rpartition(":")[2]
        taken = await asyncio.to_thread(tui_chat, tmp_path, "serve", "--host", "0.0.0.0", "--port", port)
        assert (taken.returncode, taken.stdout) == (1, "")
        assert "cannot listen on 0.0.0.0" in taken.stderr


def test_the_app_in_a_window_is_started_as_it_was_asked_for(tmp_path: Path) -> None:
    argv = "serve --endpoint demo -t 0.5 --stop A --stop=--B --system=-s --theme moss --private --port 80".split()
    arguments = app_arguments(parse(argv))
    assert "--port=80" not in arguments
    opened, asked = parse(arguments), parse(argv)
    assert (opened.command, opened.endpoint, opened.private, opened.theme) == ("app", "demo", True, "moss")
    assert opened.settings == asked.settings
    assert opened.stop == ("A", "--B")


def test_the_environment_is_that_of_a_terminal_with_all_colours(tmp_path: Path) -> None:
    outer = environment(tmp_path, TERM="dumb", TMUX="1", DISPLAY=":0", NO_COLOR="1")
    near, far = app_environment(outer, local=True), app_environment(outer, local=False)
    assert (near["TERM"], near["COLORTERM"], near["DISPLAY"]) == ("xterm-256color", "truecolor", ":0")
    assert {"TMUX", "NO_COLOR"}.isdisjoint(near)
    assert "DISPLAY" not in far


def test_the_page_has_the_colours_of_the_theme(tmp_path: Path) -> None:
    base = ["serve", "--data-dir", str(tmp_path), "--config", str(tmp_path / "none.toml")]
    assert set(colours(parse([*base, "--theme", "linen"]))) == {"ground", "text", "accent"}
    assert colours(parse([*base, "--theme", "terminal"])) == {}


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("tui_chat.cli.serve.find_spec", lambda _: None)
    assert run_serve(parse(["serve"])) == 2
    assert "uv run --extra web" in capsys.readouterr().err
