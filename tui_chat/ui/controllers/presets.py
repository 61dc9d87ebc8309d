"""Presets: settings under a name. Those of config.toml are the user's own text; those that are saved here go to
saved.toml."""

from __future__ import annotations

import asyncio
from dataclasses import field
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import looks_like_key
from tui_chat.core.setting_wording import settings_words
from tui_chat.core.settings import Settings
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.settings import SettingsController
from tui_chat.ui.item_list_contents import Item, ItemAction, ItemDialogs, ItemListContents
from tui_chat.ui.ports import Dialogs, Notifier
from tui_chat.ui.saved_choices import SavedChoices

LONGEST = 60
"""Characters of a name."""

ACTIONS = (
    ItemAction("use", "enter", "use"),
    ItemAction("save", "s", "save as…", needs_item=False),
    ItemAction("delete", "del", "delete"),
)
EMPTY = "There is no preset yet. A preset is a name for settings: set them as you like, and save them here with s."
OWN, PREFIX = "config.toml", "presets."


class PresetDialogs(Dialogs, ItemDialogs, Protocol):
    """Questions, and the list."""


@dataclass(eq=False)
class PresetsController:
    _context: AppContext
    _settings: SettingsController
    _choices: SavedChoices
    _dialogs: PresetDialogs
    _notifier: Notifier
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def refresh(self) -> None:
        """Reload config.toml if it has changed, and report each problem once. Presets saved in the app stay."""
        context, file = self._context, self._context.preset_file
        if file is None:
            return
        async with self._reading:
            before = context.presets
            found = await asyncio.to_thread(file.update, before)
        if found is not before:
            context.presets = found
            others = {key: place for key, place in context.origins.items() if not key.startswith(PREFIX)}
            places = {name: OWN if name in file.names else "saved.toml" for name in found}
            context.origins = others | {f"{PREFIX}{name}": place for name, place in places.items()}
        if problems := file.news():
            self._notifier.warn("\n".join(problems))

    async def use_named(self, name: str) -> str | None:
        """Use a preset by name. Returns a sentence if there is none."""
        await self.refresh()
        return self._settings.use_preset_named(name)

    async def show(self) -> None:
        """The list of presets, until one is used or it is closed."""
        said = point_at = ""
        while (choice := await self._dialogs.items(self._listed(said, point_at))) is not None:
            point_at = choice.name
            match choice.action:
                case "save":
                    said, point_at = await self._save(choice.name)
                case "delete":
                    said = await self._delete(choice.name)
                case _:
                    self._settings.use_preset_named(choice.name)
                    return

    def _listed(self, said: str, point_at: str) -> ItemListContents:
        presets, now = self._context.presets, self._context.session.settings
        items = [
            Item(name, _words(preset), _about(preset, self._origin(name)), in_use=preset.over(now) == now)
            for name, preset in presets.items()
        ]
        return ItemListContents("Presets", items, ACTIONS, EMPTY, said, point_at)

    def _origin(self, name: str) -> str:
        return self._context.origins.get(f"presets.{name}", OWN)

    async def _save(self, proposed: str) -> tuple[str, str]:
        """Save the settings of the next request under a name. Returns the sentence about it, and the name."""
        settings, context = self._context.session.settings, self._context
        if settings == Settings():
            return "Nothing is set, so there is nothing to save. Set a value first.", proposed
        proposed = "" if proposed and self._origin(proposed) == OWN else proposed
        question = f"Save {_words(settings)} as a preset. Its name:"
        name = await self._dialogs.ask_text(question, proposed)
        name = " ".join((name or "").split())
        if not name:
            return "", proposed
        if problem := self._wrong(name):
            return problem, proposed
        if name in context.presets and not await self._dialogs.confirm(
            f"There is a preset {safe_line(name)} already. Replace it?", "Replace it", "Keep it"
        ):
            return "", name
        saved = await self._choices.write(lambda saved: saved.preset(name, settings))
        context.presets = {**context.presets, name: settings}
        context.origins = {**context.origins, f"presets.{name}": "saved.toml"}
        kept = "is saved" if saved else "is there until tui-chat ends; it could not be saved"
        return f"The preset {name} {kept}.", name

    def _wrong(self, name: str) -> str:
        """Why this cannot be the name of a preset."""
        if looks_like_key(name):
            return "That looks like a key, so it is not used as a name."
        if len(name) > LONGEST or not name.isprintable():
            return f"A name has at most {LONGEST} characters, and all of them can be printed. Choose another one."
        if name in self._context.presets and self._origin(name) == OWN:
            return f"{name} is a preset of config.toml: change it there, or choose another name."
        return ""

    async def _delete(self, name: str) -> str:
        """Delete a preset and return the sentence about it."""
        context = self._context
        if self._origin(name) == OWN:
            return f"{name} is a preset of config.toml: delete it there."
        question = f"Delete the preset {safe_line(name)}? The settings in use stay as they are."
        if not await self._dialogs.confirm(question, "Delete it", "Keep it", ("delete",)):
            return ""
        if self._choices.are_kept and not await self._choices.write(lambda saved: saved.preset(name, None)):
            return f"The preset {name} could not be deleted."
        context.presets = {each: preset for each, preset in context.presets.items() if each != name}
        return f"The preset {name} is deleted."


def _words(settings: Settings) -> str:
    words = settings_words(settings)
    system = "system prompt" if settings.system else ""
    return " · ".join(filter(None, (words, system))) or "nothing set"


def _about(settings: Settings, origin: str) -> str:
    text = " ".join((settings.system or "").split())
    short = f"“{text[:160]}{'…' if len(text) > 160 else ''}”\n" if text else ""
    return f"{short}from {origin}" + (", and edited there" if origin == OWN else "")
