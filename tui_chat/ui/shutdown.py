"""Ends the program: quitting, signals and bugs; saves, closes and reports on the way out."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from textual.app import App
from textual.worker import WorkerFailed

from tui_chat.ui.command_table import EDITOR
from tui_chat.ui.signals import watch_failures, watch_signals
from tui_chat.ui.watchdog import PATIENCE_S, Watchdog

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_chat.ui.answer_runner import AnswerRunner
    from tui_chat.ui.app_context import AppContext
    from tui_chat.ui.quit_checks import QuitChecks
    from tui_chat.ui.textual_fixes.driver import GuardedDriver

UNSAVED = "tui-chat: The library took too long: what was typed or answered last may be missing from it."

OPENING_S = 3.0
"""Seconds that the library has left to be opened where something was typed already."""

LAST_TRY_S = 1.0
"""Seconds that the library has left at the end to take what it could not take before."""

CLOSE_S = 1.0
"""Seconds that are left to connections to end in good order."""

Report = Callable[[BaseException, Callable[[str], str]], str]
"""Makes the words for a bug; the second argument masks what is secret in a text."""


class TypedText(Protocol):
    """The text being written."""

    @property
    def typed(self) -> str:
        """The prompt's text."""
        ...

    def keep_draft(self) -> bool:
        """Have the prompt's text written. False before the first conversation is shown."""
        ...


