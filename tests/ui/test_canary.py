"""Five secrets in one endpoint, echoed by a server: no screen, file, copied text or report of the app holds one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from textual.widgets import TextArea

from tests.faults.server import DONE, Received, Server, Wire, data, serve, text
from tests.support.canary import CANARY, found_in
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.cli.crash_report import crash_report
from tui_chat.client.http import HttpBackend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.ui.screens.exchange import ExchangeView
from tui_chat.ui.screens.filtered import Filtered

SECRETS = {name: f"{name}{CANARY}" for name in ("key", "header", "cookie", "query", "user", "body")}
"""All of them end alike, so that a look for one finds each."""


def config(server: Server) -> EndpointConfig:
    url = server.url.replace("//", f"//somebody:{quote(SECRETS['user'], safe='')}@")
    return EndpointConfig(
        name="mine",
        url=f"{url}?x={quote(SECRETS['query'], safe='')}",
        auth="api-key",
        model="m",
        headers={"x-custom": SECRETS["header"], "Cookie": f"session={SECRETS['cookie']}"},
        body={"tool_auth": {"secret": SECRETS["body"]}},
    )


def echo(request: Received) -> str:
    """The request as it came, as a server in debugging mode shows it."""
    sent = {name: value for name, value in request.json.items() if name != "messages"}
    return f"{request.target} {request.headers} {json.dumps(sent)}"


async def script(wire: Wire) -> None:
    """The prompt says how to answer."""
    while (request := await wire.request()) is not None:
        said, prompt = echo(request), request.json["messages"][-1]["content"]
        error = {"message": said, "code": SECRETS["key"], "type": SECRETS["header"], "param": SECRETS["query"]}
        match prompt:
            case "answer":
                half = len(said) // 2
                await wire.stream(text(said[:half]), text(said[half:], "stop"), DONE, x_request_id=SECRETS["key"])
            case "break":
                await wire.stream(text("Well"), data({"error": error}))
            case "filter":
                judged = {SECRETS["key"]: {"filtered": True, "severity": SECRETS["body"]}}
                inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": judged}
                body = {"error": {**error, "code": "content_filter", "innererror": inner}}
                await wire.reply(400, json.dumps(body).encode())
            case _:
                await wire.reply(400, json.dumps({"error": error}).encode(), x_request_id=SECRETS["key"])


def stored(*folders: Path) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield path.name, path.read_bytes().decode("utf-8", "replace")


async def test_no_secret_reaches_a_screen_a_file_or_a_copied_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    screens: list[str] = []
    async with serve(script) as server:
        backend = HttpBackend(config(server), SECRETS["key"], environ={}, first_pause=0.01)
        async with chat(tmp_path, backend, size=(120, 50)) as (app, pilot):
            monkeypatch.setattr(app, "copy_to_clipboard", copied.append)

            async def sent(prompt: str, *shown: str) -> None:
                screen_of(app).prompt.focus()
                await pilot.press(*prompt, "enter")
                await until(lambda: all(each in text_of(app) for each in shown))
                screens.append(text_of(app))

            await sent("answer", "[masked]", "content-length", "ready")
            await sent("break", "Well", "***", "failed")
            await sent("wrong", "You · 03:04", "wrong", "failed · mine")
            await pilot.press("f12")
            await until(lambda: isinstance(app.screen, ExchangeView))
            await pilot.press("m")
            screens += [text_of(app), app.screen.query_one(TextArea).text]
            await pilot.press("c")
            await until(lambda: bool(copied))
            await pilot.press("left", "left")
            screens += [text_of(app), app.screen.query_one(TextArea).text]
            await pilot.press("escape")
            await screen_of(app).run_action("copy_curl")
            await until(lambda: len(copied) == 2)
            screen_of(app).prompt.focus()
            await pilot.press(*"filter", "enter")
            await until(lambda: isinstance(app.screen, Filtered))
            await pilot.pause()
            screens.append(text_of(app))
            bug = TypeError(f"header value {SECRETS['header']} has no length")
            report = crash_report(bug, app.desk.backends.secrets.mask_shown)
    assert len(server.requests) == 4
    assert all(each in echo(server.requests[0]) for each in (SECRETS["key"], SECRETS["header"], SECRETS["cookie"]))
    for shown in (*screens, *copied):
        assert not found_in(shown.replace("\n", "")), shown
        assert "***" in shown or "[masked]" in shown
    assert report.count("***") == 1
    for name, content in stored(tmp_path):
        assert not found_in(content), name
