"""Jobs that nobody asked for do not keep the screen busy."""

from __future__ import annotations

from pathlib import Path

from tests.scripted import ScriptedBackend
from tests.ui.harness import chat, screen_of
from tests.waiting import until
from tui_chat.store.theme_files import ThemeFiles


async def test_nothing_is_worked_out_again_and_again_while_nothing_happens(tmp_path: Path) -> None:
    """The look at the files of the configuration counted as work under way: four times a second the state was made."""
    files = ThemeFiles(tmp_path / "themes")
    async with chat(tmp_path / "data", ScriptedBackend([]), theme_files=files) as (app, _):
        ticker = screen_of(app)._ticker
        assert ticker is not None
        await until(lambda: not ticker._active.is_set())
