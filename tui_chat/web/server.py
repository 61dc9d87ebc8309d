"""The HTTP server: the page, its files, and a websocket per window. Serves only what `Access` allows."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from tui_chat.web.access import Access
from tui_chat.web.session import AppSession

MOST_SESSIONS = 8
GRACE_S = 30.0
"""Seconds for which a session waits for its window: a reload, a network that was gone."""

FULL = 4002
MOST_TYPED = 16 * 2**20
"""Bytes of one message: a paste is one."""

HEARTBEAT_S = 15.0
STALE = (
    "The token in this address is not the one that tui-chat serve printed. Every start has another one: open the"
    " address that was printed last."
)
_SESSION = re.compile(r"[0-9a-f]{32}")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class AppServer:
    """Serves the app that `command` starts, with `environ`. `colours` are those of the page: ground, text, accent."""

    def __init__(
        self, access: Access, command: Sequence[str], environ: Mapping[str, str], colours: Mapping[str, str]
    ) -> None:
        self._access = access
        self._command = command
        self._environ = environ
        self._colours = colours
        self._sessions: dict[str, AppSession] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._guarded], client_max_size=1024)
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/alive", self._alive),
                web.get("/theme.css", self._theme),
                web.get("/static/{name}", self._file),
                web.get("/session/{session}", self._session),
            ]
        )
        app.on_shutdown.append(self._shut_down)
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        access = self._access
        websocket = request.path.startswith("/session/")
        refusal = access.refusal(request.host, request.headers.get("Origin"), websocket=websocket)
        if refusal is not None:
            return _refused(refusal)
        if request.path == "/" and "token" in request.query:
            return self._let_in(request.query["token"])
        if not access.knows(request.cookies):
            return _refused("Open the address that tui-chat serve printed: it holds the token that opens this page.")
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = web.Response(status=error.status, text=error.reason)
        if not response.prepared:
            response.headers.update(_headers(request.host))
        return response

    def _let_in(self, token: str) -> web.Response:
        """Exchange the token for the cookie, and lead to an address without it."""
        if not self._access.opens(token):
            return _refused(STALE)
        response = web.Response(status=303, headers={"Location": "/", **_headers("")})
        response.set_cookie(self._access.cookie, self._access.pass_, httponly=True, samesite="Strict", path="/")
        return response

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return web.Response(body=_own("page.html"), content_type="text/html", charset="utf-8")

    async def _alive(self, _: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    async def _theme(self, _: web.Request) -> web.StreamResponse:
        rules = "".join(f"--{name}:{colour};" for name, colour in self._colours.items())
        return web.Response(text=f":root{{{rules}}}", content_type="text/css", charset="utf-8")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = FILES.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        kind, read = found
        return web.Response(body=await asyncio.to_thread(read), content_type=kind)

    async def _session(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["session"]
        if _SESSION.fullmatch(name) is None:
            raise web.HTTPNotFound
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=MOST_TYPED)
        await socket.prepare(request)
        width, height = _size(request.query.get("width")), _size(request.query.get("height"))
        session = await self._opened(name, width, height)
        if session is None:
            await socket.close(code=FULL)
            return socket
        await session.show_in(socket, width, height)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await _take(session, socket, message.data)
        finally:
            if session.leave(socket):
                self._wait(name)
        return socket

    async def _opened(self, name: str, width: int, height: int) -> AppSession | None:
        """The session of this name, or a new one; None if there are too many."""
        if (timer := self._waiting.pop(name, None)) is not None:
            timer.cancel()
        if name in self._sessions:
            return self._sessions[name]
        if len(self._sessions) >= MOST_SESSIONS:
            return None
        session = AppSession(self._command, self._environ, lambda: self._forget(name))
        self._sessions[name] = session
        try:
            await session.start(width, height)
        except OSError:
            self._forget(name)
            return None
        return session

    def _wait(self, name: str) -> None:
        """Its window is gone: end it, unless the window comes back in time."""
        if name in self._sessions:
            self._waiting[name] = asyncio.get_running_loop().call_later(GRACE_S, self._end, name)

    def _end(self, name: str) -> None:
        self._waiting.pop(name, None)
        session = self._sessions.pop(name, None)
        if session is not None:
            task = asyncio.create_task(session.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    def _forget(self, name: str) -> None:
        self._sessions.pop(name, None)
        if (timer := self._waiting.pop(name, None)) is not None:
            timer.cancel()

    async def _shut_down(self, _: web.Application) -> None:
        for timer in self._waiting.values():
            timer.cancel()
        sessions, self._sessions = [*self._sessions.values()], {}
        await asyncio.gather(*(session.end() for session in sessions), *self._ending)


async def _take(session: AppSession, socket: web.WebSocketResponse, text: str) -> None:
    """Handle one message of the page. Anything else is ignored."""
    try:
        kind, *rest = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return
    match kind, rest:
        case "stdin", [str(typed)]:
            await session.type(typed.encode("utf-8", "replace"))
        case "resize", [{"width": int(width), "height": int(height)}]:
            session.resize(width, height)
        case "ping", [str(sent)]:
            await socket.send_str(json.dumps(["pong", sent[:40]]))


def _size(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else 80


def _headers(host: str) -> dict[str, str]:
    """Nothing is loaded from elsewhere, framed, cached, or disclosed to another page."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        f"connect-src 'self' ws://{host} wss://{host}"
    )
    return {
        "Content-Security-Policy": policy if host else "default-src 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def _refused(why: str) -> web.Response:
    page = f"<!DOCTYPE html><meta charset=utf-8><title>tui-chat</title><p>{html.escape(why)}</p>"
    return web.Response(status=403, text=page, content_type="text/html", headers=_headers(""))


def _own(name: str) -> bytes:
    return (Path(__file__).parent / "static" / name).read_bytes()


def _theirs(path: str) -> Callable[[], bytes]:
    return lambda: files("textual_serve").joinpath("static", *path.split("/")).read_bytes()


FILES: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "page.js": ("text/javascript", lambda: _own("page.js")),
    "page.css": ("text/css", lambda: _own("page.css")),
    "textual.js": ("text/javascript", _theirs("js/textual.js")),
    "xterm.css": ("text/css", _theirs("css/xterm.css")),
    "RobotoMono-VariableFont_wght.ttf": ("font/ttf", _theirs("fonts/RobotoMono-VariableFont_wght.ttf")),
    "RobotoMono-Italic-VariableFont_wght.ttf": ("font/ttf", _theirs("fonts/RobotoMono-Italic-VariableFont_wght.ttf")),
}
"""All files; no path is ever built from a request."""


async def listen(server_of: Callable[[int], AppServer], host: str, port: int) -> tuple[web.AppRunner, int]:
    """Begin to listen; the runner, and the port. Raises OSError."""
    import socket as sockets

    family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
    listener = sockets.socket(family, sockets.SOCK_STREAM)
    try:
        listener.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
        listener.bind((host, port))
        bound: int = listener.getsockname()[1]
        runner = web.AppRunner(server_of(bound).app(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        site: Any = web.SockSite(runner, listener)
        await site.start()
    except BaseException:
        listener.close()
        raise
    return runner, bound
