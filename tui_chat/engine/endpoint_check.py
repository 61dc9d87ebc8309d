"""Checks an endpoint of any kind: a configured one, the built-in model, or the demo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tui_chat.core.endpoint import LOCAL, EndpointConfig

if TYPE_CHECKING:
    from tui_chat.client.backend import Backend
    from tui_chat.client.doctor import CheckStep
    from tui_chat.engine.backends import Backends

NAMES = {
    "address": "address",
    "sign_in": "sign-in",
    "dns": "DNS",
    "tcp": "TCP",
    "tls": "TLS",
    "proxy": "proxy",
    "authentication": "authentication",
    "model": "model",
    "first_token": "first token",
    "answer": "answer",
    "filter": "content filter",
    "file": "model file",
    "process": "process",
}
"""The steps' names on the screen."""


async def check(backends: Backends, name: str) -> AsyncGenerator[CheckStep, None]:
    """Yield the steps in order; the first that fails is the last. Raises KeyError for an unknown name.

    Built-in endpoints use no network: their steps are the model's file and process, or the script.
    """
    await asyncio.to_thread(_load)
    described = backends.described(name)
    if described is not None:
        steps = check_described(*described)
    elif name == LOCAL:
        steps = _local(backends.local_model, backends.get(name))
    else:
        steps = _scripted(backends.get(name))
    async with aclosing(steps) as found:
        async for step in found:
            yield step


async def check_described(config: EndpointConfig, key: str | None = None) -> AsyncGenerator[CheckStep, None]:
    """Check an endpoint that is not saved yet. `key` is its key if that was given literally."""
    await asyncio.to_thread(_load)
    from tui_chat.client.api_key import FixedKey
    from tui_chat.client.doctor import examine

    async with aclosing(examine(config, FixedKey(key) if key else None)) as steps:
        async for step in steps:
            yield step


async def _local(configured: Path | None, backend: Backend) -> AsyncGenerator[CheckStep, None]:
    from tui_chat.client.doctor import CheckStep
    from tui_chat.local.find_model import find_model, missing

    problem, path = missing(configured), find_model(configured)
    if problem is not None or path is None:
        yield CheckStep("file", False, problem.message if problem else "There is no model file.", error=problem)
        return
    yield CheckStep("file", True, path.name)
    async with aclosing(_of_question(backend)) as steps:
        async for step in steps:
            yield step


async def _scripted(backend: Backend) -> AsyncGenerator[CheckStep, None]:
    from tui_chat.client.doctor import CheckStep

    yield CheckStep("address", True, "built in, without a network")
    async with aclosing(_of_question(backend)) as steps:
        async for step in steps:
            yield step


async def _of_question(backend: Backend) -> AsyncGenerator[CheckStep, None]:
    """Without a key, the first step that proves the process alive."""
    from dataclasses import replace

    from tui_chat.client.doctor import asked

    async with aclosing(asked(backend)) as steps:
        async for step in steps:
            if step.name == "authentication":
                step = replace(step, name="process", detail="started" if step.ok else step.detail)
            yield step


def _load() -> None:
    """Import the client and httpx off the event loop, so that keys are still echoed."""
    for name in ("httpx", "tui_chat.client.answer_request", "tui_chat.client.doctor"):
        import_module(name)
