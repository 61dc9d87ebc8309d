"""Takes over what the user edits while the app runs: theme files, and the presets of `config.toml`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from tui_chat.store.preset_file import PresetFile
from tui_chat.store.theme_files import ThemeChanges, ThemeFiles

LOOK_S = 1.0
"""Seconds between looks at the files."""


class WatchedApp(Protocol):
    @property
    def app_focus(self) -> bool: ...


async def watch_config(
    app: WatchedApp,
    focused: asyncio.Event,
    themes: ThemeFiles,
    presets: PresetFile | None,
    take_themes: Callable[[ThemeChanges], object],
    reload_presets: Callable[[], Awaitable[object]],
) -> None:
    """Look at the files every second while the terminal has the focus, and at once when it gets it.

    No command waits for a file before it opens its window: keys that follow at once would miss it.
    """

    def look() -> tuple[ThemeChanges, bool]:
        return themes.changes(), presets is not None and presets.has_changed()

    while True:
        try:
            async with asyncio.timeout(LOOK_S):
                await focused.wait()
        except TimeoutError:
            if not app.app_focus:
                continue
        focused.clear()
        changes, presets_changed = await asyncio.to_thread(look)  # the folder may be on a slow disk
        take_themes(changes)
        if presets_changed:
            await reload_presets()
