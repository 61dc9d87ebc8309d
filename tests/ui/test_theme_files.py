"""Themes of the user's own: taken when their files change, and a broken one is named once and changes nothing."""

from __future__ import annotations

from pathlib import Path

from tests.scripted import ScriptedBackend
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.cli.early_config import read_early_config
from tui_chat.cli.options import parse
from tui_chat.store.theme_files import ThemeFiles
from tui_chat.ui.screens.palette import PaletteScreen
from tui_chat.ui.themes import theme_of

MINE = 'name = "mine"\nprimary = "{}"\nbackground = "#101010"\n'


def test_what_changed_is_told_once(tmp_path: Path) -> None:
    folder = tmp_path / "themes"
    files = ThemeFiles(folder)
    assert files.load().themes == []
    folder.mkdir()
    (folder / "a.toml").write_text(MINE.format("#ff0000"))
    assert [theme.primary for theme in files.changes().themes] == ["#ff0000"]
    assert files.changes().themes == []
    (folder / "a.toml").write_text(MINE.format("#00ff0"))
    broken = files.changes()
    assert (list(broken.themes), [p.key for p in broken.problems]) == ([], ["primary"])
    assert files.changes().problems == []
    (folder / "a.toml").write_text(MINE.format("#0000ff") + "glow = 3\n")
    assert list(files.changes().themes) == [], "part of a theme is no theme"
    (folder / "a.toml").write_text(MINE.format("#0000ffff"))
    assert [theme.primary for theme in files.changes().themes] == ["#0000ffff"]
    (folder / "a.toml").unlink()
    assert files.changes().themes == []


def test_the_first_frame_wears_what_is_valid_of_a_theme(tmp_path: Path) -> None:
    """Textual ends the program over a style in the place of a colour."""
    (tmp_path / "themes").mkdir()
    (tmp_path / "config.toml").write_text('[ui]\ntheme = "mine"\n')
    text = MINE.format("#ff0000") + '[variables]\nborder = "bold"\nscrollbar = "#445566"\n'
    (tmp_path / "themes" / "mine.toml").write_text(text)
    (first,) = read_early_config(parse(["--config", str(tmp_path / "config.toml")])).themes
    assert (first["primary"], first["variables"]) == ("#ff0000", {})
    (tmp_path / "config.toml").write_text('[ui]\ntheme = "other"\n')
    assert read_early_config(parse(["--config", str(tmp_path / "config.toml")])).themes == ({},)


async def test_the_screen_follows_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "themes"
    folder.mkdir()
    path = folder / "mine.toml"
    path.write_text(MINE.format("#ff0000"))
    files = ThemeFiles(folder)
    themes = [theme_of(data) for data in files.load().themes]
    data = tmp_path / "data"
    async with chat(data, ScriptedBackend([]), user_themes=themes, theme_files=files, theme="mine") as (app, pilot):
        assert app.current_theme.primary == "#ff0000"
        path.write_text(MINE.format("#00aa00"))
        app.themes.focused.set()
        await until(lambda: app.get_css_variables()["primary"].upper() == "#00AA00")
        await until(lambda: "#00aa00" in str(screen_of(app).transcript.palette.marker.color))
        path.write_text(MINE.format("red"))
        app.themes.focused.set()
        await until(lambda: "found 'red'" in text_of(app))
        assert app.current_theme.primary == "#00aa00"
        app.clear_notifications()
        (folder / "new.toml").write_text(MINE.format("#123456").replace("mine", "brand-new"))
        app.themes.focused.set()
        await until(lambda: "brand-new" in app.available_themes)
        await pilot.press("ctrl+p", *"change the theme", "enter")
        await until(lambda: isinstance(app.screen, PaletteScreen) and "Yours" in text_of(app))


async def test_the_list_of_themes_tries_each_on_the_whole_screen(tmp_path: Path) -> None:
    themes = [theme_of(data) for data in ThemeFiles(Path(__file__).parents[2] / "themes").load().themes]
    async with chat(tmp_path, ScriptedBackend([]), themes=themes, theme="tui-chat-dark", size=(100, 40)) as (
        app,
        pilot,
    ):
        await pilot.press("ctrl+p", *"change the theme", "enter")
        await until(lambda: "● tui-chat-dark" in text_of(app))
        shown = text_of(app)
        assert shown.index("tui-chat-dark") < shown.index("linen"), "ours, the dark ones first"
        await pilot.press("down")
        await until(lambda: app.theme not in ("tui-chat-dark", ""))
        tried = app.theme
        await pilot.press("escape")
        await until(lambda: app.theme == "tui-chat-dark" != tried)
        await pilot.press("ctrl+p", *"change the theme", "enter")
        await until(lambda: "● tui-chat-dark" in text_of(app))
        await pilot.press(*"linen", "enter")
        await until(lambda: app.theme == "linen" and app.screen is screen_of(app))
