"""The command palette and themes."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.theme import BUILTIN_THEMES, Theme

from tests.scripted import ScriptedBackend
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.store.themes import load_themes
from tui_chat.ui.screens.library import LibraryScreen
from tui_chat.ui.themes import theme_of
from tui_chat.ui.transcript_colors import palette_of


class Kept:
    def __init__(self) -> None:
        self.looks: dict[str, Any] = {}

    def settings(self, settings: Settings) -> None:
        return

    def endpoint(self, name: str, added: EndpointConfig | None = None) -> None:
        return

    def ui(self, **values: Any) -> None:
        self.looks |= values

    def forget_settings(self) -> None:
        return


async def test_a_command_is_found_by_its_words(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await pilot.press("ctrl+p")
        await until(lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"conversations")
        await until(lambda: "The conversations" in text_of(app))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, LibraryScreen))


async def test_every_theme_can_be_worn_and_the_chosen_one_is_kept(tmp_path: Path) -> None:
    data, problems = load_themes()
    assert problems == []
    assert len(data) >= 5
    kept = Kept()
    themes = [theme_of(each) for each in data]
    async with chat(tmp_path, ScriptedBackend([]), themes=themes, theme="mono", saved=kept) as (app, _):
        assert app.theme == "mono"
        worn = [screen_of(app).transcript.palette]
        for theme in (each for each in themes if each.name != "mono"):
            app.theme = theme.name
            await until(lambda: screen_of(app).transcript.palette != worn[-1])
            worn.append(screen_of(app).transcript.palette)
        assert all(one != other for one, other in combinations(worn, 2)), "they differ"
        await until(lambda: kept.looks.get("theme") == app.theme != "mono")


@pytest.mark.parametrize(
    "theme", [theme for theme in BUILTIN_THEMES.values() if theme.ansi], ids=lambda theme: theme.name
)
def test_a_theme_of_the_terminals_own_colours_names_them(theme: Theme) -> None:
    """Mixed from their values, which they do not have, all of them would be black."""
    palette = palette_of(theme)
    styles = [palette.text, palette.muted, palette.code, palette.code_block, palette.link, palette.found, palette.rule]
    for colour in (colour for style in styles for colour in (style.color, style.bgcolor) if colour is not None):
        assert colour.triplet is None
    assert palette.text.color is not None
    assert palette.text.color.is_default
