"""The application: what belongs to the whole terminal (themes, the guard over its bytes, signals, the way out)."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress

from textual.app import App, SystemCommand
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme

from tui_chat.store.problem import ConfigurationError
from tui_chat.ui.answering import Answering
from tui_chat.ui.crash import crash_report
from tui_chat.ui.desk import Desk
from tui_chat.ui.keymap import effective
from tui_chat.ui.safety import SafetyFilter
from tui_chat.ui.screens.chat import ChatScreen

SIGNALS = ("SIGTERM", "SIGHUP")
"""Textual's Linux driver handles neither: the terminal would stay in the alternate screen."""

WARM_AFTER = 0.2
"""Seconds after the first frame until the HTTP client is imported, so that the first enter need not wait for it."""


class ChatApp(App[int]):
    """tui-chat in a terminal. `crash` holds a report after a bug, for the command line to print."""

    TITLE = "tui-chat"
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.answering = Answering(self, desk.session)
        self.crash: str | None = None
        self._guard = SafetyFilter()
        self._leaving = False
        for theme in desk.themes:
            self.register_theme(theme)
        if desk.theme in self.available_themes:
            self.theme = desk.theme
        self.set_keymap({name: ",".join(keys) for name, keys in desk.keys.items()})

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The last look at every line on its way to the terminal."""
        return [*super().get_line_filters(), self._guard]

    def get_default_screen(self) -> Screen[None]:
        return ChatScreen(self.desk, self.answering)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette's entries; there are none while a modal is open."""
        from tui_chat.ui.palette_commands import commands

        if isinstance(screen, ChatScreen):
            yield from commands(self, screen, effective(self.desk.keys))

    def on_mount(self) -> None:
        self._watch_signals()
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        screen = self.screen
        if isinstance(screen, ChatScreen):
            self.set_timer(WARM_AFTER, screen.warm)

    def _keep_theme(self, theme: Theme) -> None:
        """Start with this theme the next time. Trying one out is not worth an error when it cannot be kept."""
        saved = self.desk.saved
        if saved is not None and theme.name != self.desk.theme:
            self.desk.theme = theme.name

            async def keep() -> None:
                with suppress(ConfigurationError):
                    await asyncio.to_thread(saved.ui, theme=theme.name)

            self.run_worker(keep(), exit_on_error=False)

    def _watch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for name in SIGNALS:
            number = getattr(signal, name, None)
            if number is not None:
                # Windows has no signal handlers in its loop; there the console ends the process.
                with suppress(NotImplementedError, RuntimeError, ValueError):
                    loop.add_signal_handler(number, self._end_by_signal, number)

    def _end_by_signal(self, number: int) -> None:
        self.run_worker(self._leave(128 + number), exit_on_error=False, group="leave")

    async def action_quit(self) -> None:
        """Stop what is under way, keep it, and go."""
        await self._leave(0)

    async def _leave(self, code: int) -> None:
        if self._leaving:
            return
        self._leaving = True
        await self.answering.drain()
        self.workers.cancel_group(self, "warm")
        await self.desk.backends.aclose()
        self.exit(code, return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        """Overridden: the report that follows must hold no local variables (see ui/crash.py).

        Textual's own step also remembers the error for `run_test`, so that a test fails with it.
        """
        self.crash = crash_report(error)
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


def run(desk: Desk) -> int:
    """Run the app in this terminal; the exit code. A crash report goes to stderr once the terminal is itself again."""
    app = ChatApp(desk)
    app.run()
    if app.crash is not None:
        sys.stderr.write(app.crash + "\n")
    return app.return_code or 0
