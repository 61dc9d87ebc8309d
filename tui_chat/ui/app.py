"""The application: what belongs to the whole terminal (themes, the guard over its bytes, signals, the way out)."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from rich.console import RenderableType
from textual import events
from textual.app import App, ScreenStackError, SystemCommand
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.filter import LineFilter
from textual.geometry import Size
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import WorkerFailed

from tui_chat.ui.commands import effective
from tui_chat.ui.input_order import InputOrder, Settled
from tui_chat.ui.screens.chat import ChatScreen, load
from tui_chat.ui.signals import watch_failures, watch_signals
from tui_chat.ui.textual_fixes import dead_widgets
from tui_chat.ui.textual_fixes.least_size import at_least
from tui_chat.ui.textual_fixes.output_guard import SafetyFilter
from tui_chat.ui.theme_contrast import readable_variables
from tui_chat.ui.watchdog import PATIENCE_S, Watchdog
from tui_chat.wire.secret import NONE

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_chat.ui.answer_runner import AnswerRunner
    from tui_chat.ui.context import AppContext
    from tui_chat.ui.quitting import Quitting
    from tui_chat.ui.textual_fixes.driver import GuardedDriver

UNSAVED = "tui-chat: The library took too long: what was typed or answered last may be missing from it."

OPENING_S = 3.0
"""Seconds that the library has left to be opened where something was typed already."""

LAST_TRY_S = 1.0
"""Seconds that the library has left at the end to take what it could not take before."""

CLOSE_S = 1.0
"""Seconds that are left to connections to end in good order."""


def theme_of(table: Mapping[str, Any]) -> Theme | None:
    try:
        return Theme(**table)
    except TypeError:
        return None


COLLECT_EVERY = 10.0
"""Seconds between two looks at whether a full collection is due. One takes about 20 ms."""

RETRY_S = 2.0
"""Seconds after which a choice that could not be written is tried again, as what the library could not take is."""

COLLECT_SHARE = 500
"""Times as long as a collection took until the next one."""

DUE_QUIET, DUE_ANSWERING = 1, 3
"""It is due after so many collections of the younger generations, each of which leaves up to 40,000 objects behind.
While answers come it waits longer, but not until they end: with one after the other memory grew by 12 MB a minute."""

OPEN_AFTER = 0.12
"""Seconds from the start of the screen until the desk is opened: the first frame and the first key come before the
imports that this takes, which hold the interpreter."""


class StartError(Exception):
    """The app cannot be what was asked for: `message` in plain sentences, `code` to exit with."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


Report = Callable[[BaseException, Callable[[str], str]], str]
"""Makes the words for a bug; the second argument masks what is secret in a text."""


