"""The start page's contents and actions, and the banner about the missing endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store.errors import LibraryError
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.library_row import LibraryRow
from tui_chat.ui.ports import Jobs, PromptText
from tui_chat.ui.saved_choices import SavedChoices
from tui_chat.ui.start_page_contents import ADD, KEY, OPEN, SHOWN, USE


class StartPageView(Protocol):
    def show(self, rows: Sequence[LibraryRow], now: datetime) -> None: ...

    def enter(self, by: int) -> bool: ...


class RecentConversations(Protocol):
    async def recent(self, count: int) -> list[LibraryRow]: ...

    async def open(self, conversation_id: str | None) -> None: ...


class EndpointChoice(Protocol):
    def choose(self, name: str) -> None: ...

    async def add(self) -> object: ...


class TakingPrompt(PromptText, Protocol):
    def type_in(self, text: str) -> None: ...


@dataclass(eq=False)
class StartController:
    _context: AppContext
    _view: StartPageView
    _library: RecentConversations
    _endpoints: EndpointChoice
    _ask_key: Callable[[], Awaitable[object]]
    _choices: SavedChoices
    _prompt: TakingPrompt
    _jobs: Jobs

    def refresh(self) -> None:
        """Refresh the list while it is shown."""
        self._jobs.run(self.fill_if_empty(), group="start")

    async def fill_if_empty(self) -> None:
        """Show the latest conversations if none is open. Library errors are reported elsewhere."""
        if self._context.session.conversation.nodes:
            return
        try:
            rows = await self._library.recent(SHOWN)
        except LibraryError:
            rows = []
        self._view.show(rows, self._context.session.services.clock.now().astimezone())

    def enter(self, by: int) -> bool:
        """From the empty prompt to the lines that can be chosen."""
        return self._view.enter(by)

    async def choose(self, item: str) -> None:
        if item == ADD:
            await self._endpoints.add()
        elif item == KEY:
            await self._ask_key()
        elif item.startswith(OPEN):
            await self._library.open(item.removeprefix(OPEN))
        elif item.startswith(USE):
            self._endpoints.choose(item.removeprefix(USE))
            self._prompt.focus()

    def typed(self, text: str) -> None:
        """Send keys typed outside any input to the prompt."""
        self._prompt.focus()
        self._prompt.type_in(text)

    def banner_read(self) -> bool:
        """Dismiss the banner, here and for the next start. False if there is none."""
        context = self._context
        if not context.no_endpoint or context.hint_read:
            return False
        context.hint_read = True
        self._jobs.run(self._choices.write(lambda saved: saved.ui(hint_read=True)))
        return True
