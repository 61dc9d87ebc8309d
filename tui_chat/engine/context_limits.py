"""Tracks the context length of each endpoint and model, and learns it from rejected requests.

The configured length counts, else the one the server lists; a rejection that names a smaller one overrides both. That
is remembered until the program ends: tomorrow the same address may serve another model.
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
"""Estimated tokens above which learning an unknown context length is worth a request."""

PATIENCE = 3.0
"""Seconds that a prompt waits for that request."""

MOST = 4.0
"""The largest correction of the estimate; beyond it something else is wrong."""

Key = tuple[str, str | None]


class ContextLimits:
    """Limits by endpoint and model."""

    def __init__(self) -> None:
        self._told: dict[Key, int] = {}
        self._scale: dict[Key, float] = {}
        self._asked: set[Key] = set()

    def limit(self, backend: Backend) -> int | None:
        """The context length in tokens; None if unknown."""
        known = [n for n in (self._told.get(_key(backend)), backend.context) if n is not None]
        return min(known, default=None)

    def scale(self, backend: Backend) -> float:
        """How many tokens the model counts for each estimated one."""
        return self._scale.get(_key(backend), 1.0)

    def fit(self, messages: Sequence[Message], settings: Settings, backend: Backend) -> ContextFit:
        limit, scale = self.limit(backend), self.scale(backend)
        return fit(as_sent(messages, backend), settings.system, limit, settings.max_tokens, scale=scale)

    async def ask(self, messages: Sequence[Message], backend: Backend) -> None:
        """Learn an unknown context length from the server's list, once, when a conversation becomes long."""
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
        """Learn from a rejection. If it names no number, the length is less than what was sent."""
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
    """The messages with only the thinking that this backend wants back."""
    if not any(message.thinking for message in messages):
        return messages
    name = backend.name if isinstance(backend, Replaying) and backend.replays_thinking else None
    return [message if message.endpoint == name else replace(message, thinking="") for message in messages]


def _tokens(messages: Sequence[Message], settings: Settings) -> int:
    return fit(messages, settings.system, 10**12, 0).tokens


def _key(backend: Backend) -> Key:
    return backend.name, backend.model
