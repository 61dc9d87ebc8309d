"""Finds model servers on this machine by probing the usual loopback ports."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.quick_dataclass import dataclass

if TYPE_CHECKING:
    import httpx

HOST = "127.0.0.1"
PATIENCE = 0.7
"""Seconds for a whole probe. A server on this machine that takes longer is busy, and is left out."""

LIMIT = 1 << 20
"""Bytes of a response that are read."""


@dataclass(frozen=True, slots=True)
class Usual:
    """A program and its default port."""

    name: str
    port: int
    dialect: str


USUAL = (
    Usual("ollama", 11434, "ollama"),
    Usual("lm-studio", 1234, "compatible"),
    Usual("llama.cpp", 8080, "llama.cpp"),
    Usual("vllm", 8000, "compatible"),
)


@dataclass(frozen=True, slots=True)
class DiscoveredServer:
    """A server that answers: an endpoint with its first model, and all models that it lists."""

    endpoint: EndpointConfig
    models: tuple[str, ...]


async def discover(
    usual: tuple[Usual, ...] = USUAL, transport: httpx.AsyncBaseTransport | None = None
) -> list[DiscoveredServer]:
    """Probe each port for its models, all at once. Anything that does not answer like a model server is left out."""
    import httpx

    # trust_env off: a proxy from the environment would carry the probe off this machine.
    async with httpx.AsyncClient(trust_env=False, follow_redirects=False, transport=transport) as client:
        answers = await asyncio.gather(*(_probe(client, each) for each in usual))
    return [found for found in answers if found is not None]


async def _probe(client: httpx.AsyncClient, usual: Usual) -> DiscoveredServer | None:
    import httpx

    base = f"http://{HOST}:{usual.port}/v1"
    try:
        async with asyncio.timeout(PATIENCE), client.stream("GET", f"{base}/models") as response:
            if response.status_code != 200:
                return None
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LIMIT:
                    return None
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError):
        return None
    models = _models(body)
    if not models:
        return None
    return DiscoveredServer(
        EndpointConfig(usual.name, base, dialect=usual.dialect, auth="none", model=models[0]), models
    )


def _models(body: bytes) -> tuple[str, ...]:
    """The ids in a list of models, without those that only embed text; () for anything else."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    listed = data.get("data") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        return ()
    ids = [item["id"] for item in listed if isinstance(item, dict) and isinstance(item.get("id"), str) and item["id"]]
    return tuple(name for name in ids if "embed" not in name.lower())
