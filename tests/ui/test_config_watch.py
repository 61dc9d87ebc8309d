"""Files that are edited while the app runs are looked at together, and reloaded only where they have changed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.waiting import until
from tui_chat.store.preset_file import PresetFile
from tui_chat.store.theme_files import ThemeChanges, ThemeFiles
from tui_chat.ui.config_watch import watch_config


class Focused:
    app_focus = True


async def test_one_look_is_one_job_in_a_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, reloads, taken, focused = 0, 0, list[ThemeChanges](), asyncio.Event()
    to_thread = asyncio.to_thread

    async def counted(*args: object) -> object:
        nonlocal looks
        looks += 1
        return await to_thread(*args)  # type: ignore[arg-type]

    async def reload() -> None:
        nonlocal reloads
        reloads += 1
        presets.update({})

    monkeypatch.setattr(asyncio, "to_thread", counted)
    config = tmp_path / "config.toml"
    presets = PresetFile(config)
    watch = watch_config(Focused(), focused, ThemeFiles(tmp_path / "themes"), presets, taken.append, reload)
    watching = asyncio.create_task(watch)
    focused.set()
    await until(lambda: len(taken) == 1)
    assert (looks, reloads) == (1, 0)
    config.write_text("[presets.mine]\nseed = 1\n")
    focused.set()
    await until(lambda: reloads == 1)
    assert looks == len(taken) == 2
    watching.cancel()
