"""How the settings pane and the form for an endpoint look, at four widths and in two themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.scripted import ScriptedBackend
from tests.support import golden
from tests.ui.harness import chat, lines_of, text_of
from tests.waiting import until
from tui_chat.core.settings import Settings
from tui_chat.store.themes import load_themes
from tui_chat.ui.app import ChatApp
from tui_chat.ui.themes import theme_of
from tui_chat.ui.widgets.settings_pane import SettingsPane

THEMES = [theme_of(data) for data in load_themes()[0]]
SIZES = [(60, 30), (100, 36), (140, 40), (200, 50)]
OWN = Settings(temperature=0.7, max_tokens=1024)


async def settings(app: ChatApp, pilot: Pilot[int]) -> None:
    await pilot.press("f2")
    await until(lambda: "a number from 0 to 2" in text_of(app))
    await pilot.press("right", "down", *"0.9", "enter", "down", "down", *"-x", "enter")
    await until(lambda: "! -x: exp" in text_of(app))


async def endpoint(app: ChatApp, pilot: Pilot[int]) -> None:
    screen = app.screen
    await pilot.press("ctrl+p", *"add an endpoint")
    await until(lambda: "Add an endpoint" in text_of(app))
    await pilot.press("enter")
    await until(lambda: app.screen is not screen and "Palette" not in text_of(app))
    await until(lambda: app.focused is not None and app.focused.id == "url")
    await pilot.press(*"https://x.services.ai.azure.com")
    await until(lambda: "Azure needs the name" in text_of(app) and "^t try it" in lines_of(app)[-1])


@pytest.mark.parametrize("name", ["settings", "endpoint"])
async def test_windows(tmp_path: Path, name: str) -> None:
    own: dict[str, Any] = {"size": (100, 36), "settings": OWN, "themes": THEMES, "theme": "ember"}
    async with chat(tmp_path, ScriptedBackend([]), **own) as (app, pilot):
        await {"settings": settings, "endpoint": endpoint}[name](app, pilot)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            for pane in app.query(SettingsPane):
                pane.scroll_home(animate=False)
            await pilot.pause()
            await golden.check(f"{name}-{size[0]}", app)
        await pilot.resize_terminal(100, 36)
        for theme in ("ember", "tui-chat-light"):
            app.theme = theme
            await pilot.pause()
            await golden.check(f"{name}-{theme}", app, looks=True)
