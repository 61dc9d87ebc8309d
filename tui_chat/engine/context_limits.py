"""Tracks the context length of each endpoint and model, and learns it from rejected requests.

The configuration's number holds, or what the server lists; a refusal that names a smaller one is believed over both. It
is remembered for as long as the program runs: another model may be behind the same address tomorrow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from tui_chat.client.backend import Backend, Listing, Replaying
from tui_chat.core.context_fit import ContextFit, fit
from tui_chat.core.message import ErrorKind, Message, ServerError
from tui_chat.core.settings import Settings

ASK_FROM = 1000
"""Estimated tokens from which on it is worth a request to learn the length of an unknown context."""

PATIENCE = 3.0
"""Seconds that a prompt waits for that."""

MOST = 4.0
"""How far the estimate is corrected: beyond that something else is wrong."""

Key = tuple[str, str | None]


class ContextLimits:
    """Limits by endpoint and model."""

    def __init__(self) -> None:
        self._told: dict[Key, int] = {}
        self._scale: dict[Key, float] = {}
        self._asked: set[Key] = set()

    def limit(self, backend: Backend) -> int | None:
        """The length of the context in tokens; None while it is unknown."""
        known = [n for n in (self._told.get(_key(backend)), backend.context) if n is not None]
        return min(known, default=None)

    def scale(self, backend: Backend) -> float:
        """By how much the model counts more tokens than are estimated."""
        return self._scale.get(_key(backend), 1.0)

    def fit(self, messages: Sequence[Message], settings: Settings, backend: Backend) -> ContextFit:
        """How much of these messages is sent."""
        limit, scale = self.limit(backend), self.scale(backend)
        return fit(as_sent(messages, backend), settings.system, limit, settings.max_tokens, scale=scale)

    async def ask(self, messages: Sequence[Message], backend: Backend) -> None:
        """Learn the length of an unknown context from the server's list, once, when a conversation becomes long."""
        key = _key(backend)
        if self.limit(backend) is not None or key in self._asked or not isinstance(backend, Listing):
            return
        if fit(messages, None, ASK_FROM, 0).start == 0:
            return
        self._asked.add(key)
        try:
            async with asyncio.timeout(PATIENCE):
                await backend.models()
        except TimeoutError:
            return

    def learn(
        self, error: ServerError | None, messages: Sequence[Message], settings: Settings, backend: Backend
    ) -> None:
        """What a refusal says about the context. Without a number in it, it was less than what was sent."""
        if error is None or error.kind is not ErrorKind.CONTEXT_LENGTH:
            return
        key, known = _key(backend), self.limit(backend)
        scale = self._scale.get(key, 1.0)
        tokens = _tokens(as_sent(messages, backend), settings)
        if error.limit is not None:
            self._told[key] = error.limit
        elif known is None:
            self._told[key] = max(tokens * 3 // 4, 1)
        limit = error.limit or known
        if limit is not None and tokens * scale + (settings.max_tokens or 0) <= limit:
            # It seemed to fit and did not: the server counts more tokens than were estimated.
            scale *= 1.25
        if error.asked is not None and tokens:
            scale = max(scale, (error.asked - (settings.max_tokens or 0)) / tokens)
        self._scale[key] = min(scale, MOST)


def as_sent(messages: Sequence[Message], backend: Backend) -> Sequence[Message]:
    """The messages with the thinking that goes back to this backend, and without all other."""
    if not any(message.thinking for message in messages):
        return messages
    name = backend.name if isinstance(backend, Replaying) and backend.replays_thinking else None
    return [message if message.endpoint == name else replace(message, thinking="") for message in messages]


def _tokens(messages: Sequence[Message], settings: Settings) -> int:
    return fit(messages, settings.system, 10**12, 0).tokens


def _key(backend: Backend) -> Key:
    return backend.name, backend.model
