"""What the next request sends, shown message by message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tui_chat.ui.context import AppContext
from tui_chat.ui.ports import Notifier

if TYPE_CHECKING:
    from tui_chat.engine.context_report import ContextReport


class ContextDialogs(Protocol):
    async def context(self, report: ContextReport) -> None: ...


@dataclass(eq=False)
class ContextController:
    _context: AppContext
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
        )
        if report.rows:
            await self._dialogs.context(report)
        else:
            self._notifier.say("Nothing is sent yet but the prompt that you write.")
