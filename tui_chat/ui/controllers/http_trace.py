"""What went over the wire last, in the open conversation and in others. No key reaches the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from tui_chat.client.backend import Recording
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.sanitize import safe_line
from tui_chat.store.errors import LibraryError
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.ports import Copy, Notifier

if TYPE_CHECKING:
    from tui_chat.client.http_trace import HttpTrace

HERE = "this conversation"


@dataclass(frozen=True, slots=True)
class NamedExchange:
    """`whose` names the conversation that it was for."""

    trace: HttpTrace
    whose: str

    @property
    def is_here(self) -> bool:
        return self.whose == HERE


class ExchangeDialogs(Protocol):
    async def exchanges(self, exchanges: Sequence[NamedExchange], copy: Copy) -> None: ...


@dataclass(eq=False)
class HttpTraceController:
    _context: AppContext
    _copy: Copy
    _dialogs: ExchangeDialogs
    _notifier: Notifier

    async def show(self) -> None:
        """The last exchange of the open conversation, with the others in reach; secrets are masked."""
        if traces := self._traces():
            await self._dialogs.exchanges(await self._named(traces), self._copy)

    def copy_curl(self) -> None:
        """The last request of the open conversation as a command, with its key as a variable."""
        from tui_chat.wire.curl_format import show

        if not (traces := self._traces()):
            return
        last = next((trace for trace in reversed(traces) if trace.conversation == self._open_id), None)
        if last is None:
            self._notifier.note("Nothing was sent in this conversation since the start.")
            return
        described = self._context.backends.described(last.endpoint.name)
        variable = (described[0].api_key_env if described else None) or "API_KEY"
        self._copy(show(last.request, last.endpoint, last.secrets, variable), "curl command")

    @property
    def _open_id(self) -> str:
        return self._context.session.conversation.id

    def _traces(self) -> Sequence[HttpTrace]:
        """The traces of all endpoints; without any, a notice says why."""
        traces, name = self._context.backends.traces, safe_line(self._context.endpoint)
        if not traces and not isinstance(self._context.backend, Recording):
            self._notifier.say(f"The endpoint {name} is built in: nothing goes over a network that could be shown.")
        elif not traces:
            self._notifier.say(f"Nothing was sent to the endpoint {name} yet.")
        return traces

    async def _named(self, traces: Sequence[HttpTrace]) -> list[NamedExchange]:
        names: dict[str | None, str] = {None: "the check of an endpoint", self._open_id: HERE}
        for trace in traces:
            if trace.conversation not in names:
                names[trace.conversation] = await self._title(trace.conversation or "")
        return [NamedExchange(trace, names[trace.conversation]) for trace in traces]

    async def _title(self, conversation_id: str) -> str:
        try:
            return f"“{safe_line((await self._context.session.services.library.summary(conversation_id)).title)}”"
        except LibraryError:
            return "a conversation that is not in the library"
