"""Wires the controllers to the chat screen's widgets: the one place that loads them all, off the event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import Any, Protocol, cast

from textual.app import App, SuspendNotSupported
from textual.screen import Screen

from tui_chat.core.comparison import Variant
from tui_chat.ui.answer_runner import AnswerRunner
from tui_chat.ui.attention import Attention
from tui_chat.ui.clipboard import Clipboard
from tui_chat.ui.command_groups import situation_of
from tui_chat.ui.commands import COMMANDS, READING
from tui_chat.ui.context import AppContext
from tui_chat.ui.controllers import Controllers
from tui_chat.ui.controllers.attaching import AttachingController
from tui_chat.ui.controllers.branches import BranchesController
from tui_chat.ui.controllers.code import CodeController
from tui_chat.ui.controllers.compare import CompareController
from tui_chat.ui.controllers.content_filter import ContentFilterController
from tui_chat.ui.controllers.context_view import ContextController
from tui_chat.ui.controllers.conversation import ConversationController
from tui_chat.ui.controllers.copy import CopyController
from tui_chat.ui.controllers.drafts import DraftsController
from tui_chat.ui.controllers.editing import EditingController
from tui_chat.ui.controllers.editor import CannotLendError, EditorController
from tui_chat.ui.controllers.endpoint_list import EndpointListController
from tui_chat.ui.controllers.endpoints import EndpointsController
from tui_chat.ui.controllers.escape import EscapeController
from tui_chat.ui.controllers.files import FilesController
from tui_chat.ui.controllers.find import FindController
from tui_chat.ui.controllers.help import HelpController
from tui_chat.ui.controllers.library import LibraryController
from tui_chat.ui.controllers.links import LinksController
from tui_chat.ui.controllers.manual import ManualController
from tui_chat.ui.controllers.mentions import MentionsController
from tui_chat.ui.controllers.meter import MeterController
from tui_chat.ui.controllers.notices import NoticesController
from tui_chat.ui.controllers.other_windows import OtherWindowsController
from tui_chat.ui.controllers.palette import PaletteController
from tui_chat.ui.controllers.pastes import PastesController
from tui_chat.ui.controllers.presets import PresetsController
from tui_chat.ui.controllers.prompt_history import PromptHistoryController
from tui_chat.ui.controllers.queue import QueueController
from tui_chat.ui.controllers.quit import LeavingController
from tui_chat.ui.controllers.reading import ReadingController
from tui_chat.ui.controllers.saving import SavingController
from tui_chat.ui.controllers.settings import SettingsController
from tui_chat.ui.controllers.slash import SlashController
from tui_chat.ui.controllers.slash_sources import SlashSources
from tui_chat.ui.controllers.start import StartController
from tui_chat.ui.controllers.system_prompts import SystemPromptsController
from tui_chat.ui.controllers.templates import TemplatesController
from tui_chat.ui.controllers.themes import ThemesController
from tui_chat.ui.controllers.usage import UsageController
from tui_chat.ui.controllers.versions import VersionsController
from tui_chat.ui.help_sections import help_sections
from tui_chat.ui.jobs import AppJobs
from tui_chat.ui.pane_widths import PaneLayout
from tui_chat.ui.saved_choices import SavedChoices
from tui_chat.ui.screens.dialogs import AppDialogs
from tui_chat.ui.screens.panes import Panes
from tui_chat.ui.screens.slash_menu_place import SlashMenuPlace
from tui_chat.ui.slash_prompt import SlashPromptText
from tui_chat.ui.theme_choice import KeepsTheme, ThemeChoice
from tui_chat.ui.theme_switcher import ThemeSwitcher
from tui_chat.ui.toasts import AppNotifier
from tui_chat.ui.user_keys import Keys
from tui_chat.ui.widgets.header import Header
from tui_chat.ui.widgets.prompt import Prompt
from tui_chat.ui.widgets.start_view import StartView
from tui_chat.ui.widgets.transcript import Transcript

WARM_AFTER = 0.5
"""Seconds until what the first answer needs is loaded; the first keys come before it."""


class _Dressed(Protocol):
    """The app."""

    @property
    def themes(self) -> ThemeSwitcher: ...


class Surface:
    """The parts of a screen that controllers reach through ports, before and after the context is open."""

    def __init__(self, screen: Screen[Any], jobs: AppJobs) -> None:
        app = screen.app
        self.screen = screen
        self.app: App[Any] = app
        self.prompt = screen.query_one(Prompt)
        self.jobs = jobs
        self.notifier = AppNotifier(app)
        self.dialogs = AppDialogs(app)
        self.panes = Panes(screen)
        self.menu = SlashMenuPlace(screen)
        self.themes = cast(_Dressed, app).themes
        self.copy = CopyController(
            Clipboard(lambda text: app.copy_to_clipboard(text)),
            self._keep,
            screen.clear_selection,
            self.dialogs,
            self.notifier,
            jobs,
        )

    def _keep(self, text: str) -> None:
        # ctrl+v in the prompt asks the app and not the terminal.
        self.app._clipboard = text

    async def run_command(self, name: str) -> None:
        """Run a command of the table, as its key does."""
        await self.screen.run_action(f"command({name!r})")

    @property
    def pane(self) -> str:
        """The id of the pane at a side that has the focus; "" for none."""
        focused = self.screen.focused
        ids = [widget.id for widget in focused.ancestors_with_self] if focused is not None else []
        return next((name for name in ("settings", "library") if name in ids), "")

    def selected(self) -> str:
        return self.screen.get_selected_text() or self.prompt.selected_text

    def deselect(self) -> bool:
        """Take back a selection on the screen or in the prompt. False where there is none."""
        if self.screen.selections:
            self.screen.clear_selection()
            return True
        prompt = self.prompt
        if not prompt.has_focus or prompt.selection.is_empty:
            return False
        prompt.move_cursor(prompt.cursor_location)
        return True

    @contextmanager
    def lend(self) -> Iterator[None]:
        """The terminal is another program's."""
        try:
            # A frame that is painted now would be written over the program; what changes is painted afterwards.
            with self.app.batch_update(), self.app.suspend():
                yield
        except SuspendNotSupported:
            raise CannotLendError from None
        self.app.refresh(layout=True)

    def leaving(self, keys: Callable[[], Keys], stop: Callable[[], bool]) -> LeavingController:
        return LeavingController(
            self.prompt,
            self.selected,
            stop,
            self.app.action_quit,
            keys,
            self.copy.copy,
            self.dialogs,
            self.notifier,
            self.jobs,
        )


