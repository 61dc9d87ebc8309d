"""Shows what the next request sends, message by message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from time import time
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.endpoint import BUILT_IN
from tui_chat.core.meters import Meters
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_commands import SIGN
from tui_chat.ui.context import AppContext
from tui_chat.ui.meter_lines import MeterLine, meter_lines
from tui_chat.ui.ports import Notifier, PromptText

if TYPE_CHECKING:
    from tui_chat.engine.context_report import ContextReport


class ContextDialogs(Protocol):
    async def context(self, report: ContextReport, used: Sequence[MeterLine]) -> None: ...


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
        report = await context_report(
            session.conversation,
            session.settings,
            self._context.backend,
            session.services.limits,
            None if current is None else current.prompt_id,
            "" if self._prompt.text.startswith(SIGN) else self._prompt.text.strip(),
        )
        if report.rows:
            await self._dialogs.context(report, await self._used())
        else:
            self._notifier.say("Nothing is sent yet but the prompt that you write.")

    async def _used(self) -> Sequence[MeterLine]:
        """Usage so far, and what is left."""
        context = self._context
        limits, price = context.backends.limits(context.endpoint), context.backends.price(context.endpoint)
        tightest = limits.tightest(time()) if limits is not None else None
        budget = context.budget if price is not None else None
        currency, has_cost = price.currency if price is not None else "", context.endpoint not in BUILT_IN
        return meter_lines(await self._count(), tightest, budget, currency, has_cost=has_cost)
