"""The controllers: what the interface does, one concern per file. A controller never gets the screen, only ports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from tui_chat.ui.controllers.attaching import AttachingController
from tui_chat.ui.controllers.branches import BranchesController
from tui_chat.ui.controllers.budget import BudgetController
from tui_chat.ui.controllers.code import CodeController
from tui_chat.ui.controllers.compare import CompareController
from tui_chat.ui.controllers.content_filter import ContentFilterController
from tui_chat.ui.controllers.context_view import ContextController
from tui_chat.ui.controllers.conversation import ConversationController
from tui_chat.ui.controllers.copy import CopyController
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
from tui_chat.ui.controllers.quit import QuitController
from tui_chat.ui.controllers.reading import ReadingController
from tui_chat.ui.controllers.saving import SavingController
from tui_chat.ui.controllers.settings import SettingsController
from tui_chat.ui.controllers.slash import SlashController
from tui_chat.ui.controllers.start import StartController
from tui_chat.ui.controllers.switches import SwitchesController
from tui_chat.ui.controllers.system_prompts import SystemPromptsController
from tui_chat.ui.controllers.templates import TemplatesController
from tui_chat.ui.controllers.themes import ThemesController
from tui_chat.ui.controllers.transcript_notices import TranscriptNoticesController
from tui_chat.ui.controllers.versions import VersionsController
from tui_chat.ui.pane_widths import Pane
from tui_chat.ui.ports import Jobs, Notifier


class PaneToggles(Protocol):
    """What opens and closes around the conversation."""

    def leave(self) -> None: ...

    def type_on(self, text: str) -> None: ...

    def toggle_reading(self) -> None: ...

    async def toggle_settings(self) -> None: ...

    async def toggle_library(self) -> None: ...

    def enter_pane(self) -> None: ...

    def resized(self, pane: Pane, width: int) -> None: ...

    def widen(self, by: int) -> bool: ...

    async def open_tuner(self) -> None: ...

    async def close_tuner(self) -> None: ...


class Controllers:
    """All controllers by name, for the tables of commands and of facts. Built by ui/wiring.py.

    `transcript` runs an action of the transcript, and `theme_named` applies a theme; it returns a sentence where there
    is none of that name.
    """

    attaching: AttachingController
    branches: BranchesController
    code: CodeController
    compare: CompareController
    content_filter: ContentFilterController
    context: ContextController
    conversation: ConversationController
    copy: CopyController
    drafts: DraftsController
    editing: EditPromptController
    editor: ExternalEditorController
    endpoint_key: EndpointKeyController
    endpoint_list: EndpointManagerController
    endpoints: EndpointsController
    escape: EscapeController
    exchanges: HttpTraceController
    files: FilesController
    find: FindController
    help: KeyHelpController
    leaving: QuitController
    library: LibraryController
    links: LinksController
    manual: ManualController
    mentions: MentionsController
    meter: PromptMeterController
    notices: TranscriptNoticesController
    other_windows: OtherWindowsController
    palette: PaletteController
    pastes: PastesController
    presets: PresetsController
    prompt_history: PromptHistoryController
    queue: QueueController
    reading: ReadingController
    saving: SavingController
    settings: SettingsController
    slash: SlashController
    switches: SwitchesController
    system_prompts: SystemPromptsController
    templates: TemplatesController
    themes: ThemesController
    start: StartController
    budget: BudgetController
    versions: VersionsController
    jobs: Jobs
    notifier: Notifier
    panes: PaneToggles
    transcript: Callable[[str], Awaitable[object]]
    theme_named: Callable[[str], object]