class ChatApp(App[int]):
    """tui-chat in a terminal.

    `opener` makes the desk (configuration, library, endpoints); it may block and raise StartError. It runs in a thread
    once the first frame stands, so that the first key is echoed before any of that has been loaded. `theme` is worn
    from the first frame on. `report` makes the words for a bug, and a file of them. `last_words` are for the command
    line to print when the terminal is itself again.
    """

    TITLE = "tui-chat"
    # Notices at the top: where Textual puts them they lie on the prompt, and on what is being typed.
    # Placeholders and the arrow of a list are half the strength of the text there, and too faint on a light ground.
    CSS = """
    ToastRack { dock: top; align: right top; margin: 2 0 0 0; }
    TextArea .text-area--placeholder { color: $text-disabled; }
    SelectCurrent .arrow { color: $text-muted; }
    """
    ENABLE_COMMAND_PALETTE = True

    escape_s: float | None = None
    """What the driver is to wait after an escape; None: what it likes."""

    def __init__(
        self, opener: Callable[[], AppContext], theme: Theme | None = None, report: Report | None = None
    ) -> None:
        super().__init__()
        self.last_words = ""
        self._report: Report = report or (lambda error, mask: mask(repr(error)))
        self._watchdog: Watchdog | None = None
        self.failure: BaseException | None = None
        """The bug that ended the app."""
        self._kept = False
        """What was typed and answered is in the library, and nothing more will come."""
        self._opener = opener
        self._desk: AppContext | None = None
        self._answering: AnswerRunner | None = None
        self._guard = SafetyFilter()
        self._leaving = False
        self._collect_from = 0.0
        self._opening_over = asyncio.Event()
        self._asking = False
        self.takes_signals = False
        """Signals that ask for the end come to the app: none of them raises KeyboardInterrupt any more."""
        self._dealt_with = False
        """The user was asked about what is not saved."""
        self._input = InputOrder(self, super().on_event, self._has_begun, self._begun)
        if theme is not None:
            self.register_theme(theme)
            self.theme = theme.name

    @property
    def desk(self) -> AppContext:
        """What the app works with. RuntimeError before it is opened."""
        if self._desk is None:
            raise RuntimeError("the desk is not open yet")
        return self._desk

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver for this platform; its input is guarded where it is the one for Linux and macOS."""
        chosen = super().get_driver_class()
        if chosen.__name__ == "LinuxDriver":
            from tui_chat.ui.textual_fixes.driver import GuardedDriver

            return GuardedDriver
        return chosen

    @property
    def size(self) -> Size:
        return at_least(super().size)

    def on_resize(self, event: events.Resize) -> None:
        """Runs before Textual's own handler, which takes the size from the event."""
        event.size = at_least(event.size)
        event.virtual_size = at_least(event.virtual_size)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The last look at every line on its way to the terminal."""
        return [*super().get_line_filters(), self._guard]

    def get_css_variables(self) -> dict[str, str]:
        """The theme's colours, those of text readable wherever it stands."""
        return readable_variables(super().get_css_variables(), self.current_theme)

    def get_default_screen(self) -> Screen[None]:
        return ChatScreen()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette's entries; there are none while a modal is open."""
        from tui_chat.ui.palette_commands import commands

        if isinstance(screen, ChatScreen) and self._desk is not None:
            yield from commands(self, screen, effective(self._desk.keys))

    def action_command_palette(self) -> None:
        from tui_chat.ui.screens.commands import Commands

        if not isinstance(self.screen, Commands):
            self.push_screen(Commands())

    def search_themes(self) -> None:
        """The themes as a list, as Textual shows them."""
        from tui_chat.ui.screens.commands import themes

        self.push_screen(themes())

    async def on_event(self, event: events.Event) -> None:
        """Overridden: keys and pastes act in the order in which they came (see ui/input_order.py)."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            await self._input.take(event)
        else:
            await super().on_event(event)

    def on_settled(self, message: Settled) -> None:
        message.passed.set()

    def _has_begun(self) -> bool:
        screen = next(iter(self.screen_stack), None)
        return not isinstance(screen, ChatScreen) or screen.begun

    async def _begun(self) -> None:
        screen = self.screen_stack[0]
        if isinstance(screen, ChatScreen):
            await screen.until_begun()

    async def on_mount(self) -> None:
        screen = self.screen
        if isinstance(screen, ChatScreen):
            # Keys that come before the prompt has the focus would go nowhere.
            await screen.ready.wait()
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self.set_timer(OPEN_AFTER, self._open)

    def _open(self) -> None:
        self.run_worker(self._opened(), name="open")

    async def _opened(self) -> None:
        try:
            await self._open_and_begin()
        finally:
            self._opening_over.set()

    async def _open_and_begin(self) -> None:
        """Open the desk off the loop, then begin the chat."""
        try:
            desk = await asyncio.to_thread(self._open_unless_leaving)
        except StartError as error:
            self.last_words = f"tui-chat: {error.message}"
            self.exit(error.code, return_code=error.code)
            return
        if desk is None:
            return
        from tui_chat.ui.answer_runner import AnswerRunner

        self._desk = desk
        self._answering = AnswerRunner(self, desk.session)
        for theme in desk.themes:
            self.register_theme(theme)
        if desk.theme in self.available_themes:
            self.theme = desk.theme
        self.set_keymap({name: ",".join(keys) for name, keys in desk.keys.items()})
        screen = self.screen_stack[0]
        if isinstance(screen, ChatScreen):
            await screen.begin(desk, self._answering)
            await self._input.drained()
            screen.tell_problems()
        await asyncio.sleep(0)  # keys come in between a long conversation and a walk through all there is
        _calm_collector()
        self.set_interval(COLLECT_EVERY, self._collect)
        self.set_interval(RETRY_S, self._retry_choices)

    def _retry_choices(self) -> None:
        """Try again to save what was chosen and could not be written."""
        if self._desk is not None and (saved := self._desk.saved) is not None and saved.waits:
            self.run_worker(saved.retry, thread=True, exit_on_error=False, group="choices", exclusive=True)

    def _collect(self) -> None:
        """Free what only the collector can: Textual's rows and workers end in circles, a few with each key."""
        due = DUE_ANSWERING if self._desk is not None and self._desk.session.running else DUE_QUIET
        now = time.monotonic()
        dead_widgets.release([self, *self.screen_stack])
        if gc.get_count()[2] >= due and now >= self._collect_from:
            gc.collect()
            # A conversation of a hundred thousand turns makes it long: then it comes by less often.
            self._collect_from = now + COLLECT_SHARE * (time.monotonic() - now)

    def _open_unless_leaving(self) -> AppContext | None:
        desk = self._opener()
        load()
        if self._leaving and not self._typed:
            desk.session.services.library.close().now()
            return None
        return desk

    def _keep_theme(self, theme: Theme) -> None:
        """Start with this theme the next time. Trying one out is not worth an error when it cannot be kept."""
        desk = self._desk
        if desk is not None and desk.saved is not None and theme.name != desk.theme:
            desk.theme = theme.name
            saved = desk.saved

            async def keep() -> None:
                from tui_chat.store.problem import ConfigurationError

                with suppress(ConfigurationError):
                    await asyncio.to_thread(saved.ui, theme=theme.name)

            self.run_worker(keep(), exit_on_error=False)

    async def on_load(self) -> None:
        """Before the terminal is touched."""
        if self._watchdog is not None:
            watch_signals(self._watch_the_end, self._end_by_signal)
            self.takes_signals = True
            watch_failures(self.fail)

    def _watch_the_end(self, number: int) -> None:
        if self._watchdog is not None and not self._is_editor_s(number):
            self._watchdog.arm(128 + number)

    def _end_by_signal(self, number: int) -> None:
        if not self._is_editor_s(number):
            self._end(128 + number)

    def _is_editor_s(self, number: int) -> bool:
        """A ctrl+c in an editor that has the terminal comes to us as well."""
        terminal = self._terminal
        return number == signal.SIGINT and terminal is not None and terminal.is_lent

    def _end(self, code: int) -> None:
        if self.is_running and not self._leaving:  # an app that is over takes no workers
            self.run_worker(self._leave(code), group="leave")

    def terminal_lost(self) -> None:
        """The terminal was closed, or its input ended."""
        self._end(128 + signal.SIGHUP)

    async def action_quit(self) -> None:
        """Stop what is under way, keep it, and go. Where something is not saved, ask first."""
        if not self._asking:
            self._asking = True
            self.run_worker(self._quit(), group="leave")

    def _end_unless_asked(self, quitting: Quitting) -> None:
        """What was to be done before the end has not come to one, and the user was not asked anything either.

        Once a question was asked, the user ends it: a disk that is slow between two questions is no reason to go.
        """
        if not quitting.asked and len(self.screen_stack) == 1:
            self._end(0)

    async def _quit(self) -> None:
        desk, code = self._desk, 0
        patience: Timer | None = None
        try:
            if desk is not None and self._answering is not None:
                from tui_chat.ui.quitting import Quitting

                quitting = Quitting(self, desk.session.services)
                patience = self.set_timer(PATIENCE_S, lambda: self._end_unless_asked(quitting))
                # Before the answers under way are stopped, too: who stays wants them to go on.
                for stop in (None, self._answering.drain):
                    if self._watchdog is not None:
                        self._watchdog.arm(0)
                    if stop is not None:
                        await stop()
                    self._keep_draft()
                    if self._watchdog is not None:
                        self._watchdog.call_off()
                    wanted = await quitting.may_end()
                    if wanted is None:
                        return
                    code = wanted
                self.last_words = quitting.words
                self._dealt_with = bool(quitting.left)
        finally:
            self._asking = False
            if patience is not None:
                patience.stop()
        await self._leave(code)

    def _save_the_rest(self, seconds: float = LAST_TRY_S) -> None:
        """Try once more what is not saved, where the user was not asked about it, and can be asked no more."""
        if self._desk is None or self._dealt_with:
            return
        from tui_chat.engine.recovery import last_try

        self._dealt_with = True
        lost = last_try(self._desk.session.services, seconds)
        if lost is not None:
            self.last_words = f"{self.last_words}\ntui-chat: {lost}".strip()
            self._return_code = self._return_code or 1

    async def _leave(self, code: int) -> None:
        if self._leaving:
            return
        self._leaving = True
        if self._watchdog is not None:
            self._watchdog.arm(code)
        if self._desk is None and self._typed:
            # The library is being opened: it is waited for, because what was typed has no other place.
            with suppress(TimeoutError):
                async with asyncio.timeout(OPENING_S):
                    await self._opening_over.wait()
        self.workers.cancel_group(self, "warm")
        if self._desk is not None and self._answering is not None:
            if self._terminal is not None and self._terminal.is_lent:
                await self._end_editor()
            self._keep_draft()
            await self._answering.drain()
            screen = self.screen_stack[0]
            if isinstance(screen, ChatScreen) and screen.begun:
                screen.leaving = True
        self._kept = self._desk is not None or not self._typed
        if self._desk is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    await self._desk.backends.aclose()
        self.exit(code, return_code=code)

    async def _shutdown(self) -> None:
        """Overridden: where the app's own message queue broke, what was typed is kept while it is still there."""
        with suppress(Exception):
            self._keep_draft()
        await super()._shutdown()

    async def _end_editor(self) -> None:
        """What the editor has written by now is in the prompt afterwards."""
        from tui_chat.ui.answer_runner import ended
        from tui_chat.ui.editor import GROUP

        await asyncio.gather(*map(ended, self.workers.cancel_group(self, GROUP)))

    def fail(self, error: BaseException) -> None:
        """End because of a bug, wherever it was: keep what there is, and leave the report for afterwards."""
        self.record(error)
        if self._exception is None and isinstance(error, Exception):
            # Textual's own step: `run_test` raises it, so that a test fails.
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def record(self, error: BaseException) -> None:
        """Keep what was typed, and make the report of the first bug; the others follow from it."""
        self._return_code = 1
        if self.failure is not None:
            return
        self.failure = error
        if self._watchdog is not None:
            self._watchdog.arm(1)
        with suppress(Exception):
            self._keep_draft()
        # A worker's envelope knows no place.
        secrets = NONE if self._desk is None else self._desk.backends.secrets
        self.last_words = self._report(error.error if isinstance(error, WorkerFailed) else error, secrets.mask_shown)

    def _handle_exception(self, error: Exception) -> None:
        """Overridden: Textual's own report prints local variables, and keys with them.

        A widget that misses another one while all are taken away, or the screen, is no bug.
        """
        if not (self._exit and isinstance(error, (NoMatches, ScreenStackError))):
            self.fail(error)

    @property
    def _typed(self) -> str:
        """What stands in the prompt, and what was typed ahead and waits behind a command."""
        screen = self.screen_stack[0] if self.screen_stack else None
        shown = screen.prompt.text if isinstance(screen, ChatScreen) and screen.ready.is_set() else ""
        return f"{shown}{self._input.typed_ahead}".strip("\n")

    def _keep_draft(self) -> None:
        screen = self.screen_stack[0]
        if isinstance(screen, ChatScreen) and screen.begun:
            screen.drafts.keep_now()
        elif self._desk is not None and self._typed:
            drafts = self._desk.session.services.library.drafts
            if self._typed not in (draft := drafts.get("").now()):
                drafts.set("", f"{draft}\n\n{self._typed}" if draft else self._typed).now()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Overridden: a terminal that does not keep up is spared frames, and gets the last one whole."""
        terminal = self._terminal
        if terminal is not None and terminal.behind:
            terminal.when_caught_up(self.refresh)
            return
        super()._display(screen, renderable)

    @property
    def _terminal(self) -> GuardedDriver | None:
        """The driver, where it is ours."""
        return cast("GuardedDriver", self._driver) if hasattr(self._driver, "restore_now") else None

    def own_process(self) -> Watchdog:
        """Let a watchdog end this process, for an app that has it to itself."""
        self._watchdog = Watchdog(self._last_act)
        return self._watchdog

    def _last_act(self, code: int) -> tuple[str, int]:
        """The watchdog ends the process: give the terminal back; what is to be said, and the code."""
        self.give_back_terminal()
        with suppress(Exception):
            self._save_the_rest(0.1)
        words = self.last_words
        if not words and not self._kept:
            words, code = UNSAVED, code or 1
        return words and f"{words}\n", code

    def give_back_terminal(self) -> None:
        """Leave the terminal as it was, at once; nothing where that has been done."""
        if self._terminal is not None:
            self._terminal.restore_now()

    @property
    def end_code(self) -> int:
        """What the process is to end with."""
        return 1 if self.failure is not None else self.return_code or 0

    def close_library(self) -> None:
        """Save what is not saved yet, fold the log in, and let go of it."""
        self._save_the_rest()
        if self._desk is not None:
            if self._desk.saved is not None:
                self._desk.saved.retry()
            from tui_chat.store.errors import LibraryError

            with suppress(LibraryError):
                self._desk.session.services.library.close().now()


def _calm_collector() -> None:
    """Keep the garbage collector from walking all of the program each time that an answer has grown a little.

    What lives until the end is set aside. With the defaults a long answer brought pauses of 150 ms, with this 34.
    The oldest generation is in effect left alone; `ChatApp._collect` sees to that at quiet moments.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2000, 20, 10_000)
