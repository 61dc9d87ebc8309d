"""Completions for slash command arguments: models, endpoints, presets, themes, conversations, files.

It answers at once with what it knows, and looks for the rest in the background.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.comparison import VERSIONS
from tui_chat.core.message import ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.relative_dates import relative_time
from tui_chat.core.setting_wording import settings_words
from tui_chat.core.settings import Settings
from tui_chat.core.slash_commands import Takes
from tui_chat.core.slash_completion import SlashChoice, SlashChoices
from tui_chat.engine.comparison import proposed
from tui_chat.engine.model_list_cache import ModelListCache
from tui_chat.render.sanitize import safe_line
from tui_chat.store.errors import LibraryError
from tui_chat.store.library import SearchStopped
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.comparison_choices import comparison_choices, examples
from tui_chat.ui.controllers.endpoint_manager import ADD, LIST
from tui_chat.ui.controllers.prompt_history import all_prompts, own_prompts
from tui_chat.ui.endpoint_text import summary
from tui_chat.ui.file_suggestions import files_of
from tui_chat.ui.ports import Jobs

if TYPE_CHECKING:
    from tui_chat.core.dialects.rules import Rules

ASKING = "asking the server for its models…"
SEARCHING = "searching…"
PATH_BEGINS = ("/", "~", "./", "../")
"""How a path begins: it names a file, not a conversation."""

LISTED = 30
"""Conversations offered; others are found by typing a word of their titles."""

HOLDS_S = 5.0
"""Seconds for which results stay valid. Lists of models are cached longer elsewhere."""


class Themes(Protocol):
    @property
    def names(self) -> Sequence[str]: ...

    @property
    def current(self) -> str: ...

    def is_dark(self, name: str) -> bool: ...


class KnownTemplates(Protocol):
    @property
    def choices(self) -> Sequence[SlashChoice]: ...


class Refreshed(Protocol):
    async def refresh(self) -> None:
        """Read files that have changed."""
        ...


class SystemPrompts(KnownTemplates, Refreshed, Protocol):
    """The library of system prompts."""


@dataclass(frozen=True, slots=True)
class _Found:
    key: str
    choices: SlashChoices
    until: float


_NONE = _Found("", SlashChoices(), 0.0)


@dataclass(eq=False)
class SlashSources:
    """`on_news` is called when something that was looked for is there."""

    _context: AppContext
    _themes: Themes
    _templates: KnownTemplates
    _systems: SystemPrompts
    _presets: Refreshed
    _lists: ModelListCache
    _jobs: Jobs
    on_news: Callable[[], object] = lambda: None
    _found: dict[Takes, _Found] = field(default_factory=dict, init=False)
    _wanted: dict[Takes, str] = field(default_factory=dict, init=False)
    """Requests under way."""

    @property
    def settings(self) -> Settings:
        return self._context.session.settings

    @property
    def rules(self) -> Rules | None:
        return self._context.backends.rules(self._context.endpoint)

    @property
    def templates(self) -> Sequence[SlashChoice]:
        return self._templates.choices

    def choices(self, takes: Takes, typed: str) -> SlashChoices:
        match takes:
            case Takes.ENDPOINT:
                return self._endpoints()
            case Takes.PRESET:
                return self._looked_for(takes, "", "")
            case Takes.COMPARISON:
                return self._compared()
            case Takes.TOPIC:
                return _topics()
            case Takes.THEME:
                return self._theme_names()
            case Takes.PROMPT:
                return self._prompts(typed)
            case Takes.SYSTEM:
                return self._looked_for(takes, "", "")
            case Takes.MODEL:
                return self._looked_for(takes, self._context.endpoint, ASKING)
            case Takes.CONVERSATION if not typed.startswith(PATH_BEGINS):
                return self._looked_for(takes, typed, SEARCHING)
            case Takes.PATH | Takes.CONVERSATION:
                return self._looked_for(Takes.PATH, "\0".join(os.path.split(typed)), "")
            case _:
                return SlashChoices()

    def _compared(self) -> SlashChoices:
        offers = dict(examples(comparison_choices(self._context, self._lists)))
        conversation = self._context.session.conversation
        prompt = conversation.last_prompt()
        if prompt is not None and (newest := proposed(conversation, prompt.id)):
            offers = {VERSIONS: newest, **offers}
        return SlashChoices(tuple(SlashChoice(name, values) for name, values in offers.items()))

    def _endpoints(self) -> SlashChoices:
        context = self._context
        names = [
            SlashChoice(name, _about(context, name), is_current=name == context.endpoint)
            for name in context.backends.names
        ]
        more = SlashChoice(ADD, "an address, or a curl command"), SlashChoice(LIST, "edit, check and delete endpoints")
        return SlashChoices((*names, *more))

    def _known_presets(self) -> SlashChoices:
        presets = self._context.presets
        if not presets:
            return SlashChoices(note="There is no preset yet. The settings pane (F2) saves one.")
        return SlashChoices(tuple(SlashChoice(name, settings_words(settings)) for name, settings in presets.items()))

    def _prompts(self, typed: str) -> SlashChoices:
        """Those of the conversation at once, with the library's as soon as they are found."""
        conversation = self._context.session.conversation
        key = f"{conversation.id} {len(conversation.nodes)} {typed}"
        found = self._looked_for(Takes.PROMPT, key, "")
        return found if self._found.get(Takes.PROMPT, _NONE).key == key else own_prompts(self._context.session, typed)

    def _theme_names(self) -> SlashChoices:
        themes = self._themes
        return SlashChoices(
            tuple(
                SlashChoice(name, "dark" if themes.is_dark(name) else "light", is_current=name == themes.current)
                for name in themes.names
            )
        )

    # What has to be looked for

    def _looked_for(self, takes: Takes, key: str, waiting: str) -> SlashChoices:
        known = self._found.get(takes)
        if known is not None and known.key == key and monotonic() < known.until:
            return known.choices
        if self._wanted.get(takes) != key:
            self._wanted[takes] = key
            self._jobs.run(self._look(takes, key), group="slash")
        same = known is not None and known.key == key
        # While a word is typed on, the hits so far stay until there are new ones.
        shown = known.choices.all if known is not None and (same or takes is not Takes.MODEL) else ()
        waits = "" if same and shown else waiting
        return SlashChoices(shown, waits, is_found=takes is not Takes.MODEL, is_waiting=bool(waits), is_stale=not same)

    async def _look(self, takes: Takes, key: str) -> None:
        try:
            match takes:
                case Takes.MODEL:
                    found = await self._models(key)
                case Takes.CONVERSATION:
                    found = await self._conversations(key, lambda: self._wanted.get(takes) != key)
                case Takes.SYSTEM:
                    await self._systems.refresh()
                    found = SlashChoices(tuple(self._systems.choices), is_found=True)
                case Takes.PRESET:
                    await self._presets.refresh()
                    found = self._known_presets()
                case Takes.PROMPT:
                    found = await all_prompts(self._context.session, key.split(" ", 2)[2])
                case _:
                    found = await asyncio.to_thread(files_of, *key.split("\0", 1))
        except SearchStopped:
            return
        finally:
            if self._wanted.get(takes) == key:
                del self._wanted[takes]
        self._found[takes] = _Found(key, found, monotonic() + HOLDS_S)
        self.on_news()

    async def _models(self, endpoint: str) -> SlashChoices:
        if not self._lists.can_ask(endpoint):
            return SlashChoices(note=f"The endpoint {safe_line(endpoint)} is built in and has one model.")
        found = await self._lists.ask(endpoint)
        if isinstance(found, ServerError):
            return SlashChoices(note=safe_line(f"The server did not list its models: {found.message}"))
        if not found:
            return SlashChoices(note="The server lists no models; a name that is typed is taken as it is.")
        current = self._context.backends.get(endpoint).model
        return SlashChoices(tuple(SlashChoice(name, "", _label(name), is_current=name == current) for name in found))

    async def _conversations(self, typed: str, stopped: Callable[[], bool]) -> SlashChoices:
        library = self._context.session.services.library
        open_id = self._context.session.conversation.id
        try:
            if typed:
                hits = await library.search(typed, LISTED, "newest", stopped, one_each=True)
                rows = [(hit.conversation_id, hit.title, hit.created) for hit in hits]
            else:
                rows = [(each.id, each.title, each.updated) for each in await library.list(LISTED, counted=False)]
        except LibraryError as error:
            return SlashChoices(note=error.message, is_found=True)
        now = datetime.now().astimezone()
        choices = tuple(
            SlashChoice(
                name,
                relative_time(when, now),
                safe_line(title) or name,
                is_current=name == open_id,
            )
            for name, title, when in rows
        )
        words = f"No saved conversation contains “{typed}”." if typed else "No conversation is saved yet."
        return SlashChoices(choices, "" if choices else words, is_found=True)


def _topics() -> SlashChoices:
    from tui_chat.help_pages import help_pages

    return SlashChoices(tuple(SlashChoice(page.topic, page.summary) for page in help_pages()))


def _about(context: AppContext, name: str) -> str:
    """An endpoint in a few words. Making its backend is not worth that."""
    described = context.backends.described(name)
    if described is None:
        return "built in"
    config = described[0]
    return safe_line(summary(config))


def _label(name: str) -> str:
    """A server's name as shown, if it cannot be shown unchanged."""
    shown = safe_line(name)
    return "" if shown == name else shown
