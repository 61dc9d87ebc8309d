"""The tokens at the edge of the prompt: shown when they matter, yellow near the end of the context, red beyond it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.scripted import ScriptedBackend, answered
from tests.ui.harness import chat, lines_of, screen_of
from tests.waiting import until
from tui_chat.core.settings import Settings
from tui_chat.ui.prompt_meter import PromptMeter, tokens


@pytest.mark.parametrize(
    ("meter", "words", "level"),
    [
        (PromptMeter(12, 400), "", ""),
        (PromptMeter(12, 400, 1024, 128_000), "", ""),
        (PromptMeter(1234, 1634), "~1.2k tok", ""),
        (PromptMeter(1234, 11_000, 1024, 128_000), "~1.2k tok · 11.0k / 128k context", ""),
        (PromptMeter(0, 64_000, 1024, 128_000), "64.0k / 128k context", ""),
        (PromptMeter(0, 102_000, 1024, 128_000), "102k / 128k context", "near"),
        (PromptMeter(10, 3_300, 1024, 4_096), "3.3k / 4.1k context · the oldest turns are left out", "over"),
        (PromptMeter(3_500, 3_600, 1024, 4_096), "~3.5k tok · 3.6k / 4.1k context · too long", "over"),
    ],
)
def test_it_is_shown_when_it_matters(meter: PromptMeter, words: str, level: str) -> None:
    assert (meter.words, meter.level) == (words, level)


@pytest.mark.parametrize(
    ("number", "short"), [(999, "999"), (1000, "1.0k"), (99_940, "99.9k"), (128_000, "128k"), (1_048_576, "1.0M")]
)
def test_numbers_are_short(number: int, short: str) -> None:
    assert tokens(number) == short


async def test_a_folded_paste_is_counted_and_nothing_is_left_once_it_is_gone(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        app.post_message(events.Paste("word " * 2000))
        await until(lambda: "~4.0k tok" in lines_of(app)[-2])
        await pilot.press("backspace")
        await until(lambda: "tok" not in lines_of(app)[-2])


async def test_the_conversation_counts_and_the_settings_too(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("word " * 300)], context=1000)
    async with chat(tmp_path, backend, settings=Settings(max_tokens=10)) as (app, pilot):
        await pilot.press(*"question", "enter")
        await until(lambda: "/ 1.0k context" in lines_of(app)[-2])
        assert not screen_of(app).prompt.has_class("-near", "-over")
        await pilot.press(*["alt+shift+up"] * 3)
        await until(lambda: screen_of(app).prompt.has_class("-near"))
        await pilot.press(*["alt+shift+up"] * 2)
        await until(lambda: screen_of(app).prompt.has_class("-over"))
