"""Takes over the presets of a `config.toml` that was edited while the app runs."""

from __future__ import annotations

import asyncio

from tui_chat.ui.context import AppContext
from tui_chat.ui.ports import Notifier

PREFIX = "presets."


async def reload_presets(context: AppContext, notifier: Notifier) -> None:
    """Read the file where it has changed, and say once what is wrong with it. Presets saved in the app stay."""
    file, before = context.preset_file, context.presets
    if file is None:
        return
    found = await asyncio.to_thread(file.update, before)
    if found is not before:
        context.presets = found
        others = {key: place for key, place in context.origins.items() if not key.startswith(PREFIX)}
        places = {name: "config.toml" if name in file.names else "saved.toml" for name in found}
        context.origins = others | {f"{PREFIX}{name}": place for name, place in places.items()}
    if problems := file.news():
        notifier.warn("\n".join(problems))
