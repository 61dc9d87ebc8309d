"""A timer that is to fire once fires, however late it is."""

from __future__ import annotations

import asyncio

import pytest
from textual import _time
from textual._context import active_app
from textual.app import App
from textual.timer import Timer

from tests.waiting import until
from tui_chat.ui.textual_fixes.one_shot_timers import install


async def test_a_process_that_was_held_up_loses_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    install()
    readings = iter((0.0, 1.0))
    monkeypatch.setattr(_time, "get_time", lambda: next(readings, 1.0))
    app: App[None] = App()
    active_app.set(app)
    fired = asyncio.Event()
    Timer(app, 0.008, callback=fired.set, repeat=0)._start()
    await until(fired.is_set, 5)
