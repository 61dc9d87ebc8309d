"""Builds the controllers of the chat screen and opens the first conversation.

The one module that imports all controllers: the app loads it in a thread once the first frame is shown.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from importlib import import_module
from time import monotonic
from typing import cast

from tui_chat.core.comparison import Variant
from tui_chat.ui.answer_runner import AnswerRunner
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.apply_switches import apply_switches
from tui_chat.ui.attention import Attention
from tui_chat.ui.command_groups import Situation, situation_of
from tui_chat.ui.command_table import COMMANDS, READING
from tui_chat.ui.config_watch import watch_config
from tui_chat.ui.controllers import Controllers
from tui_chat.ui.controllers.attaching import AttachingController
from tui_chat.ui.controllers.branches import BranchesController
from tui_chat.ui.controllers.budget import BudgetController
from tui_chat.ui.controllers.code import CodeController
from tui_chat.ui.controllers.compare import CompareController
from tui_chat.ui.controllers.content_filter import ContentFilterController
from tui_chat.ui.controllers.context_view import ContextController
from tui_chat.ui.controllers.conversation import ConversationController
from tui_chat.ui.controllers.drafts import DraftsController
from tui_chat.ui.controllers.edit_prompt import EditPromptController
from tui_chat.ui.controllers.endpoint_api_key import EndpointKeyController
from tui_chat.ui.controllers.endpoint_manager import EndpointManagerController
from tui_chat.ui.controllers.endpoints import EndpointsController
from tui_chat.ui.controllers.escape import EscapeController
from tui_chat.ui.controllers.external_editor import ExternalEditorController
from tui_chat.ui.controllers.files import FilesController
from tui_chat.ui.controllers.find import FindController
from tui_chat.ui.controllers.help_pages import ManualController
from tui_chat.ui.controllers.http_trace import HttpTraceController
from tui_chat.ui.controllers.key_help import KeyHelpController
from tui_chat.ui.controllers.library import LibraryController
from tui_chat.ui.controllers.links import LinksController
from tui_chat.ui.controllers.mentions import MentionsController
from tui_chat.ui.controllers.other_instances import OtherWindowsController
from tui_chat.ui.controllers.palette import PaletteController
from tui_chat.ui.controllers.pastes import PastesController
from tui_chat.ui.controllers.presets import PresetsController
from tui_chat.ui.controllers.prompt_history import PromptHistoryController
from tui_chat.ui.controllers.prompt_meter import PromptMeterController
from tui_chat.ui.controllers.queue import QueueController
from tui_chat.ui.controllers.reading import ReadingController
from tui_chat.ui.controllers.saving import SavingController
from tui_chat.ui.controllers.settings import SettingsController
from tui_chat.ui.controllers.slash import SlashController
from tui_chat.ui.controllers.slash_sources import SlashSources
from tui_chat.ui.controllers.start import StartController
from tui_chat.ui.controllers.switches import SwitchesController
from tui_chat.ui.controllers.system_prompts import SystemPromptsController
from tui_chat.ui.controllers.templates import TemplatesController
from tui_chat.ui.controllers.themes import ThemesController
from tui_chat.ui.controllers.transcript_notices import TranscriptNoticesController
from tui_chat.ui.controllers.versions import VersionsController
from tui_chat.ui.kept_api_keys import KeptKeys
from tui_chat.ui.key_help_sections import help_sections
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.pane_widths import PaneWidths
from tui_chat.ui.saved_choices import SavedChoices
from tui_chat.ui.screen_ports import ScreenPorts
from tui_chat.ui.slash_prompt import SlashPromptText
from tui_chat.ui.theme_choice import KeepsTheme, ThemeChoice
from tui_chat.ui.widgets.header import Header
from tui_chat.ui.widgets.start_page import StartPage
from tui_chat.ui.widgets.transcript import Transcript

WARM_AFTER = 0.5
"""Seconds until what the first answer needs is loaded; the first keys come before it."""


class WiredControllers(Controllers):
    """Builds each controller with the ports and services it needs.

    Each `_wire_…` method builds the controllers of one concern; the order in `__init__` is that of their dependencies,
    and a dependency on a later one is passed as a function. `restore` shows the state again in place of something
    refused.
    """

    def __init__(
        self,
        ports: ScreenPorts,
        context: AppContext,
        answers: AnswerRunner,
        transcript: Transcript,
        keys: Keymap,
        restore: Callable[[], object],
    ) -> None:
        self._ports, self._context, self._session = ports, context, context.session
        self._answers, self._transcript, self._keys = answers, transcript, keys
        self._dialogs, self._screen = ports.dialogs, ports.screen
        self._prompt, self._text = ports.prompt, SlashPromptText(ports.prompt)
        self._choices = SavedChoices(context.saved, ports.notifier)
        self._closed = lambda: answers.closed
        self.jobs, self.notifier, self.panes, self.copy = ports.jobs, ports.notifier, ports.panes, ports.copy
        self.transcript = transcript.run_action
        self._wire_writing()
        self._wire_conversation()
        self._wire_reading()
        self._wire_library(restore)
        self._wire_settings()
        self._wire_choosing()
        self._wire_typing()
        self._wire_keys()

    def _wire_writing(self) -> None:
        """Writing in the prompt: drafts, edits, attachments, the external editor."""
        session, prompt, notifier = self._session, self._prompt, self.notifier
        self.editing = EditPromptController(session, prompt, notifier, self._context.use)
        self.drafts = DraftsController(session, prompt, self.editing)
        self.editor = ExternalEditorController(prompt, notifier, self._ports.lend)
        self.attaching = AttachingController(
            session,
            self._text,
            lambda: self._context.backend.model,
            lambda path: self.jobs.run(self.files.open_named(path)),
            self._dialogs,
            notifier,
            self.jobs,
        )

    def _wire_conversation(self) -> None:
        """Sending and queueing prompts, counting what they use, and the notices about answers."""
        context, answers, prompt, post = self._context, self._answers, self._prompt, self._screen.post_message
        entries, dialogs, notifier = self._transcript.entries, self._dialogs, self.notifier
        # The secrets are asked for each time: they change with the endpoints.
        mask = lambda text: context.backends.secrets.mask(text)  # noqa: E731
        attention = Attention(self._ports.app, lambda: context.notify, os.environ, mask)
        attention.watch(self._screen)
        self.notices = TranscriptNoticesController(context, entries, notifier, attention.answer_ended)
        self.conversation = conversation = ConversationController(
            context,
            answers,
            self._transcript,
            prompt,
            self.drafts,
            self.editing,
            self.attaching,
            self.notices,
            self._keys,
            notifier,
            post,
        )
        self.budget = BudgetController(context, prompt, dialogs, notifier, self.jobs, self._closed)
        conversation.may_send = self.budget.may_send
        self.meter = PromptMeterController(context, prompt, self.jobs, self._closed, self._screen.post_message)
        self.context = ContextController(
            context, prompt, self.budget.count, dialogs, notifier, lambda: self.endpoint_list.price()
        )
        self.queue = QueueController(
            self._session, conversation, self.drafts, self.editing, prompt, self._ports.panes, notifier, self.jobs
        )
        self.queue.asks_first = lambda: self.budget.may_ask
        self.saving = SavingController(self._session.services, entries, notifier, post)
        self.other_windows = OtherWindowsController(
            self._session, self._transcript, conversation, notifier, self._keys, post
        )

    def _wire_reading(self) -> None:
        """Working with messages: search, code, links, versions, filter verdicts, the reading cursor."""
        session, transcript, conversation = self._session, self._transcript, self.conversation
        copy, dialogs, notifier = self.copy.copy, self._dialogs, self.notifier
        self.find = FindController(transcript.search, self._ports.panes)
        self.code = CodeController(session, transcript, copy, notifier)
        self.versions = VersionsController(session, transcript, conversation, self.jobs)
        self.branches = BranchesController(
            session,
            self.versions,
            conversation,
            transcript,
            self.editing,
            dialogs,
            notifier,
            self._screen.post_message,
            lambda node_id: self.jobs.run(self.compare.branch(node_id)),
        )
        self.links = LinksController(dialogs, notifier, copy)
        self.content_filter = ContentFilterController(
            session,
            conversation,
            transcript,
            self._prompt,
            self.editing,
            self._keys,
            copy,
            lambda: self._screen.is_active,
            dialogs,
            notifier,
            self.jobs,
        )
        self.reading = ReadingController(
            session,
            transcript,
            self._prompt,
            conversation,
            self.versions,
            self.editing,
            self.content_filter,
            self.code,
            self.links,
            self.attaching,
            lambda: self.compare.open(),
            self._keys,
            self._screen.get_selected_text,
            copy,
            dialogs,
            notifier,
            self.jobs,
        )

    def _wire_library(self, restore: Callable[[], object]) -> None:
        """The library, files, endpoints, and the start page that offers them."""
        context, session, prompt, dialogs = self._context, self._session, self._prompt, self._dialogs
        notifier, jobs = self.notifier, self.jobs
        self.files = FilesController(session, self.conversation, dialogs, notifier)
        kept, copy = KeptKeys(context, self._choices), self.copy.copy
        self.endpoints = EndpointsController(context, self._choices, kept, prompt, restore, dialogs, notifier, jobs)
        context.backends.contexts.on_news = self.endpoints.remember_context
        self.endpoint_key = EndpointKeyController(context, self.endpoints, kept, prompt, copy, dialogs, notifier)
        self.exchanges = HttpTraceController(context, copy, dialogs, notifier)
        self.endpoint_list = EndpointManagerController(context, self.endpoints, self.endpoint_key, dialogs)
        self.pastes = PastesController(prompt, self.endpoints.add, dialogs, notifier)
        self.library = LibraryController(
            session,
            self.conversation,
            prompt,
            self._ports.panes.lists,
            dialogs,
            notifier,
            jobs,
            self._screen.post_message,
            self.versions,
            self.find,
        )
        self.start = StartController(
            context,
            self._screen.query_one(StartPage),
            self.library,
            self.endpoints,
            self.endpoint_key.ask,
            self._choices,
            prompt,
            jobs,
        )

    def _wire_settings(self) -> None:
        """Settings, presets, system prompts, themes and pane widths."""
        context, choices, jobs, ports = self._context, self._choices, self.jobs, self._ports
        ports.panes.kept = PaneWidths(
            context.pane_widths,
            {"settings": context.settings_open, "library": context.library_open},
            lambda values: jobs.run(choices.write(lambda saved: saved.ui(**values))),
        )
        flash = self._screen.query_one(Header).flash
        self.settings = SettingsController(context, choices, self.notifier, flash)
        apply = partial(apply_switches, ports.app, self._prompt, self._transcript, context)
        self.switches = SwitchesController(context, choices, apply, flash, jobs)
        self.presets = PresetsController(context, self.settings, choices, self._dialogs, self.notifier)
        self.system_prompts = SystemPromptsController(context, self.settings, self._dialogs, self.notifier)
        self._themes = ThemeChoice(ports.app, cast(KeepsTheme, ports.app), ports.themes.names)
        self.themes = ThemesController(
            self._themes, ports.themes, self._dialogs, self.notifier, context.saved is not None
        )
        self.theme_named = self.themes.choose_named

    def _wire_choosing(self) -> None:
        """The palette, the help and comparisons."""
        context, dialogs, notifier, jobs = self._context, self._dialogs, self.notifier, self.jobs
        self.manual = ManualController(dialogs)
        self.palette = PaletteController(
            COMMANDS,
            READING,
            context,
            self._keys,
            self.endpoints,
            self.library,
            self.settings,
            self.themes,
            self.manual,
            self._ports.run_command,
            self._situation,
            self._choices,
            dialogs,
            notifier,
            jobs,
        )
        self.compare = CompareController(
            context,
            self._answers,
            self.conversation,
            self._transcript,
            self.notices,
            self.palette.model_lists,
            self._use,
            self._prepare,
            self.copy.copy,
            dialogs,
            notifier,
            jobs,
            self.budget.may_compare,
        )
        self.help = KeyHelpController(
            context,
            partial(help_sections, self._keys),
            self._situation,
            lambda: [(choice.value, choice.help) for choice in self.templates.choices],
            dialogs,
            self.manual,
        )

    def _situation(self) -> Situation:
        reading, pane = self._transcript.has_focus, self._ports.pane
        return situation_of(self._session, no_endpoint=self._context.no_endpoint, reading=reading, pane=pane)

    def _use(self, variant: Variant) -> None:
        """Adopt the settings, endpoint and model of the compared answer that was kept."""
        self.settings.change(variant.settings)
        if variant.endpoint in self._context.backends.names and variant.endpoint != self._context.endpoint:
            self.endpoints.choose(variant.endpoint)
        if variant.model is not None and self._context.backend.model is not None:
            self.endpoints.choose_model(variant.model)

    def _prepare(self, pane: Transcript) -> None:
        """Give a transcript that shows a compared answer the options of the main one."""
        context = self._context
        pane.reasoning, pane.price, pane.keys = context.reasoning, context.backends.price, self._keys
        pane.streams.still = context.reduced_motion

    def _wire_typing(self) -> None:
        """Completion in the prompt: slash commands, templates and file names."""
        menu, text, jobs, keys = self._ports.menu, self._text, self.jobs, self._keys
        send = frozenset(keys.of("chat.send"))
        self.templates = TemplatesController(text, self._context.templates, self.notifier)
        sources = SlashSources(
            self._context,
            self._themes,
            self.templates,
            self.system_prompts,
            self.presets,
            self.palette.model_lists,
            jobs,
        )
        self.slash = slash = SlashController(
            text,
            menu,
            sources,
            self.templates,
            self._themes,
            self.queue.submit,
            jobs.run,
            self._screen.post_message,
            monotonic,
            send,
        )
        menu.keys = keys
        sources.on_news = partial(slash.typed, again=True)
        self.prompt_history = PromptHistoryController(self._prompt, slash)
        self.mentions = MentionsController(text, menu, self.attaching.attach_named, self.notifier, jobs, send)
        self._prompt.first_key = lambda key, time: (
            slash.key(key, time) or self.mentions.key(key) or self.templates.key(key)
        )

    def _wire_keys(self) -> None:
        """Escape and ctrl+c, which act on whatever is open."""
        self.escape = EscapeController(
            lambda: self.mentions.close() or self.prompt_history.close(),
            self._ports.deselect,
            self.find,
            self._ports.panes.take_back,
            self._ports.panes.leave_reading,
            self.editing,
            self.files,
            self.conversation,
            self.start.banner_read,
        )
        self.leaving = self._ports.leaving(lambda: self._keys, self.conversation.stop)


async def open_first(ports: ScreenPorts, controllers: Controllers, context: AppContext) -> None:
    """Open what the context asks for, and start the background jobs."""
    run = controllers.jobs.run
    if await controllers.other_windows.start():
        run(controllers.other_windows.keep_looking(), "other windows")
    if context.theme_files is not None:
        take = partial(ports.themes.take_changes, notifier=ports.notifier)
        reload = controllers.presets.refresh
        focused, themes, presets = ports.themes.focused, context.theme_files, context.preset_file
        run(watch_config(ports.app, focused, themes, presets, take, reload), "config")
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
    """Load the Markdown parser, the highlighter and the windows opened most while the user types: the first answer, or
    the first ctrl+o, would wait for them."""
    from tui_chat.render.preload import warm

    await asyncio.sleep(WARM_AFTER)
    await asyncio.to_thread(warm)
    for name in ("library", "palette"):
        await asyncio.to_thread(import_module, f"tui_chat.ui.screens.{name}")
