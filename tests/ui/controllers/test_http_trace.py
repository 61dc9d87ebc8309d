"""What went over the wire, named by the conversation that it was for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.scripted import ScriptedBackend
from tests.ui.controllers.fakes import Copied, Notices
from tui_chat.client.http_trace import HttpTrace
from tui_chat.engine.backends import Backends
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.http_trace import HttpTraceController, NamedExchange
from tui_chat.ui.ports import Copy
from tui_chat.wire.masking import NONE
from tui_chat.wire.request import Request
from tui_chat.wire.resolve_endpoint import Endpoint

NOON = datetime(2026, 5, 6, 12, 0, tzinfo=UTC)


class Recorder(ScriptedBackend):
    """A backend over a network."""

    def __init__(self, traces: list[HttpTrace]) -> None:
        super().__init__([])
        self.traces = traces


class Shown:
    def __init__(self) -> None:
        self.exchanges_shown: Sequence[NamedExchange] = ()

    async def exchanges(self, exchanges: Sequence[NamedExchange], copy: Copy) -> None:
        self.exchanges_shown = exchanges


def trace(conversation: str | None, minutes: int) -> HttpTrace:
    url = f"https://a.example/{minutes}"
    endpoint = Endpoint("mine", url, "openai", "bearer")
    made = HttpTrace(Request(url, (), b"{}", {}), endpoint, NONE, at=NOON + timedelta(minutes=minutes))
    made.conversation = conversation
    return made


async def test_what_goes_over_no_network_cannot_be_shown(context: AppContext) -> None:
    notices = Notices()
    await HttpTraceController(context, Copied(), Shown(), notices).show()
    assert notices.said == ["The endpoint scripted is built in: nothing goes over a network that could be shown."]


async def test_each_is_named_by_its_conversation_and_the_last_one_of_this_is_copied(context: AppContext) -> None:
    session = context.session
    await session.ask("What of rivers?")
    here = session.conversation.id
    traces = [trace("gone", 3), trace(here, 1), trace(None, 2)]
    context.backends = Backends({}, {"scripted": Recorder(traces)})
    copied, shown = Copied(), Shown()
    controller = HttpTraceController(context, copied, shown, Notices())
    await controller.show()
    assert [(each.trace.request.url[-1], each.whose) for each in shown.exchanges_shown] == [
        ("1", "this conversation"),
        ("2", "the check of an endpoint"),
        ("3", "a conversation that is not in the library"),
    ]
    controller.copy_curl()
    assert "https://a.example/1" in copied[0][0]
    session.new()
    await controller.show()
    assert shown.exchanges_shown[0].whose == "“What of rivers?”"


async def test_the_request_of_another_conversation_is_not_copied_as_if_it_were_the_last_one(
    context: AppContext,
) -> None:
    context.backends = Backends({}, {"scripted": Recorder([trace("another", 1)])})
    copied, notices = Copied(), Notices()
    HttpTraceController(context, copied, Shown(), notices).copy_curl()
    assert copied == []
    assert notices.said == ["Nothing was sent in this conversation since the start."]
