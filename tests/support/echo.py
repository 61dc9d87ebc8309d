"""A server that answers with the request as it came, in whatever place of the answer the prompt asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.faults.server import DONE, Received, Server, Wire, data, text
from tests.support.canary import CANARY

SECRETS = {name: f"{name}{CANARY}" for name in ("key", "header", "cookie", "query", "user", "body")}
"""All of them end alike, so that a look for one finds each."""


def url_of(server: Server) -> str:
    """The server's address with a secret before the @ and one in the query."""
    url = server.url.replace("//", f"//somebody:{quote(SECRETS['user'], safe='')}@")
    return f"{url}?x={quote(SECRETS['query'], safe='')}"


HEADERS = {"x-custom": SECRETS["header"], "Cookie": f"session={SECRETS['cookie']}"}
BODY = {"tool_auth": {"secret": SECRETS["body"]}}


def echo(request: Received) -> str:
    """The request as it came, as a server in debugging mode shows it."""
    sent = {name: value for name, value in request.json.items() if name != "messages"}
    return f"{request.target} {request.headers} {json.dumps(sent)}"


async def echoing(wire: Wire) -> None:
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


def stored(folder: Path) -> Iterator[tuple[str, str]]:
    """(name, content) of every file in a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes().decode("utf-8", "replace")
