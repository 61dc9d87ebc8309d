"""The panes at the sides: their width and whether they are open are the same in the next run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend
from tests.ui.harness import chat, screen_of
from tests.waiting import until
from tui_chat.cli.saved_choices import SavedFile
from tui_chat.store.config import load_configuration
from tui_chat.store.config_file import Ui
from tui_chat.store.paths import find_paths
from tui_chat.ui.pane_widths import PaneWidths
from tui_chat.ui.widgets.library_pane import LibraryPane
from tui_chat.ui.widgets.settings_pane import SettingsPane


def kept(folder: Path) -> Ui:
    paths = find_paths(str(folder / "config.toml"), str(folder), {})
    return load_configuration(paths, {}).ui


@pytest.fixture
def saved(tmp_path: Path) -> SavedFile:
    (tmp_path / "config.toml").touch()
    return SavedFile(tmp_path / "saved.toml")


async def test_an_edge_that_is_dragged_is_there_the_next_time(tmp_path: Path, saved: SavedFile) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=(120, 30), saved=saved) as (app, pilot):
        await pilot.press("f2", "f3")
        await until(lambda: app.screen.query(SettingsPane) and app.screen.query(LibraryPane))
        await pilot.pause()
        left = app.screen.query_one(SettingsPane).region.x
        assert await pilot.mouse_down(offset=(left, 10))
        await pilot.hover(offset=(left - 9, 10))
        await pilot.mouse_up(offset=(left - 9, 10))
        await until(lambda: app.screen.query_one(SettingsPane).region.x == left - 9)
        right = app.screen.query_one(LibraryPane).region.right - 1
        await pilot.mouse_down(offset=(right, 10))
        await pilot.hover(offset=(2, 10))
        await pilot.mouse_up(offset=(2, 10))
        await until(lambda: app.screen.query_one(LibraryPane).outer_size.width == 20)
        await until(lambda: (kept(tmp_path).settings_width, kept(tmp_path).library_width) == (49, 20))
        await until(lambda: kept(tmp_path).settings_pane and kept(tmp_path).library_pane)
        await pilot.press("f3")
        await until(lambda: not app.screen.query(LibraryPane) and not kept(tmp_path).library_pane)
    widths = {"settings": 45, "library": 20}
    async with chat(tmp_path, ScriptedBackend([]), size=(120, 30), settings_open=True, pane_widths=widths) as (app, _):
        await until(lambda: app.screen.query(SettingsPane))
        await until(lambda: app.screen.query_one(SettingsPane).outer_size.width == 45)
        assert screen_of(app).prompt.has_focus


def test_only_what_has_changed_is_written() -> None:
    written: list[Mapping[str, object]] = []
    layout = PaneWidths({"settings": 36, "library": 34}, {"settings": True, "library": False}, written.append)
    layout.toggled("settings", is_open=True)
    layout.resized("settings", 36)
    assert written == []
    layout.toggled("library", is_open=True)
    layout.resized("library", 4)
    assert written == [{"library_pane": True}, {"library_width": 20}]
