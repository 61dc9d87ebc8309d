"""Shows what the next request sends, message by message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from time import time
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.conversation_usage import Meters
from tui_chat.core.cost import no_price_words
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_commands import SIGN
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.ports import Notifier, PromptText
from tui_chat.ui.usage_lines import MeterLine, usage_lines

if TYPE_CHECKING:
    from tui_chat.engine.context_report import ContextReport


class ContextDialogs(Protocol):
    async def context(self, report: ContextReport, used: Sequence[MeterLine], note: str) -> None: ...


@dataclass(eq=False)
class ContextController:
    """`count` counts what the conversation has used."""

    _context: AppContext
    _prompt: PromptText
    _count: Callable[[], Awaitable[Meters]]
    _dialogs: ContextDialogs
    _notifier: Notifier

    async def show(self) -> None:
        from tui_chat.engine.context_report import context_report

        session, current = self._context.session, self._context.session.current
        conversation, settings, use = session.conversation, session.settings, self._context.use
        draft = "" if self._prompt.text.startswith(SIGN) else self._prompt.text.strip()
        report = await context_report(
            conversation,
            settings,
            self._context.backend,
            session.services.limits,
            None if current is None else current.prompt_id,
            draft,
            use.edited if use.edited in conversation.nodes else None,
        )
        whole = use.before(conversation, settings.system) + (use.prompt if draft else 0)
        report = replace(report, whole=whole)
        if report.rows:
            await self._dialogs.context(report, *await self._used())
        else:
            self._notifier.note("Nothing is sent yet but the prompt that you write.")

    async def _used(self) -> tuple[Sequence[MeterLine], str]:
        """Usage so far and what is left, and why nothing is said of its cost."""
        context, name = self._context, self._context.endpoint
        limits, price = context.backends.limits(name), context.backends.price(name)
        tightest = limits.tightest(time()) if limits is not None else None
        meters = await self._count()
        if price is not None:
            return usage_lines(meters, tightest, context.budget, price.currency), ""
        file = context.origins.get(f"endpoints.{name}", "saved.toml")
        note = no_price_words(name, context.backend.model, None if file == "environment" else file)
        return usage_lines(meters, tightest, has_cost=False), note if meters.answers else ""
