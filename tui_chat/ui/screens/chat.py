"""The chat screen: lays out its parts and turns facts into actions. It holds no state of the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Static

from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome
from tui_chat.engine.exchange import Exchange
from tui_chat.engine.session import BusyError
from tui_chat.render.safe import safe_line, safe_text
from tui_chat.store.errors import LibraryError
from tui_chat.ui import keymap
from tui_chat.ui.answering import AnswerEnded, Answering
from tui_chat.ui.desk import Desk
from tui_chat.ui.palette import palette_of
from tui_chat.ui.screens.confirm import Confirm
from tui_chat.ui.status import header_state
from tui_chat.ui.widgets.header import Header
from tui_chat.ui.widgets.keybar import KeyBar
from tui_chat.ui.widgets.prompt import Prompt
from tui_chat.ui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from textual.timer import Timer

TICK = 0.25
"""Seconds between looks at an answer under way, for the first line only."""

NO_ENDPOINT = {
    "local": "No endpoint is configured · this is the built-in toy model, small and often wrong · F1: add your own",
    "demo": "No endpoint is configured · this is the scripted demo, not a model · F1: add your own",
}


class ChatScreen(Screen[None]):
    """Header, conversation, prompt, keys."""

    DEFAULT_CSS = """
    ChatScreen {
        layout: vertical;
        & #banner { height: 1; background: $warning-muted; color: $text-warning; padding: 0 1;
                    text-wrap: nowrap; text-overflow: ellipsis; }
        & Transcript { height: 1fr; }
        &.-low #banner, &.-low KeyBar { display: none; }
        &.-tiny Header { display: none; }
        &.-tiny Prompt { border: none; }
    }
    """

    BINDINGS = keymap.bindings()

    def __init__(self, desk: Desk, answering: Answering) -> None:
        super().__init__()
        self._desk = desk
        self._answering = answering
        self._keys = keymap.effective(desk.keys)
        self._ticker: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Header()
        if self._desk.no_endpoint:
            yield Static(NO_ENDPOINT.get(self._desk.endpoint, "No endpoint is configured"), id="banner", markup=False)
        yield Transcript()
        yield Prompt(
            send=self._keys["chat.send"],
            newline=self._keys["chat.newline"],
            placeholder="Write a message",
        )
        yield KeyBar(self._keys)

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)

    async def on_mount(self) -> None:
        self.prompt.focus()
        self._dress(self.app.current_theme)
        self.app.theme_changed_signal.subscribe(self, self._dress)
        self._ticker = self.set_interval(TICK, self._refresh_header, pause=True)
        self._refresh_header()
        for problem in self._desk.problems:
            self.notify(safe_text(problem), title="Configuration", severity="warning", timeout=15, markup=False)
        # After the first frame: the user can type while a long conversation is read.
        self.call_after_refresh(self._open_first)

    def _dress(self, theme: Theme) -> None:
        self.transcript.palette = palette_of(theme)

    async def _open_first(self) -> None:
        session, desk = self._desk.session, self._desk
        try:
            if desk.open_id is not None:
                await session.open(desk.open_id)
            elif not desk.start_new:
                await session.open_latest()
        except LibraryError as error:
            self.report(error)
        self.show(session.conversation)

    def on_resize(self, event: events.Resize) -> None:
        """In a very low terminal the conversation and the prompt get what room there is."""
        self.set_class(event.size.height < 10, "-low")
        self.set_class(event.size.height < 6, "-tiny")
        self.prompt.limit = max(1, min(10, event.size.height // 3))
        self.prompt.fit()

    # The conversation

    def show(self, conversation: Conversation) -> None:
        """Put a conversation on the screen, with its answer under way if it has one."""
        self.transcript.show(conversation.path())
        self.prompt.remember([node.turn.text for node in conversation.path() if node.turn.role == "user"])
        current = self._desk.session.current
        if current is not None:
            self._follow(current)
        self._refresh_header()

    def _follow(self, exchange: Exchange) -> None:
        self.transcript.stream(exchange.answer_id, exchange.reply)
        self.query_one(KeyBar).answering = True
        if self._ticker is not None:
            self._ticker.resume()

    def _begin(self, exchange: Exchange) -> None:
        self._answering.start(exchange, self._desk.backend)
        self._follow(exchange)
        self._refresh_header()

    @on(Prompt.Submitted)
    async def _submitted(self, message: Prompt.Submitted) -> None:
        session = self._desk.session
        try:
            exchange = await session.ask(message.text)
        except BusyError:
            self.notify("The answer is still coming. Esc stops it.", markup=False)
            return
        except LibraryError as error:
            self.report(error)
            return
        self.prompt.accepted(message.text)
        for node in exchange.conversation.path()[-2:]:
            self.transcript.append(node)
        self.transcript.action_scroll_end()
        self._begin(exchange)

    @on(AnswerEnded)
    def _ended(self, message: AnswerEnded) -> None:
        exchange = message.exchange
        if exchange.conversation is self._desk.session.conversation:
            self.transcript.put(exchange.answer_id, exchange.conversation.nodes[exchange.answer_id].turn)
            if exchange.reply.outcome is Outcome.PROMPT_BLOCKED and not self.prompt.text:
                self.prompt.replace_text(exchange.conversation.nodes[exchange.prompt_id].turn.text)
        if exchange.problem is not None:
            self.report(exchange.problem)
        if self._desk.session.current is None:
            self.query_one(KeyBar).answering = False
            if self._ticker is not None:
                self._ticker.pause()
        self._refresh_header()

    def _refresh_header(self) -> None:
        session, backend = self._desk.session, self._desk.backend
        self.query_one(Header).shown = header_state(
            session.conversation, self._desk.endpoint, backend.model, session.current
        )

    def report(self, error: LibraryError) -> None:
        """Tell of a library that could not be read or written."""
        text = f"{safe_text(error.message)}\n{safe_text(error.hint)}"
        self.notify(text, title="Not saved", severity="error", timeout=20, markup=False)

    # Keys

    def action_stop(self) -> None:
        current = self._desk.session.current
        if current is not None:
            self._answering.stop(current)

    def action_interrupt(self) -> None:
        """Copy a selection; else stop the answer; else put the prompt aside; else ask whether to quit."""
        if selected := self.get_selected_text() or self.prompt.selected_text:
            self._copy(selected, "selection")
        elif self._desk.session.current is not None:
            self.action_stop()
        elif self.prompt.stash():
            self.notify("The prompt is put aside: the up key brings it back.", markup=False)
        else:
            self.app.push_screen(Confirm("Quit tui-chat?", "Quit", "Stay"), self._quit_if)

    async def _quit_if(self, wanted: bool | None) -> None:
        if wanted:
            await self.app.action_quit()

    async def action_quit(self) -> None:
        await self.app.action_quit()

    def action_new(self) -> None:
        self.show(self._desk.session.new())
        self.prompt.focus()

    async def action_retry(self) -> None:
        session = self._desk.session
        try:
            exchange = await session.retry()
        except BusyError:
            self.notify("The answer is still coming. Esc stops it.", markup=False)
        except LibraryError as error:
            self.report(error)
        else:
            if exchange is None:
                self.notify("There is no prompt to answer yet.", markup=False)
                return
            self.transcript.show(exchange.conversation.path())
            self._begin(exchange)

    def action_copy(self) -> None:
        answers = [n for n in self._desk.session.conversation.path() if n.turn.role == "assistant"]
        current = self._desk.session.current
        text = current.reply.text if current else answers[-1].turn.text if answers else ""
        if text:
            self._copy(text, "answer")
        else:
            self.notify("There is no answer to copy yet.", markup=False)

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(safe_text(text))
        # OSC 52 has no reply: whether the terminal took it cannot be known.
        self.notify(f"The {what} was sent to the terminal's clipboard.", markup=False)
        self.clear_selection()

    def action_page(self, pages: int) -> None:
        if pages < 0:
            self.transcript.action_page_up()
        else:
            self.transcript.action_page_down()

    @on(Prompt.HelpAsked)
    def action_help(self) -> None:
        from tui_chat.demo.scenarios import SCENARIOS
        from tui_chat.ui.screens.help import Help

        words = [(s.keyword, safe_line(s.help)) for s in SCENARIOS] if self._desk.endpoint == "demo" else []
        self.app.push_screen(Help(self._keys, words))
