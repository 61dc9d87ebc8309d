"""Widgets that were removed leave memory."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from textual.pilot import Pilot
from textual.widget import Widget

from tests.scripted import ScriptedBackend
from tests.support.rows import row
from tests.ui.harness import chat, screen_of
from tests.waiting import until
from tui_chat.ui.app import ChatApp

OPENED = {"f2": "f2", "f3": "f3", "f1": "escape", "ctrl+o": "escape"}


async def test_what_was_opened_and_closed_is_freed(tmp_path: Path) -> None:
    """All but the last: one generation may be held until the next one comes, and does no harm."""
    async with chat(tmp_path, ScriptedBackend([]), size=(120, 40)) as (app, pilot):
        for opens, closes in OPENED.items():
            with row(opens):
                await is_freed(app, pilot, opens, closes)


async def is_freed(app: ChatApp, pilot: Pilot[int], opens: str, closes: str) -> None:
    own = {id(widget) for widget in (*app.query("*"), *screen_of(app).query("*"))}
    rounds: list[list[weakref.ref[Widget]]] = []
    for _ in range(3):
        await pilot.press(opens)
        await until(lambda: any(id(widget) not in own for widget in app.screen.query("*")))
        await pilot.pause()
        rounds.append([weakref.ref(widget) for widget in app.screen.query("*") if id(widget) not in own])
        await pilot.press(closes)
        await until(lambda: all(id(widget) in own for widget in app.screen.query("*")))
        app.collector.collect()

    def freed() -> bool:
        gc.collect()
        return all(ref() is None for widgets in rounds[:-1] for ref in widgets)

    await until(freed)
