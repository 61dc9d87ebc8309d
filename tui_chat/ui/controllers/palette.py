"""The command palette and the model picker: runs what is chosen, and remembers recent choices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import field

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import looks_like_key
from tui_chat.core.setting_syntax import SettingRead, read_setting
from tui_chat.engine.model_list_cache import ModelListCache
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.command_groups import Situation, headings, likely
from tui_chat.ui.controllers.endpoints import EndpointsController
from tui_chat.ui.controllers.help_pages import ManualController
from tui_chat.ui.controllers.library import LibraryController
from tui_chat.ui.controllers.settings import SettingsController
from tui_chat.ui.controllers.themes import ThemesController
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.palette import sources
from tui_chat.ui.palette.contents import ListContents, ListDialogs, PaletteContents
from tui_chat.ui.palette.entry import Kind, PaletteEntry
from tui_chat.ui.palette.model_contents import ModelContents
from tui_chat.ui.ports import Jobs, Notifier
from tui_chat.ui.saved_choices import SavedChoices

REMEMBERED = 12
"""Entries that were used lately and are kept for the next run."""


@dataclass(eq=False)
class PaletteController:
    """`commands` are rows of the table; those in `reading` act while the conversation has the focus. `run_command` runs
    one by its id; `situation` describes the current state."""

    _commands: Sequence[sources.ListedCommand]
    _reading: Sequence[sources.ListedCommand]
    _context: AppContext
    _keys: Keymap
    _endpoints: EndpointsController
    _library: LibraryController
    _settings: SettingsController
    _themes: ThemesController
    _manual: ManualController
    _run_command: Callable[[str], Awaitable[object]]
    _situation: Callable[[], Situation]
    _choices: SavedChoices
    _dialogs: ListDialogs
    _notifier: Notifier
    _jobs: Jobs
    _lists: ModelListCache = field(init=False)

    def __post_init__(self) -> None:
        self._lists = ModelListCache(self._context.backends)

    @property
    def model_lists(self) -> ModelListCache:
        """The servers' model lists, for completing a model's name."""
        return self._lists

    async def show(self) -> None:
        """Choose from everything there is."""
        await self._choose(self._contents())

    async def pick_model(self) -> None:
        """Choose the model, or the endpoint, of the next request."""
        context = self._context
        library = context.session.services.library
        await self._choose(ModelContents(context.backends, self._lists, library, context.endpoint))

    async def _choose(self, contents: ListContents) -> None:
        chosen = await self._dialogs.choose(contents)
        if chosen is not None and await self._do(chosen):
            self._remember(chosen.id)

    def _contents(self) -> PaletteContents:
        context, now = self._context, self._situation()
        session = context.session
        return PaletteContents(
            settings=session.settings,
            fixed=list(self._fixed(now)),
            listed=frozenset({Kind.COMMAND, Kind.SETTING, Kind.PRESET, Kind.ENDPOINT}),
            recent=context.recent,
            likely=[f"{Kind.COMMAND}:{name}" for name in likely(now)],
            library=session.services.library,
            now=session.services.clock.now,
            open_id=session.conversation.id,
            pages=self._manual.entries(whole=True),
        )

    def _fixed(self, now: Situation) -> Iterator[PaletteEntry]:
        context = self._context
        commands = list(sources.command_entries([*self._commands, *(self._reading if now.reading else ())], self._keys))
        order = {heading: place for place, heading in enumerate(headings())}
        yield from sorted(commands, key=lambda each: order[each.section])
        yield from sources.setting_entries(context.session.settings)
        yield from sources.preset_entries(context.presets)
        yield from sources.endpoint_entries(context.backends.names, context.endpoint)
        yield from self._models()
        yield from self._themes.entries()
        yield from self._manual.entries()

    def _models(self) -> Iterable[PaletteEntry]:
        """The models of the endpoint in use, if its list is known."""
        endpoint, current = self._context.endpoint, self._context.backend.model
        for model in self._lists.known(endpoint) or ():
            yield sources.model_entry(endpoint, model, current=model == current)

    async def _do(self, chosen: PaletteEntry) -> bool:
        """Run the entry. False if it was refused."""
        value = chosen.value
        match chosen.kind:
            case Kind.COMMAND:
                await self._run_command(value)
            case Kind.VALUE:
                self._set(value)
            case Kind.PRESET:
                self._settings.use_preset(value)
            case Kind.ENDPOINT:
                self._endpoints.choose(value)
            case Kind.MODEL:
                return self._use(*value.split(sources.SEPARATOR, 1))
            case Kind.THEME:
                self._themes.choose(value)
            case Kind.PAGE:
                await self._manual.open(value)
            case Kind.CONVERSATION:
                await self._library.open(value)
        return True

    def _set(self, typed: str) -> None:
        """`temperature 0.2`, which was valid when it was listed."""
        context = self._context
        read = read_setting(typed, context.session.settings, context.backends.rules(context.endpoint))
        if isinstance(read, SettingRead):
            self._settings.change(read.settings)
        else:
            self._notifier.say(read)

    def _use(self, endpoint: str, model: str) -> bool:
        if endpoint != self._context.endpoint:
            self._endpoints.choose(endpoint)
        return self._endpoints.choose_model(model)

    def _remember(self, name: str) -> None:
        """Put it first among the recent choices."""
        context = self._context
        context.recent = [name, *(other for other in context.recent if other != name)][:REMEMBERED]
        # What was typed as a value may be private, and what looks like a key is one.
        kept = [each for each in context.recent if not each.startswith(Kind.VALUE) and not looks_like_key(each)]
        self._jobs.run(self._choices.write(lambda saved: saved.ui(recent=kept)))
