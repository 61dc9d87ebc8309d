"""The command palette and themes."""

from __future__ import annotations

import asyncio
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from textual.theme import BUILTIN_THEMES, Theme

from tests.scripted import ScriptedBackend, answered
from tests.support.rows import row
from tests.ui.harness import chat, lines_of, screen_of, strike, text_of
from tests.waiting import until
from tui_chat.cli.saved_choices import SavedFile
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.store.config import load_configuration
from tui_chat.store.paths import Paths
from tui_chat.store.themes import load_themes
from tui_chat.ui.screens.library import LibraryScreen
from tui_chat.ui.screens.palette import PaletteScreen
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

    def model(self, endpoint: str, model: str | None) -> None:
        raise NotImplementedError

    def forget_settings(self) -> None:
        return

    waits = False


async def test_a_command_is_found_by_its_words_and_a_setting_takes_its_value(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        with row("a value that is out of range changes nothing and says so"):
            await pilot.press("ctrl+p", *"temperature 9", "enter")
            await until(lambda: "expected a number from 0 to 2" in text_of(app))
            assert isinstance(app.screen, PaletteScreen)
            assert app.context.session.settings == Settings()
            await pilot.press("escape")
            await until(lambda: app.screen is screen_of(app))
        with row("what is typed fast reaches the palette whole"):
            strike(app, "ctrl+p", *"temperature 0.2", "enter")
            await until(lambda: app.context.session.settings.temperature == 0.2)
            await until(lambda: app.screen is screen_of(app))
            assert screen_of(app).prompt.text == ""
        with row("a setting that is chosen waits for its value"):
            await pilot.press("ctrl+p", *"max tokens", "enter", *"300", "enter")
            await until(lambda: app.context.session.settings.max_tokens == 300)
            await until(lambda: app.screen is screen_of(app))
        with row("a command"):
            await pilot.press("ctrl+p", *"conversations")
            await until(lambda: "Conversations: open" in text_of(app))
            await pilot.press("enter")
            await until(lambda: isinstance(app.screen, LibraryScreen))


async def test_presets_themes_and_conversations_are_among_the_results(tmp_path: Path) -> None:
    kept, presets = Kept(), {"precise": Settings(temperature=0.1)}
    backend = ScriptedBackend([answered("Yes."), answered("No.")])
    themes = [theme_of(each) for each in load_themes()[0]]
    async with chat(tmp_path, backend, presets=presets, themes=themes, saved=kept) as (app, pilot):
        strike(app, "ctrl+p", *"precise", "enter")
        await until(lambda: app.context.session.settings.temperature == 0.1)
        strike(app, "ctrl+p", *"ember", "enter")
        await until(lambda: app.theme == kept.looks.get("theme") == "ember")
        await pilot.press(*"zebras in winter", "enter")
        await until(lambda: "Yes." in text_of(app) and not app.context.session.running)
        await pilot.press("ctrl+n", *"other things", "enter")
        await until(lambda: "No." in text_of(app) and not app.context.session.running)
        await pilot.press("ctrl+p", *"zebras")
        await until(lambda: "Conversations" in text_of(app))
        await pilot.press("enter")
        await until(lambda: "Yes." in text_of(app) and app.screen is screen_of(app))
        assert [name.partition(":")[0] for name in kept.looks["recent"]] == ["conversation", "theme", "preset"]


async def test_what_was_used_last_stands_on_top(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([]), recent=["command:filter.view", "command:gone"]) as (app, pilot):
        await pilot.press("ctrl+p")
        await until(lambda: "Recent" in text_of(app))
        lines = lines_of(app)
        at = next(y for y, line in enumerate(lines) if "Recent" in line)
        assert "Content filter: all verdicts" in lines[at + 1]
        await pilot.press("enter")
        await until(lambda: "has said nothing about this conversation" in text_of(app))


async def test_what_was_used_is_there_at_the_next_start(tmp_path: Path) -> None:
    """Also where nothing is to be kept yet: a typed value is private."""
    file = tmp_path / "saved.toml"
    async with chat(tmp_path / "data", ScriptedBackend([]), saved=SavedFile(file)) as (app, pilot):
        strike(app, "ctrl+p", *"temperature 0.2", "enter")
        await until(lambda: app.context.session.settings.temperature == 0.2)
        await until(lambda: "recent = []" in file.read_text() if file.exists() else False)
        await pilot.press("ctrl+p", *"new conversation", "enter")
        await until(lambda: "command:chat.new" in file.read_text())
        assert "0.2" not in file.read_text()
    paths = Paths(tmp_path / "config.toml", file, tmp_path)
    assert load_configuration(paths, {}).ui.recent == ("command:chat.new",)
    assert load_configuration(paths, {}).problems == ()


async def test_what_fits_the_moment_is_suggested(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(0)
    async with chat(tmp_path, ScriptedBackend([answered("Half of it.")], hold=hold)) as (app, pilot):
        await pilot.press(*"question", "enter")
        await until(lambda: app.context.session.running)
        await pilot.press("ctrl+p", "enter")
        await until(lambda: "stopped" in text_of(app))
        await pilot.press("ctrl+p")
        await until(lambda: "Continue the last answer" in text_of(app))


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
        screen_of(app).controllers.themes.choose("ember")
        await until(lambda: kept.looks.get("theme") == app.theme == "ember")


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