def wire(
    surface: Surface,
    context: AppContext,
    answers: AnswerRunner,
    transcript: Transcript,
    keys: Keys,
    restore: Callable[[], object],
) -> Controllers:
    """All controllers of a screen. `restore` shows the state again in place of something refused."""
    session, services = context.session, context.session.services
    screen, prompt, panes = surface.screen, surface.prompt, surface.panes
    dialogs, notifier, jobs, copy = surface.dialogs, surface.notifier, surface.jobs, surface.copy.copy
    post = screen.post_message

    attention = Attention(surface.app, context.notify, os.environ, lambda text: context.backends.secrets.mask(text))
    attention.watch(screen)
    choices = SavedChoices(context.saved, notifier)
    panes.kept = PaneLayout(
        context.pane_widths,
        {"settings": context.settings_open, "library": context.library_open},
        lambda values: jobs.run(choices.write(lambda saved: saved.ui(**values))),
    )
    editing = EditingController(session, prompt, notifier)
    drafts = DraftsController(session, prompt, editing)
    notices = NoticesController(context, transcript.entries, notifier, attention.answer_ended)
    typed = SlashPromptText(prompt)
    attaching = AttachingController(
        session,
        typed,
        lambda: context.backend.model,
        lambda path: jobs.run(files.open_named(path)),
        dialogs,
        notifier,
        jobs,
    )
    conversation = ConversationController(
        context, answers, transcript, prompt, drafts, editing, attaching, notices, keys, notifier, post
    )
    usage = UsageController(context, prompt, dialogs, notifier, jobs, lambda: answers.closed)
    conversation.may_send = usage.may_send
    queue = QueueController(session, conversation, drafts, editing, prompt, panes, notifier, jobs)
    content_filter = ContentFilterController(
        session,
        conversation,
        transcript,
        prompt,
        editing,
        keys,
        copy,
        lambda: screen.is_active,
        dialogs,
        notifier,
        jobs,
    )
    find = FindController(transcript.search, panes)
    worn = ThemeChoice(surface.app, cast(KeepsTheme, surface.app), surface.themes.names)
    code = CodeController(session, transcript, copy, notifier)
    versions = VersionsController(session, transcript, conversation, jobs)
    links = LinksController(dialogs, notifier, copy)
    files = FilesController(session, conversation, dialogs, notifier)
    endpoints = EndpointsController(context, choices, prompt, copy, restore, dialogs, notifier, jobs)
    library = LibraryController(
        session, conversation, prompt, panes.lists, dialogs, notifier, jobs, post, versions, find
    )
    start = StartController(context, screen.query_one(StartView), library, endpoints, choices, prompt, jobs)

    def dress(pane: Transcript) -> None:
        pane.reasoning, pane.price, pane.keys = context.reasoning, context.backends.price, keys
        pane.streams.still = context.reduced_motion

    def use(variant: Variant) -> None:
        settings.change(variant.settings)
        if variant.endpoint in context.backends.names and variant.endpoint != context.endpoint:
            endpoints.choose(variant.endpoint)
        if variant.model is not None and context.backend.model is not None:
            endpoints.choose_model(variant.model)

    settings = SettingsController(context, choices, notifier, screen.query_one(Header).flash)
    themes = ThemesController(worn, surface.themes, dialogs)
    situation = lambda: situation_of(  # noqa: E731
        session, no_endpoint=context.no_endpoint, reading=transcript.has_focus, pane=surface.pane
    )
    manual = ManualController(dialogs)
    palette = PaletteController(
        COMMANDS,
        READING,
        context,
        keys,
        endpoints,
        library,
        settings,
        themes,
        manual,
        surface.run_command,
        situation,
        choices,
        dialogs,
        notifier,
        jobs,
    )
    compare = CompareController(
        context,
        answers,
        conversation,
        transcript,
        notices,
        palette.model_lists,
        use,
        dress,
        copy,
        dialogs,
        notifier,
        jobs,
    )
    templates = TemplatesController(typed, context.templates, notifier)
    known_templates = lambda: [(choice.value, choice.help) for choice in templates.choices]  # noqa: E731
    systems = SystemPromptsController(context, settings, dialogs, notifier)
    sources = SlashSources(context, worn, templates, systems, palette.model_lists, jobs)
    slash = SlashController(
        typed,
        surface.menu,
        sources,
        templates,
        worn,
        queue.submit,
        jobs.run,
        post,
        monotonic,
        frozenset(keys.of("chat.send")),
    )
    surface.menu.keys = keys
    prompt_history = PromptHistoryController(prompt, slash)
    sources.on_news = partial(slash.typed, again=True)
    mentions = MentionsController(
        typed, surface.menu, attaching.attach_named, notifier, jobs, frozenset(keys.of("chat.send"))
    )
    prompt.first_key = lambda key, time: slash.key(key, time) or mentions.key(key) or templates.key(key)
    return Controllers(
        attaching=attaching,
        branches=BranchesController(session, versions, dialogs, notifier),
        code=code,
        compare=compare,
        content_filter=content_filter,
        context=ContextController(context, prompt, usage.count, dialogs, notifier),
        conversation=conversation,
        copy=surface.copy,
        drafts=drafts,
        editing=editing,
        editor=EditorController(prompt, notifier, surface.lend),
        endpoint_list=EndpointListController(context, endpoints, dialogs),
        endpoints=endpoints,
        escape=EscapeController(
            lambda: mentions.close() or prompt_history.close(),
            surface.deselect,
            find,
            panes.leave_reading,
            editing,
            files,
            conversation,
            start.banner_read,
        ),
        files=files,
        find=find,
        help=HelpController(context, partial(help_sections, keys), situation, known_templates, dialogs, manual),
        leaving=surface.leaving(lambda: keys, conversation.stop),
        library=library,
        links=links,
        manual=manual,
        meter=MeterController(context, prompt, jobs, lambda: answers.closed),
        mentions=mentions,
        notices=notices,
        other_windows=OtherWindowsController(session, transcript, notifier, keys, post),
        pastes=PastesController(prompt, endpoints.add, dialogs, notifier),
        presets=PresetsController(context, settings, choices, dialogs),
        prompt_history=prompt_history,
        queue=queue,
        reading=ReadingController(
            session,
            transcript,
            prompt,
            conversation,
            versions,
            editing,
            content_filter,
            code,
            links,
            attaching,
            keys,
            screen.get_selected_text,
            copy,
            dialogs,
            notifier,
            jobs,
        ),
        saving=SavingController(services, transcript.entries, notifier, post),
        palette=palette,
        settings=settings,
        themes=themes,
        slash=slash,
        system_prompts=systems,
        templates=templates,
        start=start,
        usage=usage,
        versions=versions,
        jobs=jobs,
        notifier=notifier,
        panes=panes,
        transcript=transcript.run_action,
        theme_named=worn.wear,
    )


async def open_first(surface: Surface, controllers: Controllers, context: AppContext) -> None:
    """Open what the context says, and begin what goes on in the background."""
    run = controllers.jobs.run
    if await controllers.other_windows.start():
        run(controllers.other_windows.keep_looking(), "other windows")
    if (files := context.theme_files) is not None:
        run(surface.themes.keep_looking(files, surface.notifier), "themes")
    await controllers.conversation.open_first()
    await controllers.start.fill_if_empty()
    if context.open_file is not None:
        await controllers.files.open_path(context.open_file)
    if context.settings_open:
        await controllers.panes.toggle_settings()
    if context.library_open:
        await controllers.panes.toggle_library()
    run(controllers.endpoints.discover(), "warm")
    controllers.endpoints.warm()
    run(_warm_rendering(), "warm")
    for note in context.notes:
        controllers.notifier.inform(note)


async def _warm_rendering() -> None:
    """Load the Markdown parser and the highlighter while the user types: the first answer would wait for them."""
    from tui_chat.render.preload import warm

    await asyncio.sleep(WARM_AFTER)
    await asyncio.to_thread(warm)
