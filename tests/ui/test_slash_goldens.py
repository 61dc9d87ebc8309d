"""How the list over the prompt looks, at four widths and in two themes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend
from tests.support import golden
from tests.ui.harness import chat, screen_of
from tests.waiting import until
from tui_chat.store.themes import load_themes
from tui_chat.ui.app import ChatApp
from tui_chat.ui.themes import theme_of
from tui_chat.ui.widgets.slash_menu import SlashMenu


async def check(name: str, app: ChatApp) -> None:
    """Only the list: what is around it belongs to others."""
    menu = screen_of(app).query_one(SlashMenu)
    await golden.check(f"{name}-{app.theme}", app, looks=True, rows=range(menu.region.y, menu.region.bottom))


@pytest.mark.parametrize("theme", ["ember", "tui-chat-light"])
async def test_the_list_over_the_prompt(tmp_path: Path, theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")  # wherever the test runs
    themes = [theme_of(data) for data in load_themes()[0]]
    async with chat(tmp_path, ScriptedBackend([]), size=(100, 24), themes=themes, theme=theme) as (app, pilot):
        await pilot.press("/")
        for width in (60, 140, 200, 100):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            await check(f"slash-list-{width}", app)
        await pilot.press(*"modl x", "enter")
        menu = screen_of(app).query_one(SlashMenu)
        await until(lambda: menu.state is not None and menu.state.is_problem and menu.region.height == 5)
        await check("slash-unknown", app)