class Shutdown:
    """Ends an app in good order, whatever the reason. `last_words` are for the command line to print afterwards."""

    def __init__(
        self,
        app: App[int],
        chat: Callable[[], TypedText | None],
        typed_ahead: Callable[[], str],
        terminal: Callable[[], GuardedDriver | None],
        report: Report | None,
    ) -> None:
        self._app = app
        self._chat = chat
        self._typed_ahead = typed_ahead
        self._terminal = terminal
        self._report: Report = report or (lambda error, mask: mask(repr(error)))
        self._watchdog: Watchdog | None = None
        self.takes_signals = False
        """Signals that ask for the end come to the app: none of them raises KeyboardInterrupt any more."""
        self._context: AppContext | None = None
        self._answers: AnswerRunner | None = None
        self.opening_over = asyncio.Event()
        """The context is open, or will not be."""
        self.leaving = False
        self.last_words = ""
        self.failure: BaseException | None = None
        """The bug that ended the app."""
        self._kept = False
        """Everything is in the library, and nothing more will come."""
        self._asking = False
        self._dealt_with = False
        """The user was asked about what is not saved."""

    def opened(self, context: AppContext, answers: AnswerRunner) -> None:
        """There is something to be kept and closed now."""
        self._context, self._answers = context, answers

    @property
    def typed(self) -> str:
        """The prompt's text, and keys typed ahead that wait behind a command."""
        chat = self._chat()
        return f"{chat.typed if chat is not None else ''}{self._typed_ahead()}".strip("\n")

    # What the end comes from

    def own_process(self) -> Watchdog:
        """Let a watchdog end this process, for an app that has it to itself."""
        self._watchdog = Watchdog(self._last_act)
        return self._watchdog

    def watch(self) -> None:
        """Take signals and failures from here on, where the process is the app's own."""
        if self._watchdog is not None:
            watch_signals(self._signalled, self._end_by_signal)
            self.takes_signals = True
            watch_failures(self.fail)

    def _signalled(self, number: int) -> None:
        if self._watchdog is not None and not self._is_editors(number):
            self._watchdog.arm(128 + number)

    def _end_by_signal(self, number: int) -> None:
        if not self._is_editors(number):
            self.end(128 + number)

    def _is_editors(self, number: int) -> bool:
        """A ctrl+c in an editor that has the terminal comes to us as well."""
        terminal = self._terminal()
        return number == signal.SIGINT and terminal is not None and terminal.is_lent

    def end(self, code: int) -> None:
        if self._app.is_running and not self.leaving:  # an app that is over takes no workers
            self._app.run_worker(self._leave(code), group="leave")

    def quit(self) -> None:
        """Stop what is under way, keep it, and go. Where something is not saved, ask first."""
        if not self._asking:
            self._asking = True
            self._app.run_worker(self._quit(), group="leave")

    def fail(self, error: BaseException) -> None:
        """End because of a bug, wherever it was: keep what there is, and leave the report for afterwards."""
        app = self._app
        self.record(error)
        if app._exception is None and isinstance(error, Exception):
            # Textual's own step: `run_test` raises it, so that a test fails.
            app._exception = error
            app._exception_event.set()
        app._close_messages_no_wait()

    def record(self, error: BaseException) -> None:
        """Keep what was typed, and make the report of the first bug; the others follow from it."""
        self._app._return_code = 1
        if self.failure is not None:
            return
        self.failure = error
        if self._watchdog is not None:
            self._watchdog.arm(1)
        with suppress(Exception):
            self.keep_draft()
        from tui_chat.wire.masking import NONE

        # A worker's envelope knows no place.
        secrets = NONE if self._context is None else self._context.backends.secrets
        self.last_words = self._report(error.error if isinstance(error, WorkerFailed) else error, secrets.mask_shown)

    # The way out

    def _end_unless_asked(self, quitting: QuitChecks) -> None:
        """What was to be done before the end takes too long, and the user was not asked anything either.

        Once a question was asked, the user ends it: a disk that is slow between two questions is no reason to go.
        """
        if not quitting.asked and len(self._app.screen_stack) == 1:
            self.end(0)

    async def _quit(self) -> None:
        code = 0
        patience: Timer | None = None
        try:
            if self._context is not None and self._answers is not None:
                from tui_chat.ui.quit_checks import QuitChecks
                from tui_chat.ui.screens.dialogs import AppDialogs
                from tui_chat.ui.toasts import ToastNotifier

                app, services = self._app, self._context.session.services
                quitting = QuitChecks(AppDialogs(app), ToastNotifier(app), app.clear_notifications, services)
                patience = self._app.set_timer(PATIENCE_S, lambda: self._end_unless_asked(quitting))
                # Before the answers under way are stopped, too: who stays wants them to continue.
                for stop in (None, self._answers.drain):
                    if self._watchdog is not None:
                        self._watchdog.arm(0)
                    if stop is not None:
                        await stop()
                    self.keep_draft()
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

    async def _leave(self, code: int) -> None:
        if self.leaving:
            return
        self.leaving = True
        if self._watchdog is not None:
            self._watchdog.arm(code)
        if self._context is None and self.typed:
            # The library is being opened: it is waited for, because what was typed has no other place.
            with suppress(TimeoutError):
                async with asyncio.timeout(OPENING_S):
                    await self.opening_over.wait()
        self._app.workers.cancel_group(self._app, "warm")
        if self._context is not None and self._answers is not None:
            terminal = self._terminal()
            if terminal is not None and terminal.is_lent:
                await self._end_editor()
            self.keep_draft()
            await self._answers.close()
        self._kept = self._context is not None or not self.typed
        if self._context is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    await self._context.backends.aclose()
        self._app.exit(code, return_code=code)

    async def _end_editor(self) -> None:
        """Take over what the editor has written by now."""
        from tui_chat.ui.answer_runner import ended

        await asyncio.gather(*map(ended, self._app.workers.cancel_group(self._app, EDITOR)))

    def keep_draft(self) -> None:
        """Have what is in the prompt written."""
        chat = self._chat()
        if chat is not None and not chat.keep_draft() and self._context is not None and self.typed:
            drafts = self._context.session.services.library.drafts
            if self.typed not in (draft := drafts.get("").now()):
                drafts.set("", f"{draft}\n\n{self.typed}" if draft else self.typed).now()

    # Once the app is over

    def _save_the_rest(self, seconds: float = LAST_TRY_S) -> None:
        """Try once more what is not saved, where the user was not asked about it, and can be asked no more."""
        if self._context is None or self._dealt_with:
            return
        from tui_chat.engine.recovery_file import last_try

        self._dealt_with = True
        lost = last_try(self._context.session.services, seconds)
        if lost is not None:
            self.last_words = f"{self.last_words}\ntui-chat: {lost}".strip()
            self._app._return_code = self._app._return_code or 1

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
        terminal = self._terminal()
        if terminal is not None:
            terminal.restore_now()

    async def store_answers(self) -> None:
        """Wait until what came of answers under way is stored: a bug that ends the app only cancels them."""
        if self._answers is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    await self._answers.over()

    @property
    def exit_code(self) -> int:
        return 1 if self.failure is not None else self._app.return_code or 0

    def close_library(self) -> None:
        """Save what is not saved yet, fold the log in, and let go of it."""
        self._save_the_rest()
        if self._context is not None:
            from tui_chat.store.errors import LibraryError

            if self._context.saved is not None:
                self._context.saved.retry()
            with suppress(LibraryError):
                self._context.session.services.library.close().now()
