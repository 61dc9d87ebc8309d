"""The prompt with a folded paste, and prompts that wait above it, as approved at four widths and in two themes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events

from tests.scripted import ScriptedBackend, answered
from tests.support.golden import check
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.store.themes import load_themes
from tui_chat.ui.themes import theme_of

QUEUED = ["and then write the tests", "update the changelog too, and say in a sentence which files changed and why"]


@pytest.mark.parametrize("theme", ["ember", "tui-chat-light"])
async def test_what_waits_and_what_is_folded(tmp_path: Path, theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")  # wherever the test runs
    themes = [theme_of(data) for data in load_themes()[0]]
    backend = ScriptedBackend([answered("One word after the other.")], hold=asyncio.Semaphore(5), context=128_000)
    async with chat(tmp_path, backend, size=(100, 24), themes=themes, theme=theme) as (app, pilot):
        prompt = screen_of(app).prompt
        prompt.cursor_blink = False
        await pilot.press(*"Mend the parser", "enter")
        await until(lambda: app.context.session.current and not prompt.text)
        for text in QUEUED:
            prompt.replace_text(text)
            await pilot.press("enter")
        await pilot.press(*"Why does this fail? ")
        app.post_message(events.Paste("\n".join(f"{n:04} a line of the log" for n in range(214))))
        await until(lambda: "tok" in text_of(app))
        await pilot.press("escape")
        await until(lambda: "waits: the answer was stopped" in text_of(app))
        for width in (60, 100, 140, 200):
            await pilot.resize_terminal(width, 24)
            lines = 2 if width == 60 else 1
            await until(lambda: prompt.outer_size.height == lines + 2)  # noqa: B023 - awaited here
            await check(f"queue-and-chip-{width}-{theme}", app, looks=True, rows=range(18 - lines, 23))
