"""What the next request sends, with what is written, and what was used so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from tests.store.trees import talk
from tests.ui.controllers.fakes import Notices, Written
from tui_chat.core.conversation_usage import Meters, measure
from tui_chat.core.endpoint import EndpointConfig, Price
from tui_chat.core.settings import Settings
from tui_chat.engine.context_report import ContextReport
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.context_view import ContextController
from tui_chat.ui.usage_lines import MeterLine


class Window:
    """Where a price is taken, `set_price` is the user's way to it."""

    rows: Sequence[tuple[str, str, str]] | None = None
    used: Mapping[str, str] = {}
    note = ""
    opened = 0
    set_price: Callable[[], object] | None = None

    async def context(self, report: ContextReport, used: Sequence[MeterLine], note: str, *, takes_price: bool) -> bool:
        self.rows = [(row.role, row.text, row.left_out) for row in report.rows]
        self.used, self.note, self.opened = {name: value for name, value, _ in used}, note, self.opened + 1
        return takes_price and self.set_price is not None

    async def price(self) -> None:
        assert self.set_price is not None
        self.set_price()


async def shown(
    context: AppContext, draft: str = "", set_price: Callable[[], object] | None = None
) -> tuple[Window, Notices]:
    window, notices = Window(), Notices()
    window.set_price = set_price

    async def count() -> Meters:
        return measure(context.session.conversation, context.backends.price)

    await ContextController(context, Written(draft), count, window, notices, window.price).show()
    return window, notices


@pytest.mark.parametrize("draft", ["", "  ", "/context"])
async def test_where_nothing_is_sent_yet_no_window_opens(context: AppContext, draft: str) -> None:
    window, notices = await shown(context, draft)
    assert window.rows is None
    assert notices.said == ["Nothing is sent yet but the prompt that you write."]


async def test_the_system_prompt_the_messages_and_what_is_written(context: AppContext) -> None:
    context.session.switch(talk(("question", "answer")))
    context.session.change(Settings(system="Be brief."))
    window, _ = await shown(context, " and then? ")
    sent = [("system", "Be brief.", ""), ("user", "question", ""), ("assistant", "answer", "")]
    assert window.rows == [*sent, ("draft", "and then?", "")]
    assert (await shown(context, "/context"))[0].rows == sent, "a command is not sent"


async def test_a_prompt_that_is_being_answered_is_told_from_one_without_an_answer(context: AppContext) -> None:
    exchange = await context.session.ask("question")
    window, _ = await shown(context)
    assert window.rows is not None
    assert window.rows[0] == ("user", "question", "is being answered")
    context.session.ended(exchange)
    window, _ = await shown(context)
    assert window.rows is not None
    assert window.rows[0] == ("user", "question", "has no answer that is sent")


@pytest.mark.parametrize(
    ("endpoint", "used", "note"),
    [
        ("priced", {"Last answer", "Cost", "Budget"}, ""),
        ("plain", {"Last answer"}, "plain"),
        ("demo", {"Last answer"}, "demo"),
    ],
)
async def test_cost_and_budget_are_shown_where_there_is_a_price_and_else_why_not(
    context: AppContext, endpoint: str, used: set[str], note: str
) -> None:
    context.backends.add(EndpointConfig("priced", "https://a.example", price=Price(1.0, 2.0)))
    context.backends.add(EndpointConfig("plain", "https://b.example"))
    context.endpoint, context.budget = endpoint, 5.0
    assert (await shown(context, "written"))[0].note == "", "before the first answer there is no cost to speak of"
    context.session.switch(talk(("question", "answer")))
    node = context.session.conversation.nodes["a0"]
    context.session.conversation.put("a0", replace(node.turn, endpoint=endpoint))
    window, _ = await shown(context)
    assert set(window.used) == used
    assert (note in window.note) if note else not window.note


@pytest.mark.parametrize(("origin", "opened"), [("saved.toml", 2), ("config.toml", 1)])
async def test_a_price_is_set_from_the_window_which_then_shows_the_cost(
    context: AppContext, origin: str, opened: int
) -> None:
    """Those of config.toml are read-only: the note has the line to write there."""
    plain = EndpointConfig("plain", "https://b.example")
    context.backends.add(plain)
    context.origins = {"endpoints.plain": origin}
    context.endpoint = "plain"
    context.session.switch(talk(("question", "answer")))
    node = context.session.conversation.nodes["a0"]
    context.session.conversation.put("a0", replace(node.turn, endpoint="plain"))

    def set_price() -> None:
        context.backends.forget("plain")
        context.backends.add(replace(plain, price=Price(1.0, 2.0)))

    window, _ = await shown(context, set_price=set_price)
    assert (window.opened, "Cost" in window.used) == (opened, opened == 2)
