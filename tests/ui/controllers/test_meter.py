"""The length of the prompt is not counted any more once the app ends."""

from __future__ import annotations

from tests.ui.controllers.fakes import Tasks, Written
from tui_chat.ui.context import AppContext
from tui_chat.ui.controllers.meter import MeterController
from tui_chat.ui.prompt_meter import PromptMeter


class Metered(Written):
    is_attached = True

    def __init__(self) -> None:
        super().__init__("words")
        self.shown: list[PromptMeter] = []

    def show_meter(self, meter: PromptMeter) -> None:
        self.shown.append(meter)


async def test_a_count_that_comes_after_the_end_asks_no_endpoint(context: AppContext) -> None:
    over: list[bool] = []
    prompt = Metered()
    meter = MeterController(context, prompt, Tasks(), lambda: bool(over))
    await meter.count()
    assert len(prompt.shown) == 1
    over.append(True)
    await context.backends.aclose()
    await meter.count()
    assert len(prompt.shown) == 1
