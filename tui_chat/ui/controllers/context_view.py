"""Shows what the next request sends, message by message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from time import time
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.conversation_usage import Meters
from tui_chat.core.cost import no_price_words
from tui_chat.core.endpoint import BUILT_IN
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_commands import SIGN
from tui_chat.store.endpoint_table import SAVED
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.ports import Notifier, PromptText
from tui_chat.ui.usage_lines import MeterLine, usage_lines

if TYPE_CHECKING:
    from tui_chat.engine.context_report import ContextReport


class ContextDialogs(Protocol):
    async def context(self, report: ContextReport, used: Sequence[MeterLine], note: str, *, takes_price: bool) -> bool:
        """Whether a price is to be set."""
        ...


@dataclass(eq=False)
class ContextController:
    """`count` counts what the conversation has used, `set_price` takes the price of the endpoint."""

    _context: AppContext
    _prompt: PromptText
    _count: Callable[[], Awaitable[Meters]]
    _dialogs: ContextDialogs
    _notifier: Notifier
    _set_price: Callable[[], Awaitable[object]]

    async def show(self) -> None:
        while await self._shown():
            await self._set_price()

    async def _shown(self) -> bool:
        """Whether a price is to be set: then it is shown again, with what that costs."""
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
            used, note, takes_price = await self._used()
            return await self._dialogs.context(report, used, note, takes_price=takes_price)
        self._notifier.note("Nothing is sent yet but the prompt that you write.")
        return False

    async def _used(self) -> tuple[Sequence[MeterLine], str, bool]:
        """Usage so far and what is left, why nothing is said of its cost, and whether the app takes a price for it."""
        context, name = self._context, self._context.endpoint
        limits, price = context.backends.limits(name), context.backends.price(name)
        tightest = limits.tightest(time()) if limits is not None else None
        meters = await self._count()
        if price is not None:
            return usage_lines(meters, tightest, context.budget, price.currency), "", False
        file = context.origins.get(f"endpoints.{name}", SAVED)
        note = no_price_words(name, context.backend.model, None if file == "environment" else file)
        takes_price = name not in BUILT_IN and file == SAVED
        return usage_lines(meters, tightest, has_cost=False), note if meters.answers else "", takes_price
