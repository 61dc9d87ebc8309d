"""The application: what belongs to the whole terminal (themes, the guard over its bytes, signals, the way out)."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme

from tui_chat.ui.keymap import effective
from tui_chat.ui.screens.chat import ChatScreen, load
from tui_chat.ui.textual_fixes.output_guard import SafetyFilter

if TYPE_CHECKING:
    from tui_chat.ui.answering import Answering
    from tui_chat.ui.desk import Desk

SIGNALS = ("SIGTERM", "SIGHUP")
"""Textual's Linux driver handles neither: the terminal would stay in the alternate screen."""


def _theme_of(table: Mapping[str, Any]) -> Theme | None:
    try:
        return Theme(**table)
    except TypeError:
        return None


COLLECT_EVERY = 60.0
"""Seconds between two full collections, which take about 20 ms. They only happen while no answer comes."""

OPEN_AFTER = 0.12
"""Seconds from the start of the screen until the desk is opened: the first frame and the first key come before the
imports that this takes, which hold the interpreter."""


class StartError(Exception):
    """The app cannot be what was asked for: `message` in plain sentences, `code` to exit with."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class ChatApp(App[int]):
    """tui-chat in a terminal.

    `opener` makes the desk (configuration, library, endpoints); it may block and raise StartError. It runs in a thread
    once the first frame stands, so that the first key is echoed before any of that has been loaded. `theme` is worn
    from the first frame on. `last_words` are for the command line to print when the terminal is itself again.
    """

    TITLE = "tui-chat"
    # Notices at the top: where Textual puts them they lie on the prompt, and on what is being typed.
    CSS = "ToastRack { dock: top; align: right top; margin: 2 0 0 0; }"
    ENABLE_COMMAND_PALETTE = True

    escape_s: float | None = None
    """What the driver is to wait after an escape; None: what it likes."""

    def __init__(self, opener: Callable[[], Desk], theme: Theme | None = None) -> None:
        super().__init__()
        self.last_words = ""
        self._opener = opener
        self._desk: Desk | None = None
        self._answering: Answering | None = None
        self._guard = SafetyFilter()
        self._leaving = False
        if theme is not None:
            self.register_theme(theme)
            self.theme = theme.name

    @property
    def desk(self) -> Desk:
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

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The last look at every line on its way to the terminal."""
        return [*super().get_line_filters(), self._guard]

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

    async def on_mount(self) -> None:
        screen = self.screen
        if isinstance(screen, ChatScreen):
            # Keys that come before the prompt has the focus would go nowhere.
            await screen.ready.wait()
        self._watch_signals()
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self.set_timer(OPEN_AFTER, self._open)

    def _open(self) -> None:
        self.run_worker(self._opened(), name="open")

    async def _opened(self) -> None:
        """Open the desk off the loop, then begin the chat."""
        try:
            desk = await asyncio.to_thread(self._open_unless_leaving)
        except StartError as error:
            self.last_words = f"tui-chat: {error.message}"
            self.exit(error.code, return_code=error.code)
            return
        if desk is None:
            return
        from tui_chat.ui.answering import Answering

        self._desk = desk
        self._answering = Answering(self, desk.session)
        for theme in desk.themes:
            self.register_theme(theme)
        if desk.theme in self.available_themes:
            self.theme = desk.theme
        self.set_keymap({name: ",".join(keys) for name, keys in desk.keys.items()})
        screen = self.screen_stack[0]
        if isinstance(screen, ChatScreen):
            await screen.begin(desk, self._answering)
        await asyncio.sleep(0)  # keys come in between a long conversation and a walk through all there is
        _calm_collector()
        self.set_interval(COLLECT_EVERY, self._collect)

    def _collect(self) -> None:
        """Free what only the collector can: Textual's rows and workers end in circles, a few with each key."""
        if self._desk is not None and not self._desk.session.running:
            gc.collect()

    def _open_unless_leaving(self) -> Desk | None:
        desk = self._opener()
        load()
        if self._leaving:
            desk.session.services.library.close_now()
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
        self.workers.cancel_group(self, "warm")
        if self._desk is not None and self._answering is not None:
            screen = self.screen_stack[0]
            if isinstance(screen, ChatScreen) and screen.begun:
                screen.drafts.keep_now()
            await self._answering.drain()
            await self._desk.backends.aclose()
        self.exit(code, return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        """Overridden: the report that follows must hold no local variables (see ui/textual_fixes/crash_report.py).

        Textual's own step also remembers the error for `run_test`, so that a test fails with it.
        """
        from tui_chat.ui.textual_fixes.crash_report import crash_report

        self.last_words = crash_report(error)
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


def _calm_collector() -> None:
    """Keep the garbage collector from walking all of the program each time that an answer has grown a little.

    What lives until the end is set aside. With the defaults a long answer brought pauses of 150 ms, with this 34.
    The oldest generation is in effect left alone; `ChatApp._collect` sees to that at quiet moments.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2000, 20, 10_000)


def run(opener: Callable[[], Desk], theme: Mapping[str, Any], *, mouse: bool, escape_s: float) -> int:
    """Run the app in this terminal; the exit code. What is to be said afterwards goes to stderr.

    `theme` is the unchecked table of the theme for the first frames. `escape_s` is how long an escape waits for the
    rest of a key's sequence.
    """
    app = ChatApp(opener, _theme_of(theme))
    app.escape_s = escape_s
    try:
        app.run(mouse=mouse)
    finally:
        if app._desk is not None:
            app._desk.session.services.library.close_now()
    if app.last_words:
        sys.stderr.write(app.last_words + "\n")
    return app.return_code or 0
