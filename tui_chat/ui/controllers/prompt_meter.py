"""Counts the tokens of the prompt and its request, off the event loop, a moment after the last key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import field
from typing import Protocol

from tui_chat.core.context_fit import room
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.token_estimate import prompt_tokens
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.ports import Jobs, Post
from tui_chat.ui.prompt_meter import PromptMeter
from tui_chat.ui.widget_messages import PromptCounted

PAUSE_S = 0.3
"""Seconds after a change until it is counted. Keys within it cost nothing."""


class MeteredPrompt(Protocol):
    @property
    def text(self) -> str: ...

    @property
    def is_attached(self) -> bool: ...

    def show_meter(self, meter: PromptMeter) -> None: ...


@dataclass(eq=False)
class PromptMeterController:
    _context: AppContext
    _prompt: MeteredPrompt
    _jobs: Jobs
    _is_over: Callable[[], bool] = lambda: False
    """Whether the app ends: its endpoints are closed then."""
    _post: Post = lambda _: None
    _timer: asyncio.TimerHandle | None = field(default=None, init=False)
    _counting: bool = field(default=False, init=False)

    def changed(self) -> None:
        """The prompt, the conversation or what it is sent with is another one: count it soon."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PAUSE_S, self._due)

    def _due(self) -> None:
        self._timer = None
        if self._counting or self._is_sending():
            self.changed()
        elif self._prompt.is_attached:
            self._jobs.run(self.count(), "meter")

    def _is_sending(self) -> bool:
        """A request is being built. Counting a long conversation at the same time would delay it."""
        session = self._context.session
        current = session.current
        return session.sending is not None or (current is not None and current.timing is None)

    async def count(self) -> None:
        """Show how long the prompt is now."""
        if self._is_over():
            return
        self._counting = True
        try:
            session, backend, text = self._context.session, self._context.backend, self._prompt.text
            own = await asyncio.to_thread(prompt_tokens, text) if text else 0
        finally:
            self._counting = False
        limits = session.services.limits
        limit = limits.limit(backend)
        use = self._context.use
        before, use.prompt = use.prompt, round(own * limits.scale(backend))
        kept = 0 if limit is None else room(limit, session.settings.max_tokens)
        total = use.next_request(session.conversation, session.settings.system)
        self._prompt.show_meter(PromptMeter(use.prompt, total, kept, limit))
        if use.prompt != before:
            self._post(PromptCounted())
