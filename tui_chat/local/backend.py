"""The built-in model as a backend: finds it, starts its process on demand, and queries it like any other server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tui_chat.core.endpoint import LOCAL, EndpointConfig, Timeouts
from tui_chat.core.event import Closed, Event, Failed, Finished, Waiting
from tui_chat.core.message import TRANSPORT_KINDS, ErrorKind, Message, ServerError
from tui_chat.core.settings import Settings
from tui_chat.local.find_model import DEFAULT_CONTEXT, MODEL_NAME, find_model, missing, model_name

if TYPE_CHECKING:
    from tui_chat.client.backend import Backend
    from tui_chat.local.process import ModelProcess, Running

LOADING = "loading the model"
NOTICED_S = 0.5
"""Seconds in which the end of a process is noticed after its connections broke."""
TOY_SYSTEM = "You are a friendly AI assistant who answers correctly in short, simple sentences."
"""The system prompt of the built-in model if the user gives none. Of ten simple questions, asked three times, it
answered 21 in 110 tokens on average without it and the DRY sampler, and 28 in 17 with both."""
FIRST_TOKEN_S = 600.0
"""A large file reads a long prompt slowly, and a second conversation waits until the first has its answer."""


class LocalBackend:
    """Any GGUF file, or the one that comes with the package, on a llama.cpp of this program's own.

    Making one costs next to nothing: the screen shows its name long before it is asked. `context` is in tokens, None is
    the usual one. `start` replaces the process in tests.
    """

    def __init__(
        self,
        model_path: Path | None = None,
        context: int | None = None,
        *,
        start: Callable[[Path], ModelProcess] | None = None,
    ) -> None:
        self._configured = model_path
        self._context = context or DEFAULT_CONTEXT
        self._start = start
        self._process: ModelProcess | None = None
        self._client: tuple[Running, Backend] | None = None
        self._closed = False

    @property
    def name(self) -> str:
        return LOCAL

    @cached_property
    def model(self) -> str | None:
        """The file's name; resolved once, because the screen asks often."""
        path = find_model(self._configured)
        return model_name(path) if path else MODEL_NAME

    @property
    def context(self) -> int | None:
        return self._context

    @property
    def continues(self) -> bool:
        """llama.cpp continues an answer at the end of the messages."""
        return True

    async def warm(self) -> None:
        """Load the model before it is needed. Failures are reported with the first request."""
        if not isinstance(process := self._found(), ServerError):
            await process.ready()

    async def answer(
        self, messages: Sequence[Message], settings: Settings, *, stream: bool = True
    ) -> AsyncGenerator[Event, None]:
        """As `Backend.answer`; begins with `Waiting` while the model loads."""
        process = self._found()
        if isinstance(process, ServerError):
            yield Failed(process)
            yield Closed(done=False)
            return
        if not process.is_ready:
            yield Waiting(LOADING)
        running = await process.ready()
        if isinstance(running, ServerError):
            yield Failed(running)
            yield Closed(done=False)
            return
        client = await self._client_for(running)
        if settings.system is None and running.alias == MODEL_NAME:
            settings = replace(settings, system=TOY_SYSTEM)
        asked = client.answer(messages, settings, stream=stream)
        async with aclosing(asked) as events, aclosing(_explained(events, process)) as explained:
            async for event in explained:
                yield event

    async def aclose(self) -> None:
        """End the process, within a second, whatever it is doing."""
        self._closed = True
        client, self._client = self._client, None
        ends = [self._process.stop()] if self._process else []
        if client is not None:
            ends.append(client[1].aclose())
        await asyncio.gather(*ends)

    def _found(self) -> ModelProcess | ServerError:
        if self._closed:
            return ServerError(ErrorKind.CONNECTION, "The built-in model was shut down.")
        if self._process is None:
            problem = missing(self._configured)
            path = find_model(self._configured)
            if problem is not None or path is None:
                return problem or ServerError(ErrorKind.CONFIGURATION, "There is no model file.")
            self._process = self._start(path) if self._start else _process(path, self._context)
        return self._process

    async def _client_for(self, running: Running) -> Backend:
        """One client for each start of the process: port and key are new ones every time."""
        if self._client is not None and self._client[0] == running:
            return self._client[1]
        old, client = self._client, _client(running, self._context)
        self._client = (running, client)
        if old is not None:
            await old[1].aclose()
        return client


async def _explained(events: AsyncGenerator[Event, None], process: ModelProcess) -> AsyncGenerator[Event, None]:
    """Where an answer broke off because the process ended, say that, and not that a network failed."""
    ended = False
    async for event in events:
        match event:
            case Failed(error) if error.kind in TRANSPORT_KINDS and await process.has_ended(NOTICED_S):
                ended = True
                yield _died(error)
            case Closed(done=False) if not ended and await process.has_ended(NOTICED_S):
                yield _died(ServerError(ErrorKind.CONNECTION, ""))
                yield event
            case _:
                ended = ended or isinstance(event, Finished | Failed)
                yield event


def _process(path: Path, context: int) -> ModelProcess:
    from tui_chat.local.process import ModelProcess

    return ModelProcess(path, context)


def _died(error: ServerError) -> Failed:
    message = "The built-in model ended before its answer did."
    return Failed(replace(error, message=message, hint="Ask again: it will be restarted."))


def _client(running: Running, context: int) -> Backend:
    from tui_chat.client.http_backend import HttpBackend

    config = EndpointConfig(
        name=LOCAL,
        url=running.url,
        auth="bearer",
        dialect="llama.cpp",
        model=running.alias,
        context=context,
        timeouts=Timeouts(first_token=FIRST_TOKEN_S),
    )
    return HttpBackend(config, running.key)
