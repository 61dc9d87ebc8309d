"""The chat screen: lays out its parts and hands each fact to who deals with it. It holds no conversation."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.theme import Theme
from textual.timer import Timer
from textual.widgets import Static

from tui_chat.render.safe import safe_line, safe_text
from tui_chat.ui import commands
from tui_chat.ui.screens.chat_facts import ChatFacts
from tui_chat.ui.widgets.covered import Covered, CoveredHorizontal, CoveredVertical
from tui_chat.ui.widgets.header import Header
from tui_chat.ui.widgets.keybar import KeyBar
from tui_chat.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from tui_chat.engine.files import FileError
    from tui_chat.store.errors import LibraryError
    from tui_chat.store.problem import ConfigurationError
    from tui_chat.ui.answer_runner import AnswerRunner
    from tui_chat.ui.context import AppContext

WARM_AFTER = 0.5
"""Seconds until what the first answer needs is loaded; the first keys come before it."""

FIRST_KEYS = 3
"""Turns of the event loop that are left to keys before the first picture is made: it shows what was typed by then, and
need not be made twice. One is the app's, one the prompt's."""

TICK = 0.25
"""Seconds between looks at an answer under way, for the first line only."""


PARTS = """
controllers.drafts controllers.endpoints controllers.other_windows controllers.content_filter controllers.notices
controllers.saving controllers.library controllers.files controllers.settings controllers.conversation
palette widgets.transcript state
""".split()
"""Modules of tui_chat.ui that are needed once the desk is open."""


def load() -> None:
    """Import what `ChatScreen.begin` needs, in a thread: on the event loop it would hold up the keys."""
    for name in PARTS:
        import_module(f"tui_chat.ui.{name}")


def _load_drawing() -> None:
    from tui_chat.render.warm import LANGUAGES, warm

    warm(LANGUAGES[:1])


class ChatScreen(Covered, ChatFacts):
    """Header, conversation, prompt, keys; panes for the settings and the library."""

    DEFAULT_CSS = """
    ChatScreen {
        & #banner { height: 1; background: $warning-muted; color: $text-warning; padding: 0 1;
                    text-wrap: nowrap; text-overflow: ellipsis; }
        & #middle { height: 1fr; }
        & #talk { width: 1fr; }
        & #pane { height: 1fr; }
        &.-low #banner, &.-low KeyBar { display: none; }
        &.-tiny Header { display: none; }
        &.-tiny Prompt { border: none; }
    }
    """

    BINDINGS = commands.bindings()

    def __init__(self) -> None:
        super().__init__()
        self._keys = commands.effective({})
        self._ticker: Timer | None = None
        self._begun = asyncio.Event()
        self.leaving = False
        """The app ends, and its connections are closed: nothing new begins, and nothing more is shown."""
        self.ready = asyncio.Event()
        """The prompt has the focus."""

    def compose(self) -> ComposeResult:
        yield Header()
        with CoveredHorizontal(id="middle"), CoveredVertical(id="talk"):
            yield CoveredVertical(id="pane")
            yield Prompt(
                send=self._keys["chat.send"], newline=self._keys["chat.newline"], placeholder="Write a message"
            )
        yield KeyBar(self._keys)

    async def on_mount(self) -> None:
        self.set_focus(self.prompt)
        self.ready.set()
        for _ in range(FIRST_KEYS):
            await asyncio.sleep(0)

    async def begin(self, desk: AppContext, answering: AnswerRunner) -> None:
        """The desk is open: take the user's keys, open the first conversation, and send what was entered meanwhile."""
        from tui_chat.ui.controllers.content_filter import ContentFilterController
        from tui_chat.ui.controllers.conversation import ConversationController
        from tui_chat.ui.controllers.drafts import DraftsController
        from tui_chat.ui.controllers.endpoints import EndpointsController
        from tui_chat.ui.controllers.files import FilesController
        from tui_chat.ui.controllers.library import LibraryController
        from tui_chat.ui.controllers.notices import NoticesController
        from tui_chat.ui.controllers.other_windows import OtherWindowsController
        from tui_chat.ui.controllers.saving import SavingController
        from tui_chat.ui.controllers.settings import SettingsController
        from tui_chat.ui.palette import palette_of
        from tui_chat.ui.widgets.transcript import Transcript

        self._desk = desk
        self.transcript = Transcript()
        answering.tell(self, self.transcript.streams.touch)
        self.transcript.palette = palette_of(self.app.current_theme)
        self.transcript.reasoning = desk.reasoning
        await self.query_one("#pane").mount(self.transcript)
        self.app.theme_changed_signal.subscribe(self, self._dress)
        if desk.no_endpoint:
            await self.mount(Static("", id="banner", markup=False), after=self.query_one(Header))
        self.begin_reading(desk)
        self.drafts = DraftsController(self, desk)
        self.turns = ConversationController(self, desk, answering)
        self.rejections = ContentFilterController(self, desk)
        self.remarks = NoticesController(self, desk)
        self.saving = SavingController(self, desk)
        self.endpoints = EndpointsController(self, desk)
        self.tuning = SettingsController(self, desk)
        self.shelf = LibraryController(self, desk)
        self.transfer = FilesController(self, desk)
        self._keys = commands.effective(desk.keys)
        self.query_one(KeyBar).keys = self._keys
        self.prompt.take_keys(self._keys["chat.send"], self._keys["chat.newline"])
        self._ticker = self.set_interval(TICK, self.refresh_state, pause=True)
        self.other_windows = OtherWindowsController(self, desk)
        await self.other_windows.start()
        await self._open_first(desk)
        self._begun.set()
        self.warm()
        self.set_timer(WARM_AFTER, self._warm_rendering)

    def _warm_rendering(self) -> None:
        """Load the Markdown parser and the highlighter while the user types: the first answer would wait for them."""
        from tui_chat.render.warm import warm

        self.app.run_worker(warm, thread=True, exit_on_error=False, group="warm")

    def _dress(self, theme: Theme) -> None:
        from tui_chat.ui.palette import palette_of

        self.transcript.palette = palette_of(theme)

    async def _open_first(self, desk: AppContext) -> None:
        from tui_chat.store.errors import LibraryError

        session = desk.session
        try:
            if desk.open_id is not None:
                await session.open(desk.open_id)
            elif not desk.start_new:
                await session.open_latest()
        except LibraryError as error:
            self.report(error)
        if session.conversation.nodes:
            await asyncio.to_thread(_load_drawing)
        await self.drafts.load()
        await self.turns.show_open()
        if desk.open_file is not None:
            await self.transfer.open_path(desk.open_file)
        if desk.settings_open:
            await self.action_settings()
        if desk.library_open:
            await self.action_library_pane()
        self.prompt.focus()
        self.app.run_worker(self.tuning.look_around(), exit_on_error=False, group="warm")
        for note in desk.notes:
            self.notify(safe_text(note), timeout=20, markup=False)

    def tell_problems(self) -> None:
        """Show what is wrong with the configuration. Keys typed until now were meant for the chat."""
        if self._desk.problems:
            from tui_chat.ui.screens.problems import Problems

            self.app.push_screen(Problems(self._desk.problems))

    def on_screen_resume(self) -> None:
        """The last modal is gone: what the filter said meanwhile is told now."""
        if self._begun.is_set():
            self.rejections.tell_next()

    def on_resize(self, event: events.Resize) -> None:
        """In a very low terminal the conversation and the prompt get what room there is."""
        self.set_class(event.size.height < 10, "-low")
        self.set_class(event.size.height < 6, "-tiny")
        self.prompt.limit = max(1, min(10, event.size.height // 3))
        self.prompt.fit()

    # What the parts of the interface say through this screen

    def refresh_state(self) -> None:
        """Bring header, banner, key bar and settings up to date. Cheap: each repaints only what has changed."""
        if self.leaving:
            return
        from tui_chat.ui.state import banner, header_state

        session, desk = self._desk.session, self._desk
        current = session.current
        if not self.query(Header):
            return  # the app is ending, and what still waited for the disk is over only now
        self.query_one(Header).shown = header_state(session, desk.endpoint, desk.backend.model)
        self.query_one(KeyBar).answering = current is not None
        for line in self.query("#banner").results(Static):
            line.display = desk.no_endpoint
            line.update(banner(desk.endpoint, map(safe_line, desk.found)))
        self.show_settings(session.settings)
        if self._ticker is not None:
            (self._ticker.pause if current is None else self._ticker.resume)()

    def say(self, text: str) -> None:
        """A short notice; the text may hold foreign words."""
        self.notify(safe_text(text), markup=False)

    def warn(self, text: str) -> None:
        """A notice that takes a while to be read."""
        self.notify(safe_text(text), severity="warning", timeout=15, markup=False)

    def report(self, error: LibraryError | ConfigurationError | FileError) -> None:
        """Tell of something that could not be read or written."""
        text = f"{safe_text(error.message)}\n{safe_text(error.hint)}"
        self.notify(text, title="That did not work", severity="error", timeout=20, markup=False)

    def warm(self) -> None:
        """Make ready what the next prompt needs: the HTTP client's import, the local model's process."""
        warm = getattr(self._desk.backend, "warm", None)
        if warm is not None:
            self.app.run_worker(warm(), exit_on_error=False, group="warm")

    def refresh_library(self) -> None:
        """Bring the library pane up to date, where it is open."""
        if (view := self.library_view) is not None:
            self.later(self.shelf.fill(view), group="library")
