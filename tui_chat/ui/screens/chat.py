"""The chat screen: lays out its parts, hands commands and facts to the controllers, and shows the state."""

from __future__ import annotations

import asyncio
from inspect import isawaitable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import ComposeResult
from textual.reactive import reactive
from textual.screen import Screen
from textual.theme import Theme
from textual.timer import Timer
from textual.widgets import TextArea

from tui_chat.ui.command_table import BY_ID
from tui_chat.ui.key_bindings import bind_users_keys, command_bindings, effective_keys
from tui_chat.ui.state import UiState, derive
from tui_chat.ui.textual_fixes.covered_containers import Covered, CoveredHorizontal, CoveredVertical
from tui_chat.ui.textual_fixes.layout_changes import LayoutCompositor
from tui_chat.ui.widget_message_base import MessageBase
from tui_chat.ui.widgets.chat_column import ChatColumn
from tui_chat.ui.widgets.header import Header
from tui_chat.ui.widgets.keybar import KeyBar
from tui_chat.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from tui_chat.ui.answer_runner import AnswerRunner
    from tui_chat.ui.app_context import AppContext
    from tui_chat.ui.controllers import Controllers
    from tui_chat.ui.screen_ports import ScreenPorts
    from tui_chat.ui.widgets.transcript import Transcript

FIRST_KEYS = 3
"""Turns of the event loop that are left to keys before the first picture is made: it shows what was typed by then, and
need not be made twice. One is the app's, one the prompt's."""

TICK = 0.25
"""Seconds between looks at the state while something is under way."""


