"""Asks the demo's transport as a plain HTTP client would: no code of ours between the bytes and the test."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tui_chat.demo.pace import Pace
from tui_chat.demo.transport import DemoTransport

INSTANT = Pace(speed=10_000)

URL = "https://demo.invalid/v1/chat/completions"


def body(prompt: str, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": prompt}], "stream": True, **more}


async def post(data: Any, transport: DemoTransport | None = None, pace: Pace = INSTANT) -> httpx.Response:
    """One request, its answer read to the end."""
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    async with httpx.AsyncClient(transport=transport or DemoTransport(pace)) as client:
        return await client.post(URL, content=content, headers={"content-type": "application/json"})


def events(response: httpx.Response) -> list[Any]:
    """The events of a stream as JSON; the closing [DONE] is checked and left out."""
    blocks = response.content.split(b"\n\n")
    assert blocks[-2:] == [b"data: [DONE]", b""]
    return [json.loads(block.removeprefix(b"data: ")) for block in blocks[:-2]]


def text(response: httpx.Response) -> str:
    """The answer's text, streamed or whole."""
    if response.headers["content-type"] == "application/json":
        return str(response.json()["choices"][0]["message"]["content"])
    deltas = [choice.get("delta", {}) for event in events(response) for choice in event["choices"]]
    return "".join(d["content"] for d in deltas if isinstance(d.get("content"), str))
