"""The user's library of system prompts: files chosen from a list or by name, reloaded when they change."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import field

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import with_value
from tui_chat.core.slash_completion import SlashChoice
from tui_chat.render.sanitize import safe_line
from tui_chat.store.prompt_templates import PromptTemplate
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.settings import SettingsController
from tui_chat.ui.item_list_contents import Item, ItemAction, ItemDialogs, ItemListContents
from tui_chat.ui.ports import Notifier

SHOWN = 400
"""Characters of a system prompt that the list shows."""

ACTIONS = (ItemAction("use", "enter", "use"), ItemAction("clear", "x", "send none", needs_item=False))


@dataclass(eq=False)
class SystemPromptsController:
    """`flash` of the settings shows what is used."""

    _context: AppContext
    _settings: SettingsController
    _dialogs: ItemDialogs
    _notifier: Notifier
    _known: Mapping[str, PromptTemplate] = field(default_factory=dict, init=False)

    @property
    def choices(self) -> Sequence[SlashChoice]:
        """The prompts as read last."""
        now = self._context.session.settings.system
        return [
            SlashChoice(each.name, safe_line(each.first_line), is_current=each.text == now)
            for each in self._known.values()
        ]

    async def refresh(self) -> None:
        """Reload changed files, and report each problem once."""
        source = self._context.system_prompts
        if source is None:
            return
        self._known = await asyncio.to_thread(source.read)
        if problems := source.news():
            self._notifier.warn("\n".join(problems))

    async def show(self) -> None:
        """Choose one from the list."""
        await self.refresh()
        choice = await self._dialogs.items(self._listed())
        if choice is None:
            return
        text = self._known[choice.name].text if choice.action == "use" else None
        self._settings.change(with_value(self._context.session.settings, "system", text))

    async def set_typed(self, text: str) -> str | None:
        """Set the system prompt by a name of the library, or as text. Returns a sentence if that fails."""
        await self.refresh()
        found = self._known.get(text.lower())
        if found is None:
            return self._settings.set_typed(f"system {text}")
        self._settings.change(with_value(self._context.session.settings, "system", found.text))
        self._settings.say(f"system prompt {safe_line(found.name)}")
        return None

    def _listed(self) -> ItemListContents:
        now = self._context.session.settings.system
        items = [
            Item(each.name, each.first_line, _cut(each.text), in_use=each.text == now) for each in self._known.values()
        ]
        return ItemListContents("System prompts", items, ACTIONS, self._empty)

    @property
    def _empty(self) -> str:
        source = self._context.system_prompts
        where = f" in {source.folder}" if source is not None else ""
        return f"There is no system prompt yet. Each file NAME.md{where} is one; /system NAME uses it."


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