class ChatScreen(Covered, Screen[None]):
    """Header, conversation, prompt, keys; panes for the settings and the library.

    `state` is derived again after each command, fact and job, and while something is under way; widgets watch it.
    """

    DEFAULT_CSS = """
    ChatScreen {
        & #middle { height: 1fr; }
        & #talk { layers: default above; }
        & #pane { height: 1fr; border-bottom: blank;
                border-subtitle-align: left; border-subtitle-color: $text-primary; }
        & #pane:focus-within { border-bottom: heavy $primary; }
        &.-low Banner, &.-low KeyBar { display: none; }
        &.-low #pane, &.-low #pane:focus-within { border-bottom: none; }
        &.-tiny Header { display: none; }
        &.-tiny Prompt { border: none; }
    }
    """

    BINDINGS = command_bindings()

    state: reactive[UiState] = reactive(UiState(), layout=False, repaint=False)

    transcript: Transcript
    controllers: Controllers
    _app_context: AppContext
    _answers: AnswerRunner

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LayoutCompositor()
        self.keys = effective_keys({})
        self._ticker: Timer | None = None
        self._ports: ScreenPorts | None = None
        self._early: list[MessageBase] = []
        """Messages posted before the controllers existed."""
        self._begun = asyncio.Event()
        self.ready = asyncio.Event()
        """The prompt has the focus."""

    def compose(self) -> ComposeResult:
        yield Header()
        with CoveredHorizontal(id="middle"), ChatColumn(id="talk"):
            yield CoveredVertical(id="pane")
            yield Prompt(send=self.keys.of("chat.send"), newline=self.keys.of("chat.newline"))
        yield KeyBar(self.keys)

    async def on_mount(self) -> None:
        self.set_focus(self.prompt)
        self.ready.set()
        for _ in range(FIRST_KEYS):
            await asyncio.sleep(0)

    async def begin(self, context: AppContext, answers: AnswerRunner) -> None:
        """The context is open: take the user's keys, open the first conversation, and handle what happened
        meanwhile."""
        from tui_chat.ui.apply_switches import apply_switches
        from tui_chat.ui.transcript_colors import palette_of
        from tui_chat.ui.widgets.start_page import StartPage
        from tui_chat.ui.widgets.transcript import Transcript
        from tui_chat.ui.wiring import WiredControllers, open_first

        self._app_context, self._answers = context, answers
        self.keys = effective_keys(context.keys)
        self.transcript = Transcript()
        self.transcript.palette = palette_of(self.app.current_theme)
        self.transcript.price = context.backends.price
        apply_switches(self.app, self.prompt, self.transcript, context)
        self.transcript.keys = self.keys
        answers.report_to(self, self.transcript.streams.touch)
        pane = self.query_one("#pane")
        await pane.mount(self.transcript)
        await self.query_one("#talk").mount(StartPage(self.keys, pane), before=pane)
        self.app.theme_changed_signal.subscribe(self, self._set_palette)
        if context.no_endpoint:
            from tui_chat.ui.widgets.banner import Banner

            await self.mount(Banner(), after=self.query_one(Header))
        self.query_one(KeyBar).keys = self.keys
        self.prompt.take_keys(self.keys.of("chat.send"), self.keys.of("chat.newline"))
        for taking in (self.prompt, self.transcript):
            bind_users_keys(taking._bindings, context.keys)
        self._ticker = self.set_interval(TICK, self.update_state, pause=True)
        restore = lambda: self.mutate_reactive(ChatScreen.state)  # noqa: E731
        ports = self._parts()
        self.controllers = WiredControllers(ports, context, answers, self.transcript, self.keys, restore)
        await open_first(ports, self.controllers, context)
        self.update_state()
        self.prompt.focus()
        self._begun.set()
        for fact in self._early:
            await self._deal_with(fact)
        self._typed()  # while the app started
        self.update_state()

    def _set_palette(self, theme: Theme) -> None:
        from tui_chat.ui.transcript_colors import palette_of

        self.transcript.palette = palette_of(theme)

    def _parts(self) -> ScreenPorts:
        from tui_chat.ui.background_jobs import BackgroundJobs
        from tui_chat.ui.screen_ports import ScreenPorts

        if self._ports is None:
            self._ports = ScreenPorts(self, BackgroundJobs(self.app, self.update_state))
        return self._ports

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)

    @property
    def typed(self) -> str:
        """The prompt's text; "" while there is no prompt."""
        return self.prompt.text if self.ready.is_set() else ""

    def keep_draft(self) -> bool:
        """Have the prompt's text written. False before the first conversation is shown."""
        if self.begun:
            self.controllers.drafts.keep_now()
        return self.begun

    @property
    def begun(self) -> bool:
        """The context is open and the first conversation shown."""
        return self._begun.is_set()

    async def until_begun(self) -> None:
        await self._begun.wait()

    # Commands and facts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before the first conversation is shown, commands that need it do nothing; typing and quitting work."""
        return action != "command" or self.begun or BY_ID[str(parameters[0])].early

    async def action_command(self, name: str) -> None:
        """Run a command of the table."""
        run = BY_ID[name].run
        if run is None:
            return
        if self.begun:
            await _done(run(self.controllers))
            self.update_state()
        else:
            early: Any = SimpleNamespace(leaving=self._parts().leaving(lambda: self.keys, lambda: False))
            await _done(run(early))

    @on(MessageBase)
    async def _deal_with(self, fact: MessageBase) -> None:
        if not self.begun:
            self._early.append(fact)
            return
        from tui_chat.ui.event_routing import HANDLERS

        for handle in HANDLERS[type(fact)]:
            await _done(handle(self.controllers, fact))
        self.update_state()

    @on(TextArea.Changed, "#prompt")
    @on(TextArea.SelectionChanged, "#prompt")
    def _typed(self) -> None:
        if self.begun:
            self.controllers.drafts.typed()
            self.controllers.meter.changed()
            self.controllers.templates.typed()
            self.controllers.slash.typed()
            self.controllers.mentions.typed()

    def on_transcript_link_clicked(self, message: Transcript.LinkClicked) -> None:
        from tui_chat.ui.widget_messages import LinkFollowed

        self.post_message(LinkFollowed(message.url))

    def on_transcript_found_changed(self, message: Transcript.FoundChanged) -> None:
        self._parts().panes.show_found(message.found)

    def update_state(self) -> None:
        """Update what is shown around the conversation. Cheap: widgets repaint only what has changed."""
        if self._ticker is None or self._answers.closed:
            return
        before, self.state = self.state, derive(self._app_context)
        if self.begun and before.sent_with != self.state.sent_with:
            self.controllers.meter.changed()
        (self._ticker.resume if self.state.busy or self._parts().jobs.running else self._ticker.pause)()

    # The screen itself

    def on_screen_resume(self) -> None:
        """The last modal is gone: show what the filter rejected meanwhile."""
        self.query_one(KeyBar).covered(())
        if self.begun:
            self.controllers.content_filter.show_next()

    def on_screen_suspend(self) -> None:
        """A modal lies on top."""
        self.query_one(KeyBar).covered(getattr(self.app.screen, "keys", (("esc", "close"),)))

    def on_resize(self, event: events.Resize) -> None:
        """In a very low terminal the conversation and the prompt get what room there is."""
        self.set_class(event.size.height < 10, "-low")
        self.set_class(event.size.height < 6, "-tiny")
        self.prompt.limit = max(1, min(10, event.size.height // 3))
        self.prompt.fit()

    def _key_escape(self) -> None:
        """Textual's screen takes back a selection here; the binding of the same key would then close one thing more."""


async def _done(result: object) -> None:
    if isawaitable(result):
        await result
