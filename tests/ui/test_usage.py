"""What was used is shown at the foot of the settings pane, and in what the next request sends; the budget is asked."""

from __future__ import annotations

from pathlib import Path

from tests.scripted import ScriptedBackend, answered
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.endpoint import EndpointConfig, Price
from tui_chat.core.message import Usage
from tui_chat.ui.screens.confirm import Confirm
from tui_chat.ui.screens.context_view import ContextView

PAID = EndpointConfig("scripted", "https://paid.example/v1", price=Price(2, 6, "USD", 0.5))


def counted(text: str, usage: Usage) -> list[ev.Event | Exception]:
    *events, closed = answered(text)
    return [*events, ev.UsageReported(usage), closed]


async def test_tokens_and_cost_stand_at_the_foot_of_the_pane_and_in_the_context(tmp_path: Path) -> None:
    backend = ScriptedBackend(
        [counted("One.", Usage(1000, 100, 1100, 40, 800)), counted("Two.", Usage(2000, 50, 2050))]
    )
    async with chat(tmp_path, backend, size=(130, 46), endpoints={"scripted": PAID}, budget=5.0) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "One." in text_of(app) and app.context.session.current is None)
        await pilot.press("f2")
        await until(lambda: "1k in · 100 out" in text_of(app))
        for words in ("40 thinking · 800 cached", "$0.0014", "$0.0014 of $5.00 · 0%"):
            await until(lambda: words in text_of(app), 20)  # noqa: B023 - called before the next turn
        screen_of(app).prompt.focus()
        await pilot.press("y", "enter")
        await until(lambda: "3k in · 150 out" in text_of(app))
        await until(lambda: "$0.0057 · last $0.0043" in text_of(app), 20)
        await pilot.press(*"third")
        await screen_of(app).action_command("chat.context")
        await until(lambda: isinstance(app.screen, ContextView) and "Used so far" in text_of(app))
        await until(lambda: "$0.0057 · last $0.0043" in text_of(app))
        assert "prompt" in text_of(app), "what is being written goes out, too"


async def test_beyond_the_budget_nothing_is_sent_unasked_and_the_prompt_stays(tmp_path: Path) -> None:
    backend = ScriptedBackend([counted("One.", Usage(2_000_000, 200_000)), answered("Two.")])
    async with chat(tmp_path, backend, size=(110, 34), endpoints={"scripted": PAID}, budget=5.0) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "One." in text_of(app) and app.context.session.current is None)
        await pilot.press(*"more", "enter")
        await until(lambda: isinstance(app.screen, Confirm))
        await until(lambda: "has cost $5.20" in text_of(app))
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app))
        assert (len(backend.asked), screen_of(app).prompt.text) == (1, "more")
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(lambda: "Two." in text_of(app))
        assert len(backend.asked) == 2
